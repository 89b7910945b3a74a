"""What is kept of old scans: all for a while, then one in a while; their details only until the next scan."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.store.database import db
from xfc_notify.store.tables import Area, Scan

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
