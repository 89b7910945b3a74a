"""What is corrupted is told and repaired: rows that do not say what happened, and groups above themselves."""

from collections.abc import Callable

import pytest

from lifecycle.conftest import DAY, HOUR, START, House, operators
from xfc_notify.datasets.states import DatasetState
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import correcting, lives
from xfc_notify.lifecycle.states import Phase
from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow

TOLD = "The dates of 1 dataset were put right"
CORRUPTIONS: dict[str, Callable[[], object]] = {
    "phase": lambda: LifeRow.update(phase=Phase.REMOVING).execute(),
    "date": lambda: LifeRow.update(expires_at=START).execute(),
    "deciding": lambda: LifeRow.update(deciding="remove").execute(),
    "parked": lambda: LifeRow.update(parked=True).execute(),
    "events": lambda: LifeRow.update(events=99).execute(),
    "never looked at": lambda: LifeRow.update(due_at=None).execute(),
    "looked at late": lambda: LifeRow.update(due_at=START + 900 * DAY).execute(),
    "no row": lambda: LifeRow.delete().execute(),
}


def rows() -> list[dict[str, object]]:
    return [
        {name: value for name, value in row.__data__.items() if name != "due_at"} for row in LifeRow.select()
    ]


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_row_that_was_changed_by_hand_is_made_anew_and_told(house: House, what: str) -> None:
    house.dataset()
    house.tick(HOUR)
    right, tree = rows(), house.site.tree("one")
    CORRUPTIONS[what]()
    service = house.site.facility.service
    assert correcting.correct(service, house.now) == ["d1"]
    assert rows() == right
    assert LifeRow.get_by_id("d1").due_at == house.now
    assert operators() == [TOLD]
    assert correcting.correct(service, house.now) == []
    assert operators() == [TOLD]
    assert house.site.tree("one") == tree


@pytest.mark.parametrize("binned", [True, False])
def test_what_counts_as_in_the_bin_is_what_lies_there(house: House, binned: bool) -> None:
    """Or rules would make copies of it, and a restore would bring back what nobody has removed."""
    house.dataset("d1")
    if binned:
        house.binned("d1")
    right, wrong = (
        (DatasetState.BINNED, DatasetState.KEPT) if binned else (DatasetState.KEPT, DatasetState.BINNED)
    )
    house.tick(HOUR)
    before = operators()
    DatasetRow.update(state=wrong).execute()
    service = house.site.facility.service
    assert correcting.correct(service, house.now) == ["d1"]
    assert DatasetRow.get_by_id("d1").state == right
    assert operators() == [*before, TOLD]
    assert correcting.correct(service, house.now) == []


def test_a_life_without_events_begins_anew(house: House) -> None:
    house.dataset()
    LifeEventRow.delete().execute()
    assert correcting.correct(house.site.facility.service, house.now) == ["d1"]
    house.tick(HOUR)
    assert lives.known("d1").phase is Phase.OPEN


def test_nothing_is_put_right_where_nothing_is_wrong_whatever_happens(house: House) -> None:
    house.dataset("d1")
    house.dataset("d2", closed=False)
    house.binned("d1")
    for _ in range(40):
        house.sleep(1)
        house.tick()
        assert correcting.correct(house.site.facility.service, house.now) == []
    assert house.life("d1").phase is Phase.REMOVED


def test_a_tick_cuts_a_circle_of_groups_and_says_so_once(house: House) -> None:
    house.dataset()
    top = groups.named("school")
    for _ in range(3):
        GroupRow.update(found_parent=groups.named("lab").gid).where(GroupRow.gid == top.gid).execute()
        house.tick(HOUR * 2)
        parents = [groups.group(groups.named(name)).parent for name in ("lab", "institute", "school")]
        assert parents.count(None) == 1
        GroupRow.update(found_parent=5002).where(GroupRow.gid == 5001).execute()
    assert operators() == ["The tree of groups was put right in 1 place"]
