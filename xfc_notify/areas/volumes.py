"""Whole volumes as areas of the operators, and what the last scans of the areas on them found."""

from collections.abc import Sequence
from datetime import datetime

from peewee import JOIN

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import OPERATORS, PastScan, Volume
from xfc_notify.paths import show
from xfc_notify.people.tables import UserRow


def area_of(volume: Volume, who: UserRow, now: datetime) -> AreaRow:
    """The area that stands for a whole volume; added when first needed, with today's name and capacity."""
    areas.add_area(OPERATORS, volume.name, volume.path, volume.capacity or 0, 0, now)
    changes = {"user": who, "volume": volume.name, "hard_quota": volume.capacity or 0, "measured": False}
    AreaRow.update(**changes).where(AreaRow.path == show(volume.path)).execute()
    row: AreaRow = (
        AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.path == show(volume.path)).get()
    )
    return row


def areas_but_of(volumes: Sequence[Volume]) -> list[AreaRow]:
    """The areas that stand for volumes other than these."""
    known = [show(volume.path) for volume in volumes]
    return list(AreaRow.select().where(~AreaRow.measured, AreaRow.path.not_in(known)))


def last_scans(volume: str) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume with its last whole scan."""
    columns = (
        ScanRow.id,
        ScanRow.as_of,
        ScanRow.size,
        ScanRow.temporal_usage,
        ScanRow.files,
        ScanRow.complete,
    )
    query = (
        AreaRow.select(AreaRow, UserRow, *columns)
        .join(UserRow)
        .join_from(AreaRow, ScanRow, JOIN.LEFT_OUTER, on=(AreaRow.last_scan == ScanRow.id), attr="scanned")
        .where(AreaRow.volume == volume, AreaRow.measured)
        .order_by(AreaRow.path)
    )
    return [(areas.area(row), _past(getattr(row, "scanned", None))) for row in query]


def _past(scan: ScanRow | None) -> PastScan | None:
    if scan is None or scan.id is None:
        return None
    return PastScan(scan.as_of, scan.size, scan.temporal_usage, scan.files, scan.complete)
