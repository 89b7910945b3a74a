"""What lies in a directory of an area, and what if some directories were gone. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from xfc_notify.areas.tables import AreaRow
from xfc_notify.paths import show
from xfc_notify.units import DAY_SECONDS
from xfc_notify.usage.where import By, Where

MOST = 200
"""Lines of one directory."""
MOST_GONE = 50
"""Directories that may be ticked at once."""
FARTHEST = 3650
"""Days; what is passed later than that is not said."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line: bytes, byte-days, days since anything arrived. `path` is empty for all that is not named.

    share   of the directory, in percent
    inside  the query that leads into it; empty where there is nothing to see
    """

    path: str
    name: str
    size: int
    byte_days: float
    files: int
    age: int
    share: int
    exact: bool
    inside: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What would be left without what is ticked; `passed_on` is when the temporal quota would be passed then."""

    count: int
    size: int
    byte_days: float
    passed_on: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """A directory, the way to it, its lines, and what is ticked elsewhere.

    above   (name, query) of the directories on the way to it, from the area on
    sorted  (by, query) of the orders that there are
    """

    path: str
    as_of: datetime
    complete: bool
    above: tuple[tuple[str, str], ...]
    orders: tuple[tuple[By, str], ...]
    by: By
    rows: tuple[Row, ...]
    elsewhere: tuple[str, ...]
    left: Left | None


def look(where: Where, inside: bytes, by: By, gone: Sequence[str], area: AreaRow) -> Look:
    """What is shown of a directory that is named."""
    known = {show(path): path for path in where.named if path}
    ticked = {known[text]: text for text in gone if text in known}

    def query(path: bytes, order: By = by) -> str:
        asked = [("path", show(path)), ("by", str(order)), *(("gone", text) for text in ticked.values())]
        return urlencode([(name, value) for name, value in asked if value])

    rows = tuple(
        Row(
            path=show(item.path) if item.path is not None else "",
            name=show(item.path[len(inside) :].lstrip(b"/")) if item.path is not None else "",
            size=item.tally.size,
            byte_days=item.tally.byte_seconds / DAY_SECONDS,
            files=item.tally.files,
            age=item.age // DAY_SECONDS,
            share=round(100 * item.share),
            exact=item.exact,
            inside=query(item.path) if item.path is not None and item.opens else "",
            gone=item.path in ticked,
        )
        for item in where.items(inside, by, MOST)
    )
    here = {row.path for row in rows}
    parts = inside.split(b"/") if inside else []
    above = [(show(parts[n - 1]) if n else "", query(b"/".join(parts[:n]))) for n in range(len(parts) + 1)]
    return Look(
        path=show(inside),
        as_of=where.usage.as_of,
        complete=where.usage.complete,
        above=tuple(above),
        orders=tuple((order, query(inside, order)) for order in By),
        by=by,
        rows=rows,
        elsewhere=tuple(text for text in ticked.values() if text not in here),
        left=_left(where, ticked, area) if ticked else None,
    )


def _left(where: Where, ticked: Collection[bytes], area: AreaRow) -> Left:
    """What is inside another ticked directory counts once."""
    outer = [path for path in ticked if not any(path.startswith(other + b"/") for other in ticked)]
    taken = [where.named[path].tally for path in outer]
    size = max(0, where.usage.size - sum(tally.size for tally in taken))
    byte_days = where.usage.temporal_usage - sum(tally.byte_seconds for tally in taken) / DAY_SECONDS
    return Left(len(ticked), size, max(0.0, byte_days), _passed_on(size, byte_days, area, where.usage.as_of))


def _passed_on(size: int, byte_days: float, area: AreaRow, as_of: datetime) -> datetime | None:
    """When the temporal quota is passed: a day adds the size of what is there. None: it is passed, or not soon."""
    if size <= 0 or byte_days > area.temporal_quota:
        return None
    days = (area.temporal_quota - byte_days) / size
    return None if days > FARTHEST else as_of + timedelta(days=days)
