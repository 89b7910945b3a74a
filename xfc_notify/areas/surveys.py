"""Surveys: an area is measured from outside, from what somebody else has walked, with no order and no scanner.

It is a scan of one slice that is ordered and answered in one transaction, so that nobody walks what is ordered here.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from xfc_notify.areas.scans import add_slices
from xfc_notify.areas.slices import new_slice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.scan.order import SliceResult
from xfc_notify.states import ScanState
from xfc_notify.store.database import for_update
from xfc_notify.usage import Source, Usage


def wanting(volumes: Collection[str], as_of: datetime) -> list[AreaRow]:
    """The areas on these volumes of which nothing as late as this is known, by path."""
    rows = AreaRow.select().where(AreaRow.volume.in_(list(volumes)), _is_wanting(as_of))
    return list(rows.order_by(AreaRow.path))


def answer_of(area: int, usage: Usage, failure: str | None, host: str) -> SliceResult | None:
    """An answer that says what was measured of an area, or why nothing was, with the scan that it answers opened.

    To be called in the transaction that records it. None if the area is gone, or as much is known meanwhile. A scan
    that was open is dropped: what its scanners answer finds no slice.
    """
    is_open = (ScanRow.area == area) & (ScanRow.state == ScanState.OPEN)
    dropped = [scan.id for scan in for_update(ScanRow.select(ScanRow.id).where(is_open))]
    if not AreaRow.select().where(AreaRow.id == area, _is_wanting(usage.as_of)).exists():
        return None
    SliceRow.delete().where(SliceRow.scan.in_(dropped)).execute()
    ScanRow.delete().where(ScanRow.id.in_(dropped)).execute()
    scan = str(uuid4())
    ScanRow.insert(
        id=scan,
        area=area,
        state=ScanState.OPEN,
        source=Source.WRSTAT,
        clock=usage.clock.value,
        as_of=usage.as_of,
        progress_at=usage.as_of,
    ).execute()
    part = new_slice(scan, [b""], usage.as_of)
    add_slices([part])
    return SliceResult(scan, part["id"], usage, (), 0, host, failure)


def _is_wanting(as_of: datetime) -> Any:
    measured = AreaRow.last_scanned.is_null() | (AreaRow.last_scanned < as_of)
    there = AreaRow.gone_at.is_null() | (AreaRow.gone_at < as_of)
    return measured & there & (AreaRow.last_attempt != as_of)
