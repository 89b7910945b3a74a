"""Groups of a real directory, with all their members however they are kept, and who answers for them. Case 31."""

from collections.abc import Callable
from typing import Any

import pytest
import xfc_notify_ldap
from servers.between import somebody_between
from servers.ranges import Ranges
from servers.slapd import BASE, PASSWORD, READER, Slapd, group_of_names, person, posix_group
from xfc_notify_ldap.entries import Unclear
from xfc_notify_ldap.settings import LdapSettings

from xfc_notify import Group

Start = Callable[..., Slapd]
PEOPLE = f"ou=people,{BASE}"
GROUPS = f"ou=groups,{BASE}"
ADA, BEN = person("ada", 1001), person("ben", 1002, rdn="cn")


def settings(server: Slapd, **more: Any) -> LdapSettings:
    return LdapSettings.model_validate({"url": server.url, "base": BASE, **more})


def find(group: int | str, given: LdapSettings) -> Group | None:
    return xfc_notify_ldap.find_group(group, given)


def members(server: Slapd, **more: Any) -> tuple[tuple[str, ...], bool]:
    found = find(700, settings(server, **more))
    assert found is not None
    return found.members, found.complete


@pytest.mark.parametrize("asked", [700, "lab"])
def test_a_group_is_found_by_number_and_by_name_with_those_it_lists(slapd: Start, asked: int | str) -> None:
    server = slapd(ADA, posix_group("lab", 700, ["zoe", "ada"]), posix_group("lab2", 7001, ["ben"]))
    assert find(asked, settings(server)) == Group(700, "lab", members=("ada", "zoe"))


@pytest.mark.parametrize(
    "asked",
    [
        7,
        70,
        -700,
        2**40,
        2**80,
        "LAB",
        "lab ",
        "",
        "*",
        "l*",
        "lab)(cn=lab",
        "0700",
        "700",
        "lab\0",
        "\udcff",
        "ou",
    ],
)
def test_what_is_not_exactly_a_group_gives_none(slapd: Start, asked: int | str) -> None:
    server = slapd(posix_group("lab", 700), group_of_names("list", None, [f"uid=ada,{PEOPLE}"]))
    assert find(asked, settings(server)) is None


@pytest.mark.parametrize("name", ["l*b", "lab (x)", "a\\2a", "größe", "a,b=c"])
def test_a_group_whose_name_has_signs_of_filters_is_found_as_it_is(slapd: Start, name: str) -> None:
    odd = posix_group("odd", 700, ["ada"]).replace("\ncn: odd\n", f"\ncn: {name}\ncn: odd\n")
    assert find(name, settings(slapd(odd))) == Group(700, name, members=("ada",))


def test_a_list_without_a_gid_is_no_group(slapd: Start) -> None:
    assert find("list", settings(slapd(ADA, group_of_names("list", None, [f"uid=ada,{PEOPLE}"])))) is None


def test_two_groups_of_one_gid_are_none_and_that_is_told(slapd: Start) -> None:
    server = slapd(posix_group("one", 700), posix_group("two", 700))
    with pytest.raises(Unclear, match=r"2 entries have the gidNumber 700: cn=one,.*, cn=two,"):
        find(700, settings(server))


def test_those_whose_primary_group_it_is_are_members(slapd: Start) -> None:
    server = slapd(
        person("ada", 1001, gid=700), person("ben", 1002, gid=701), posix_group("lab", 700, ["ben"])
    )
    assert members(server) == (("ada", "ben"), True)
    assert members(server, users={"gid": ""}) == (("ben",), True)


def test_members_by_dn_are_told_by_their_usernames(slapd: Start) -> None:
    listed = [
        f"uid=ada,{PEOPLE}",
        f"CN=Name  BEN, OU=People,{BASE}",  # as somebody typed it
        f"uid=cleo\\, the second,{PEOPLE}",
        f"uid=nobody,{GROUPS}",  # no person, and no group
        f"cn=never there,{PEOPLE}",
        BASE,
        "",  # as in a group that may not be empty
    ]
    odd = (
        person("odd", 1003)
        .replace("uid=odd", "uid=cleo\\, the second")
        .replace("uid: odd", "uid: cleo, the second")
    )
    assert members(slapd(ADA, BEN, odd, group_of_names("lab", 700, listed)), users={"base": PEOPLE}) == (
        ("ada", "ben", "cleo, the second"),
        True,
    )


