"""Whose a directory is: by name, uid and what the system knows. All cases, without a disk."""

import pytest

from xfc_notify.areas.owners import Claim, claim, no_user
from xfc_notify.people.settings import People

PEOPLE = People()


@pytest.mark.parametrize(
    ("owner", "account", "uid", "remark"),
    [
        (1001, 1001, 1001, ""),
        (1001, None, 1001, ""),
        (1005, 1001, 1005, "belongs to uid 1005, but ada has the uid 1001"),
        (0, 1001, 1001, "belongs to uid 0, but ada has the uid 1001"),
        (65534, 1001, 1001, "belongs to uid 65534, but ada has the uid 1001"),
        (0, None, None, "belongs to uid 0, and no account is called ada"),
        (2**32 - 2, None, None, "belongs to uid 4294967294, and no account is called ada"),
        (999, None, None, "belongs to uid 999, and no account is called ada"),
        (1000, None, 1000, ""),
    ],
)
def test_the_owner_says_whose_it_is_unless_the_system_owns_it_for_the_one_of_its_name(
    owner, account, uid, remark
):
    assert claim("ada", owner, account, PEOPLE) == Claim(uid, account if uid else None, owner, remark)


@pytest.mark.parametrize(("account", "system"), [(33, True), (999, True), (1000, False), (None, False)])
def test_accounts_below_a_uid_are_the_systems(account, system):
    why = no_user("www-data", account, PEOPLE)
    assert (why is not None and "below [people] min_uid = 1000" in why) is system


def test_names_of_a_list_are_the_systems_whatever_their_uid():
    people = People(system_accounts=("backup",))
    assert no_user("backup", 5000, people) == "a system account, by [people] system_accounts"
    assert no_user("nobody", 5000, people) is None
