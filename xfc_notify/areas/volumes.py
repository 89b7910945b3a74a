"""What the last scans of the areas on a volume found."""

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.scans import past_scan
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import PastScan
from xfc_notify.usage import Counted


def last_scans(volume: str, counts: Counted) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume with its last whole scan; `counts` is that of [limits]."""
    rows = areas.joined_with_last_scan().where(AreaRow.volume == volume).order_by(AreaRow.path)
    joined = ((row, areas.joined_scan(row)) for row in rows)
    return [(areas.area(row, counts), None if scan is None else past_scan(scan)) for row, scan in joined]
