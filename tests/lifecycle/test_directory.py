"""A directory that does not say who is in a group ends no question, passes none on and empties no group."""

from collections.abc import Callable

import pytest

from lifecycle.conftest import DAY, HOUR, House, operators
from xfc_notify.domain import Group
from xfc_notify.lifecycle import duties
from xfc_notify.lifecycle.states import Happening
from xfc_notify.people import groups


def away(house: House) -> None:
    """It has said nothing for days."""
    groups.GroupRow.update(found_at=house.now - 3 * DAY).execute()


def half(house: House) -> None:
    """It says that most members are gone, at once."""
    groups.GroupRow.update(found_at=house.now).execute()
    row = groups.named("lab")
    groups.put(Group(row.gid, "lab", "ada", members=tuple("abcdefgh"), parent=5002), house.now)
    groups.put(Group(row.gid, "lab", "ada", members=("a",), parent=5002), house.now)


def partly(house: House) -> None:
    """It cannot tell all of them."""
    groups.GroupRow.update(found_at=house.now).execute()
    groups.GroupRow.update(complete=False).where(groups.GroupRow.name == "institute").execute()


@pytest.mark.parametrize("outage", [away, half, partly])
def test_a_directory_that_is_away_ends_nothing_and_passes_nothing_on(
    house: House, outage: Callable[[House], None]
) -> None:
    house.dataset()
    house.until_asked()
    while house.life().notice.group != "lab":
        house.tick(HOUR)
    for _ in range(6):
        outage(house)
        house.tick(12 * HOUR)
        duties.ask_directory(house.site.facility.service, house.now)
    notice = house.life().notice
    assert notice is not None
    assert notice.group == "lab"
    assert [said for said in operators() if "are not known" in said] != []
    assert len([said for said in operators() if "are not known" in said]) == 1
    groups.GroupRow.update(found_at=house.now, shrunk=False, complete=True).execute()
    house.tick(HOUR)
    assert house.life().notice.group == "institute"


def test_who_has_really_left_is_seen_when_the_directory_says_it_again(house: House) -> None:
    house.dataset()
    half(house)
    row = groups.named("lab")
    assert len(groups.members(row)) == 8
    groups.put(Group(row.gid, "lab", "ada", members=("a",), parent=5002), house.now)
    assert groups.members(row) == ["a"]


def test_no_group_of_a_dataset_is_asked_for_twice_in_half_a_day(house: House) -> None:
    house.dataset()
    before = [(row.name, row.found_at) for row in groups.all_groups()]
    assert duties.ask_directory(house.site.facility.service, house.now) == {}
    assert [(row.name, row.found_at) for row in groups.all_groups()] == before
    assert Happening.ASKED not in {event.what for event in duties.lives.events("d1")}
