"""What the last scans of the areas on a volume found, and whether they find anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from xfc_notify import domain
from xfc_notify.areas.scans import MEASURED, is_last_failure, past_scan_of
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import PastScan
from xfc_notify.paths import harmless, parse
from xfc_notify.people.tables import UserRow
from xfc_notify.store.database import db
from xfc_notify.store.fields import time_of
from xfc_notify.usage import Counted


def last_scans(volume: str, counts: Counted) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume whose directory is there, with its last whole scan; `counts` is that of [limits].

    There may be 100,000 of them, at every tick.
    """
    last = AreaRow.last_scan == ScanRow.id
    limits = (AreaRow.hard_quota, AreaRow.temporal_quota, AreaRow.last_scanned)
    query = (
        AreaRow.select(UserRow.name, AreaRow.path, *limits, ScanRow.id, *MEASURED)
        .join(UserRow)
        .join_from(AreaRow, ScanRow, JOIN.LEFT_OUTER, on=last)
        .where(AreaRow.volume == volume, AreaRow.gone_at.is_null())
        .order_by(AreaRow.path)
    )
    rows: Any = db.execute_sql(*query.sql())
    return [
        (
            domain.Area(
                owner, volume, parse(path), hard_quota, temporal_quota, time_of(last_scanned), counts
            ),
            None if scan is None else past_scan_of(found),
        )
        for owner, path, hard_quota, temporal_quota, last_scanned, scan, *found in rows
    ]


@dataclass(frozen=True, slots=True)
class VolumeSum:
    """What the last scans found on a volume: bytes in so many areas, the oldest of these scans, and what was given."""

    areas: int
    scanned: int
    size: int
    given: int
    oldest: datetime | None


def sums() -> dict[str, VolumeSum]:
    """Volume → what was found on it."""
    given = fn.SUM(AreaRow.hard_quota)
    there = AreaRow.select(
        AreaRow.volume,
        fn.COUNT(AreaRow.id),
        fn.COUNT(AreaRow.size),
        fn.SUM(AreaRow.size),
        given,
        fn.MIN(AreaRow.last_scanned),
    )
    counted: Any = there.where(AreaRow.gone_at.is_null()).group_by(AreaRow.volume)
    return {
        name: VolumeSum(count, scanned, int(size or 0), int(hard or 0), oldest)
        for name, count, scanned, size, hard, oldest in counted.tuples()
    }


@dataclass(frozen=True, slots=True)
class Away:
    """A volume of which no area can be measured.

    areas    how many it has
    since    when the last of them was measured, or else found
    failure  why the last scan failed
    """

    volume: str
    areas: int
    since: datetime
    failure: str


def away(before: datetime) -> list[Away]:
    """The volumes of which nothing was measured since a time, though it was tried."""
    there = AreaRow.select(
        AreaRow.volume,
        fn.COUNT(AreaRow.id),
        fn.MAX(AreaRow.last_scanned),
        fn.MAX(AreaRow.added_at),
        fn.MAX(AreaRow.last_attempt),
    )
    rows: Any = there.where(AreaRow.gone_at.is_null()).group_by(AreaRow.volume).tuples()
    return [
        Away(volume, count, since, _last_failure(volume))
        for volume, count, scanned, added, tried in rows
        if (since := scanned or added) < before and tried > since
    ]


def _last_failure(volume: str) -> str:
    failed = ScanRow.select(ScanRow.failure).join(AreaRow).where(AreaRow.volume == volume, is_last_failure())
    row = failed.order_by(ScanRow.as_of.desc()).first()
    return harmless(row.failure or "") if row is not None else ""
