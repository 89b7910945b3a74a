"""What the last scans of the areas on a volume found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.scans import past_scan
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import PastScan


def last_scans(volume: str) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume with its last whole scan."""
    rows = areas.joined_with_last_scan().where(AreaRow.volume == volume).order_by(AreaRow.path)
    joined = ((row, areas.joined_scan(row)) for row in rows)
    return [(areas.area(row), None if scan is None else past_scan(scan)) for row, scan in joined]


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
    counted: Any = AreaRow.select(
        AreaRow.volume,
        fn.COUNT(AreaRow.id),
        fn.COUNT(AreaRow.size),
        fn.SUM(AreaRow.size),
        given,
        fn.MIN(AreaRow.last_scanned),
    ).group_by(AreaRow.volume)
    return {
        name: VolumeSum(count, scanned, int(size or 0), int(hard or 0), oldest)
        for name, count, scanned, size, hard, oldest in counted.tuples()
    }
