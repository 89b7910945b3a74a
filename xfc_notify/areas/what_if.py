"""What lies in a directory of an area, and what if some directories were gone. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from xfc_notify.paths import show
from xfc_notify.units import DAY_SECONDS
from xfc_notify.usage import Counted, Usage
from xfc_notify.usage.where import By, Where

MOST = 200
"""Lines of one directory."""
MOST_GONE = 50
"""Directories that may be ticked at once."""
NEARLY = 0.01
"""Amounts that differ by less count the same."""
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
    """What would be left without what is ticked.

    counted    the bytes that the hard quota counts: those of size, or those on disk
    adds_up    whether the temporal quota counts byte-days by the ages of files, so that directories add up to it
    passed_on  when it would be passed then; None where it is passed or not soon, or does not add up
    """

    count: int
    size: int
    counted: int
    byte_days: float
    adds_up: bool
    passed_on: datetime | None


@dataclass(frozen=True, slots=True)
class Quotas:
    """By what an area is judged: its quotas, which bytes the hard one counts, and what its last scan has found of the
    temporal one in byte-days; None where no policy has judged it."""

    hard: int
    temporal: float
    counts: Counted
    temporal_used: float | None

    def adds_up(self, usage: Usage) -> bool:
        """Whether the temporal quota counts what the directories add up to, and not the sizes of earlier scans."""
        found, measured = self.temporal_used, usage.temporal_usage
        return found is not None and abs(found - measured) <= NEARLY * max(found, measured)


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


def look(where: Where, inside: bytes, by: By, gone: Sequence[str], quotas: Quotas) -> Look:
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
        left=_left(where, ticked, quotas) if ticked else None,
    )


def _left(where: Where, ticked: Collection[bytes], quotas: Quotas) -> Left:
    """What is inside another ticked directory counts once."""
    outer = [path for path in ticked if not any(path.startswith(other + b"/") for other in ticked)]
    taken = [where.named[path].tally for path in outer]
    usage = where.usage
    size = max(0, usage.size - sum(tally.size for tally in taken))
    allocated = max(0, usage.allocated - sum(tally.allocated for tally in taken))
    byte_days = max(0.0, usage.temporal_usage - sum(tally.byte_seconds for tally in taken) / DAY_SECONDS)
    adds_up = quotas.adds_up(usage)
    return Left(
        count=len(ticked),
        size=size,
        counted=allocated if quotas.counts is Counted.ALLOCATED else size,
        byte_days=byte_days,
        adds_up=adds_up,
        passed_on=_passed_on(size, byte_days, quotas.temporal, usage.as_of) if adds_up else None,
    )


def _passed_on(size: int, byte_days: float, quota: float, as_of: datetime) -> datetime | None:
    """When the temporal quota is passed: a day adds the size of what is there. None: it is passed, or not soon."""
    if size <= 0 or byte_days > quota:
        return None
    days = (quota - byte_days) / size
    return None if days > FARTHEST else as_of + timedelta(days=days)
