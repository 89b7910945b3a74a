"""What the last scans of the areas on a volume found."""

from typing import Any

from peewee import JOIN

from xfc_notify import domain
from xfc_notify.areas.scans import MEASURED, past_scan_of
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import PastScan
from xfc_notify.paths import parse
from xfc_notify.people.tables import UserRow
from xfc_notify.store.database import db
from xfc_notify.store.fields import time_of
from xfc_notify.usage import Counted


def last_scans(volume: str, counts: Counted) -> list[tuple[domain.Area, PastScan | None]]:
    """Every area on a volume with its last whole scan; `counts` is that of [limits].

    There may be 100,000 of them, at every tick.
    """
    last = AreaRow.last_scan == ScanRow.id
    limits = (AreaRow.hard_quota, AreaRow.temporal_quota, AreaRow.last_scanned)
    query = (
        AreaRow.select(UserRow.name, AreaRow.path, *limits, ScanRow.id, *MEASURED)
        .join(UserRow)
        .join_from(AreaRow, ScanRow, JOIN.LEFT_OUTER, on=last)
        .where(AreaRow.volume == volume)
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