def test_groups_in_groups_are_followed_also_in_a_circle(slapd: Start) -> None:
    server = slapd(
        ADA, BEN,
        group_of_names("lab", 700, [f"uid=ada,{PEOPLE}", f"cn=inner,{GROUPS}", f"cn=lab,{GROUPS}"]),
        group_of_names("inner", None, [f"cn=Name ben,{PEOPLE}", f"cn=lab,{GROUPS}", f"cn=deep,{GROUPS}"]),
        group_of_names("deep", 702, [f"uid=cleo,{PEOPLE}", f"cn=inner,{GROUPS}"]),
        posix_group("other", 703, ["dan"]),
    )  # fmt: skip
    assert members(server) == (("ada", "ben", "cleo"), True)


def test_a_group_that_is_deeper_than_is_followed_is_not_complete(slapd: Start) -> None:
    chain = [group_of_names(f"g{n}", None, [f"uid=u{n},{PEOPLE}", f"cn=g{n + 1},{GROUPS}"]) for n in range(9)]
    server = slapd(*chain, group_of_names("lab", 700, [f"cn=g0,{GROUPS}"]))
    assert members(server) == (("u0", "u1", "u2", "u3", "u4"), False)
    assert members(server, groups={"depth": 0}) == ((), False)
    assert members(server, groups={"depth": 20}) == (tuple(f"u{n}" for n in range(9)), True)


@pytest.mark.parametrize("dn", ["distinguishedName", "cn"])
def test_where_no_entry_is_found_by_its_dn_a_group_is_not_empty_but_an_error(slapd: Start, dn: str) -> None:
    server = slapd(BEN, group_of_names("lab", 700, [f"cn=Name ben,{PEOPLE}"]))
    with pytest.raises(
        Unclear, match=rf"cn=lab,{GROUPS} is not found by its {dn}: dn in \[plugins.ldap.groups\]"
    ):
        find(700, settings(server, groups={"dn": dn}))


def test_a_member_whose_name_is_no_text_leaves_the_group_incomplete(slapd: Start) -> None:
    names = (
        "userPassword:: Y2Fm6Q==\nuserPassword: ada\nuserPassword:: G1sybQ==\n"  # a byte of Latin-1; ESC [2m
    )
    server = slapd(posix_group("lab", 700, more=names))
    given = {"bind_dn": READER, "password": PASSWORD, "groups": {"member_names": "userPassword"}}
    assert members(server, **given) == (("ada",), False)


def test_ten_thousand_people_are_members_page_by_page(slapd: Start) -> None:
    names = [f"user{number}" for number in range(10_000)]
    everybody = [person(name, 2000 + number, gid=700, rdn="cn") for number, name in enumerate(names)]
    many = group_of_names("many", 701, [f"cn=Name {name},{PEOPLE}" for name in names[:2000]])
    server = slapd(*everybody, posix_group("lab", 700), many, limits="limits * size.prtotal=unlimited")
    given = settings(server, seconds=8)
    found = find(700, given)
    assert (found and found.members) == tuple(sorted(names))
    assert found.complete
    listed = find(701, given)
    assert (listed and listed.members) == tuple(sorted(names[:2000]))
    assert listed.complete


def test_where_the_server_tells_only_some_the_group_is_not_complete(slapd: Start) -> None:
    everybody = [person(f"user{number}", 2000 + number, gid=700) for number in range(30)]
    server = slapd(*everybody, posix_group("lab", 700, ["ada"]), limits="sizelimit 10")
    found, complete = members(server, page_size=4)
    assert (len(found), complete) == (11, False)
    assert "ada" in found


def test_more_groups_than_the_server_tells_at_once_are_all_found(slapd: Start) -> None:
    server = slapd(*(posix_group(f"g{gid}", gid, ["ada"]) for gid in range(700, 760)), limits="sizelimit 10")
    given = settings(server)
    assert {gid for gid in range(700, 760) if find(gid, given)} == set(range(700, 760))


