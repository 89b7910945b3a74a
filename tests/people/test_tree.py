"""The tree of groups: circles are found and cut at one place, parents that nobody knows are looked up."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from facility import Facility
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.domain import Group
from xfc_notify.people import groups, tree
from xfc_notify.people.tables import GroupRow

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
gids = st.integers(0, 12)


def ends(gid: int, parents: dict[int, int | None]) -> bool:
    """Whether one comes to an end by going up."""
    above: int | None = gid
    for _ in range(len(parents) + 2):
        if above is None:
            return True
        above = parents.get(above)
    return False


@given(st.dictionaries(gids, st.none() | gids))
def test_without_what_is_cut_every_way_up_ends_and_nothing_else_is_cut(
    parents: dict[int, int | None],
) -> None:
    cut = tree.circles(parents)
    mended = parents | dict.fromkeys(cut)
    assert all(ends(gid, mended) for gid in mended)
    assert len(set(cut)) == len(cut)
    for gid in cut:
        assert not ends(gid, mended | {gid: parents[gid]})  # each cut was needed


@pytest.mark.parametrize("by_operator", [True, False])
def test_a_circle_is_cut_once(store: str, tmp_path: Path, by_operator: bool) -> None:
    facility = Facility.at(tmp_path)
    for gid, above in ((1, 2), (2, 3), (3, 1), (4, 1)):
        groups.put(Group(gid, f"g{gid}", "", "", None if by_operator else above, ()), NOW)
        if by_operator:
            GroupRow.update(parent=above).where(GroupRow.gid == gid).execute()
    faults = tree.repair(facility.service.plugins, NOW)
    assert [(fault.gid, fault.above) for fault in faults] == [(1, 2)]
    assert {row.gid: groups.group(row).parent for row in GroupRow.select()} == {1: None, 2: 3, 3: 1, 4: 1}
    assert tree.repair(facility.service.plugins, NOW) == []


def test_a_parent_that_is_not_known_is_looked_up(store: str, tmp_path: Path) -> None:
    facility = Facility.at(tmp_path)
    groups.put(Group(1, "lab", "", "", 987654, ("ada",)), NOW)
    (fault,) = tree.repair(facility.service.plugins, NOW)
    assert fault.what == "the group above lab, 987654, was not known: it is 987654"  # no plugin knows a name
    assert groups.named("987654").gid == 987654
    assert tree.repair(facility.service.plugins, NOW) == []
