"""What the last scans of the areas on a volume found."""

from peewee import JOIN

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import PastScan
from xfc_notify.people.tables import UserRow


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
        .where(AreaRow.volume == volume)
        .order_by(AreaRow.path)
    )
    return [(areas.area(row), _past(getattr(row, "scanned", None))) for row in query]


def _past(scan: ScanRow | None) -> PastScan | None:
    if scan is None or scan.id is None:
        return None
    return PastScan(scan.as_of, scan.size, scan.temporal_usage, scan.files, scan.complete)
