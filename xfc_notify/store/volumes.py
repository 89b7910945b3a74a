"""Whole volumes as areas of the operators, and what the last scans of the areas on them found."""

from collections.abc import Sequence
from datetime import datetime

from peewee import JOIN

from xfc_notify import domain
from xfc_notify.domain import OPERATORS, PastScan, Volume
from xfc_notify.paths import show
from xfc_notify.store import areas
from xfc_notify.store.tables import Area, Scan, User


def area_of(volume: Volume, who: User, now: datetime) -> Area:
    """The area that stands for a whole volume; added when first needed, with today's name and capacity."""
    areas.add_area(OPERATORS, volume.name, volume.path, volume.capacity or 0, 0, now)
    changes = {"user": who, "volume": volume.name, "hard_quota": volume.capacity or 0, "measured": False}
    Area.update(**changes).where(Area.path == show(volume.path)).execute()
    row: Area = Area.select(Area, User).join(User).where(Area.path == show(volume.path)).get()
    return row


def areas_but_of(volumes: Sequence[Volume]) -> list[Area]:
    """The areas that stand for volumes other than these."""
    known = [show(volume.path) for volume in volumes]
    return list(Area.select().where(~Area.measured, Area.path.not_in(known)))


def last_scans(volume: str) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume with its last whole scan."""
    columns = (Scan.id, Scan.as_of, Scan.size, Scan.temporal_usage, Scan.files, Scan.complete)
    query = (
        Area.select(Area, User, *columns)
        .join(User)
        .join_from(Area, Scan, JOIN.LEFT_OUTER, on=(Area.last_scan == Scan.id), attr="scanned")
        .where(Area.volume == volume, Area.measured)
        .order_by(Area.path)
    )
    return [(areas.area(row), _past(getattr(row, "scanned", None))) for row in query]


def _past(scan: Scan | None) -> PastScan | None:
    if scan is None or scan.id is None:
        return None
    return PastScan(scan.as_of, scan.size, scan.temporal_usage, scan.files, scan.complete)
