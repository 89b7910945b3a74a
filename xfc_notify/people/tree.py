"""The tree of groups: what closes a circle is cut, and groups that others name as their parent are looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.paths import harmless
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.plugins import Plugins
from xfc_notify.store.database import db


@dataclass(frozen=True, slots=True)
class Fault:
    """A link from a group to the one above it, both by gid, that was wrong; `what` it was, to operators."""

    gid: int
    above: int | None
    what: str


def circles(parents: Mapping[int, int | None]) -> list[int]:
    """Of each circle the smallest gid: without the group above it there is no circle. Pure."""
    found: list[int] = []
    walked: set[int] = set()
    for start in sorted(parents):
        way: list[int] = []
        gid: int | None = start
        while gid is not None and gid not in walked:
            walked.add(gid)
            way.append(gid)
            gid = parents.get(gid)
        if gid in way:
            found.append(min(way[way.index(gid) :]))
    return found


def missing(parents: Mapping[int, int | None]) -> dict[int, list[int]]:
    """The gids that groups name as the one above them, and that are not known → these groups. Pure."""
    found: dict[int, list[int]] = {}
    for gid, above in sorted(parents.items()):
        if above is not None and above not in parents:
            found.setdefault(above, []).append(gid)
    return found


def repair(plugins: Plugins, now: datetime) -> list[Fault]:
    """Cut circles, and ask the plugins for parents that are not known; what was wrong."""
    parents = _parents()
    found = [_cut(gid) for gid in circles(parents)]
    lacking = missing(parents)
    if lacking:
        groups.refresh(lacking, plugins, now)
        known = groups.by_gid(lacking)
        found += [
            _looked_up(known[above], gid) for above, some in lacking.items() if above in known for gid in some
        ]
    return found


def _parents() -> dict[int, int | None]:
    return {row.gid: groups.group(row).parent for row in GroupRow.select()}


def _cut(gid: int) -> Fault:
    with db.atomic():
        row = GroupRow.get_by_id(gid)
        above = groups.group(row).parent
        GroupRow.update(parent=None, found_parent=None).where(GroupRow.gid == gid).execute()
    return Fault(gid, above, f"{harmless(row.name)} lay above itself: no group is above it now")


def _looked_up(above: GroupRow, gid: int) -> Fault:
    name = harmless(groups.by_gid([gid])[gid].name)
    return Fault(
        gid, above.gid, f"the group above {name}, {above.gid}, was not known: it is {harmless(above.name)}"
    )