def test_where_the_server_is_too_slow_to_tell_all_the_group_is_not_complete(slapd: Start) -> None:
    everybody = [person(f"user{number}", 2000 + number, gid=700) for number in range(80)]
    with somebody_between(slapd(*everybody, posix_group("lab", 700)), delay=0.1) as url:
        given = LdapSettings.model_validate({"url": url, "base": BASE, "seconds": 2, "page_size": 1})
        found = find(700, given)
    assert found is not None
    assert not found.complete
    assert 0 < len(found.members) < 80


def test_where_it_is_too_slow_to_tell_who_a_dn_is_the_group_is_not_complete(slapd: Start) -> None:
    everybody = [person(f"user{number}", 2000 + number, rdn="cn") for number in range(4000)]
    many = group_of_names("many", 700, [f"cn=Name user{number},{PEOPLE}" for number in range(4000)])
    with somebody_between(slapd(*everybody, many), delay=0.15) as url:
        given = LdapSettings.model_validate({"url": url, "base": BASE, "seconds": 2})
        found = find(700, given)
    assert found is not None
    assert not found.complete
    assert len(found.members) < 4000


@pytest.mark.parametrize("limits", ["limits * size.prtotal=disabled", "limits * size.pr=5"])
def test_a_server_without_pages_or_with_smaller_ones_is_read_all_the_same(slapd: Start, limits: str) -> None:
    everybody = [person(f"user{number}", 2000 + number, gid=700) for number in range(30)]
    found, complete = members(slapd(*everybody, posix_group("lab", 700), limits=limits))
    assert (len(found), complete) == (30, True)


@pytest.mark.parametrize(
    ("named", "head", "tells"),
    [
        ("", "", True),
        (f"owner: uid=ada,{PEOPLE}\n", "ada", True),
        (f"owner: cn=Name ben,{PEOPLE}\n", "ben", True),
        (f"owner: cn=nobody,{PEOPLE}\n", "", False),
        (f"owner: cn=zz,{PEOPLE}\nowner: cn=nobody,{PEOPLE}\nowner: uid=ada,{PEOPLE}\n", "ada", True),
        (f"manager: uid=ada,{PEOPLE}\n", "", True),
    ],
)
def test_the_owner_of_a_group_is_its_head(slapd: Start, named: str, head: str, tells: bool) -> None:
    server = slapd(ADA, BEN, posix_group("lab", 700, ["cleo"], named))
    assert find(700, settings(server)) == Group(700, "lab", head, members=("cleo",), tells_head=tells)


def test_the_head_may_stand_in_another_attribute_and_by_username(slapd: Start) -> None:
    server = slapd(ADA, posix_group("lab", 700, more=f"manager: uid=ada,{PEOPLE}\ndescription: zoe\n"))
    found = [find(700, settings(server, groups={"head": it})) for it in ("manager", "description", "")]
    assert [(it.head, it.tells_head) for it in found if it] == [("ada", True), ("zoe", True), ("", False)]


@pytest.mark.parametrize("count", [1, 1500, 1501, 10_000])
def test_members_that_are_told_in_pieces_are_all_told(count: int) -> None:
    listed = [f"uid=u{number},{PEOPLE}" for number in range(count)]
    with Ranges(f"cn=lab,{GROUPS}", listed) as server:
        given = LdapSettings.model_validate({"url": server.url, "base": BASE, "users": {"gid": ""}})
        found = find(700, given)
    assert found == Group(700, "lab", members=tuple(sorted(f"u{number}" for number in range(count))))
    assert server.searches == -(-count // 1500)


def test_a_server_that_tells_one_piece_only_has_not_told_the_group() -> None:
    with Ranges(
        f"cn=lab,{GROUPS}", [f"uid=u{number},{PEOPLE}" for number in range(9)], 4, silent=True
    ) as server:
        given = LdapSettings.model_validate({"url": server.url, "base": BASE, "users": {"gid": ""}})
        with pytest.raises(Unclear, match="does not tell all values of member"):
            find(700, given)
