"""What is kept of old scans: all for a while, then fewer; their details only until the next scan."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from xfc_notify.domain import PastScan
from xfc_notify.store.database import db
from xfc_notify.store.tables import Area, Scan, User

_BATCH = 500


def thin_out(now: datetime, dense: timedelta, spacing: timedelta) -> int:
    """Forget scans older than `dense`, but for the last whole one of every `spacing`; how many were forgotten.

    The last scan of an area is always kept, and so is an open one.
    """
    with db.atomic():
        return sum(
            int(Scan.delete().where(Scan.id.in_(batch)).execute())
            for batch in _batches(list(_superfluous(now - dense, spacing)))
        )


def drop_details() -> int:
    """Forget what was measured in detail by scans that are not the last of their area; how many.

    Size, files, temporal usage and findings are kept.
    """
    last = Area.select(Area.last_scan).where(Area.last_scan.is_null(False))
    superseded = (Scan.state == "whole") & Scan.usage.is_null(False) & Scan.id.not_in(last)
    return int(Scan.update(usage=None).where(superseded).execute())


def latest(area: Area, count: int) -> list[Scan]:
    """The latest scans of an area that have ended, newest first, without the details of their usage."""
    columns = (Scan.id, Scan.state, Scan.as_of, Scan.size, Scan.temporal_usage, Scan.files, Scan.complete)
    more = (Scan.findings, Scan.seconds, Scan.slices, Scan.failure)
    ended = Scan.select(*columns, *more).where(Scan.area == area, Scan.state != "open")
    return list(ended.order_by(Scan.as_of.desc()).limit(count))


def findings_at(area: Area, time: datetime) -> list[dict[str, Any]]:
    """What the policies said of an area after the last whole scan that had ended by a time; empty if none is kept.

    Each has its "policy"; `wire.load_finding` reads the rest.
    """
    ended = (Scan.area == area) & (Scan.state == "whole") & (Scan.ended_at <= time)
    scan = Scan.select(Scan.findings).where(ended).order_by(Scan.as_of.desc()).first()
    return list(scan.findings or ()) if scan is not None else []


def whole() -> Iterator[tuple[Area, datetime, PastScan]]:
    """All whole scans of the areas of those who want to be told: area with its user, end, and what was measured.

    By user, and for each in the order in which the scans ended.
    """
    columns = (Scan.as_of, Scan.ended_at, Scan.size, Scan.temporal_usage, Scan.files, Scan.complete)
    rows = (
        Scan.select(*columns, Area, User)
        .join(Area)
        .join(User)
        .where(Scan.state == "whole", Area.measured, User.notify)
        .order_by(User.name, Scan.ended_at, Scan.as_of)
    )
    for row in rows.iterator():
        past_scan = PastScan(row.as_of, row.size, row.temporal_usage, row.files, row.complete)
        yield row.area, row.ended_at, past_scan


def span_of_whole() -> tuple[int, datetime | None, datetime | None]:
    """Of the scans that `whole` yields: of how many users they are, and when the first and the last ended."""
    query = Scan.select(fn.COUNT(User.id.distinct()), fn.MIN(Scan.ended_at), fn.MAX(Scan.ended_at))
    is_told = (Scan.state == "whole") & Area.measured & User.notify
    found: Any = query.join(Area).join(User).where(is_told).tuples().get()
    users, first, last = found
    return users, first, last


def _superfluous(before: datetime, spacing: timedelta) -> Iterator[str]:
    rows = (
        Scan.select(Scan.id, Scan.area, Scan.as_of, Scan.state, Area.last_scan)
        .join(Area)
        .where(Scan.as_of < before, Scan.state != "open")
        .order_by(Scan.area, Scan.as_of.desc())
    )
    kept: tuple[int, int] | None = None
    for row in rows.iterator():
        place = (row.area_id, int(row.as_of.timestamp() // spacing.total_seconds()))
        if row.state == "whole" and place != kept:
            kept = place
        elif row.id != row.area.last_scan:
            yield row.id


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
