"""Where groups stand by the last captures: searched, in an order, and a page of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xfc_notify.domain import Level
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports import history
from xfc_notify.reports.course import POINTS, StandingView, standing_view
from xfc_notify.reports.tables import GroupStandingRow
from xfc_notify.store.database import among


class Order(StrEnum):
    """What comes first."""

    LEVEL = "level"
    """The worst level, and of each the largest."""
    SIZE = "size"
    GROUP = "group"
    UNTOUCHED = "untouched"
    """What was changed longest ago."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which groups are asked for; None and empty: all. `search` stands in the name of the group or of its head."""

    gids: frozenset[int] | None = None
    search: str = ""
    volume: str = ""
    level: Level | None = None
    order: Order = Order.LEVEL


def latest_views(wanted: Wanted, count: int | None = None, skipped: int = 0) -> list[StandingView]:
    """Where groups stand, once for each volume; so many after those that are skipped."""
    rows = list(_ordered(wanted).offset(skipped).limit(count))
    known, points = groups.by_gid(row.gid for row in rows), history.last_points(rows, POINTS)
    return [standing_view(row, points[row.gid, row.volume], known) for row in rows]


def volumes_of(gids: frozenset[int]) -> list[str]:
    """The volumes on which these groups have something, by name."""
    rows = GroupStandingRow.select(GroupStandingRow.volume).where(
        GroupStandingRow.latest, among(GroupStandingRow.gid, gids)
    )
    return sorted({row.volume for row in rows})


def _ordered(wanted: Wanted) -> Any:
    row = GroupStandingRow
    rows: Any = row.select().where(row.latest)
    if wanted.gids is not None:
        rows = rows.where(among(row.gid, wanted.gids))
    if wanted.search:
        rows = rows.where(row.gid.in_(groups.found(wanted.search)))
    if wanted.volume:
        rows = rows.where(row.volume == wanted.volume)
    if wanted.level is not None:
        rows = rows.where(row.level == int(wanted.level))
    match wanted.order:  # each by an index of the last captures alone
        case Order.LEVEL:
            return rows.order_by(row.level.desc(), row.bytes.desc(), row.id)
        case Order.SIZE:
            return rows.order_by(row.bytes.desc(), row.id)
        case Order.UNTOUCHED:
            return rows.order_by(row.newest, row.id)
        case Order.GROUP:
            named: Any = rows.join(GroupRow, on=(GroupRow.gid == row.gid))
            return named.order_by(GroupRow.name, row.gid, row.volume)
