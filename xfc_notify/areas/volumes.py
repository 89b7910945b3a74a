"""What the last scans of the areas on a volume found."""

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
