import grp
import pwd

import pytest
import xfc_notify_passwd

from xfc_notify.testing import check_plugin


def test_the_plugin_keeps_the_contract():
    check_plugin(xfc_notify_passwd)


def test_an_account_of_this_machine_is_found_without_an_address():
    person = xfc_notify_passwd.find_person("root")
    assert person is not None
    assert person.username == "root"
    assert person.email is None
    assert person.full_name == pwd.getpwnam("root").pw_gecos.partition(",")[0]


@pytest.mark.parametrize("username", ["no-such-user-here", "", "root\n", "root\0", "\udcff", "0", "../root"])
def test_an_unknown_name_gives_nobody(username):
    assert xfc_notify_passwd.find_person(username) is None


@pytest.mark.parametrize(
    ("gecos", "name"),
    [
        ("", ""),
        ("Alice Archer,Room 1,555-1234,,", "Alice Archer"),
        ("& Archer", "Alice Archer"),
        ("Jürgen Müller", "Jürgen Müller"),
        ("J\udcfcrgen\x1b[2J\u202e", "J?rgen?[2J?"),
        ("Alice\nBcc: x", "Alice?Bcc: x"),
    ],
)
def test_the_full_name_is_the_first_field_in_printable_characters(gecos, name):
    assert xfc_notify_passwd.full_name("alice", gecos) == name


@pytest.mark.parametrize("asked", [0, "root"])
def test_a_group_of_this_machine_is_found_by_number_and_by_name(asked):
    group = xfc_notify_passwd.find_group(asked)
    assert group is not None
    assert (group.gid, group.name, group.members) == (0, "root", tuple(grp.getgrgid(0).gr_mem))


@pytest.mark.parametrize("asked", [-1, 2**40, 4_123_456_789, "", "no-such-group", "root\0", "\udcff"])
def test_an_unknown_group_gives_none(asked):
    assert xfc_notify_passwd.find_group(asked) is None
