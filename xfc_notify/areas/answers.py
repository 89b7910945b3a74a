"""Answers: what a slice measured is added to its scan, until the scan is whole, or has failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.areas.scans import add_slices, open_now
from xfc_notify.areas.slices import URGENT, check_remaining, new_slice, shares
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.domain import CLOCK_SKEW, Level
from xfc_notify.errors import BadMessage
from xfc_notify.paths import parse
from xfc_notify.people.tables import UserRow
from xfc_notify.scan.order import SliceResult
from xfc_notify.settings import VolumeTable
from xfc_notify.states import ScanState
from xfc_notify.store.database import db, for_update
from xfc_notify.store.usage_json import dump_usage, load_usage
from xfc_notify.units import format_size
from xfc_notify.usage import Clock, Source, Usage
from xfc_notify.usage.summary import NOT_MEASURED

GIVE_UP = timedelta(days=1)

LARGEST = 2**63 - 1
"""What a column holds. The lengths of sparse files can be more together: `usage` has the exact sum."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A scan after an answer, and all that was measured for it so far."""

    scan: ScanRow
    usage: Usage


def answer(result: SliceResult, volumes: Sequence[VolumeTable], now: datetime) -> Answered | None:
    """Take the answer to a slice into its scan; None if the slice was answered before.

    To be called in a transaction. A scan that is whole by this is stored with `conclude`, once it was judged.
    A scan of more than its volume can hold has failed. Raises BadMessage for an answer that does not fit its order.
    """
    scans = (
        ScanRow.select(ScanRow, AreaRow, UserRow)
        .join(AreaRow)
        .join(UserRow)
        .where(ScanRow.id == result.scan_id, ScanRow.state == ScanState.OPEN)
    )
    scan: ScanRow | None = for_update(scans, of=ScanRow).get_or_none()
    part = _taken(result) if scan is not None else None
    if scan is None or part is None:
        return None
    if result.failure is not None:
        _fail(scan, result.failure, now)
        if result.gone:
            AreaRow.update(gone_at=now).where(AreaRow.id == scan.area_id, AreaRow.gone_at.is_null()).execute()
        return Answered(scan, result.usage)
    check_remaining(result.remaining, {parse(text) for text in part.directories})
    try:
        before = load_usage(scan.usage) if scan.usage else Usage(scan.as_of, Clock(scan.clock))
        usage = before + result.usage
    except ValueError as error:
        raise BadMessage(f"an answer that does not fit scan {scan.id}: {error}") from None
    usage = usage.bounded()
    if (why := _more_than_fits(usage, scan.area.volume, volumes)) is not None:
        _fail(scan, why, now)
        return Answered(scan, usage)
    others = SliceRow.select().where(SliceRow.scan == scan.id).count()
    is_whole = not result.remaining and not others
    if is_whole:
        usage = usage.finished()
    scan.usage = dump_usage(usage)
    scan.slices += 1
    scan.seconds += result.seconds
    scan.progress_at = now
    ordered_at = URGENT if part.ordered_at == URGENT else now
    add_slices([new_slice(scan.id, share, ordered_at) for share in shares(result.remaining, others)])
    if is_whole:
        scan.size, scan.allocated, scan.files = min(usage.size, LARGEST), usage.allocated, usage.files
        scan.temporal_usage, scan.complete = usage.temporal_usage, usage.complete
        scan.left_out = {kind: usage.errors[kind].count for kind in NOT_MEASURED if kind in usage.errors}
        scan.state = ScanState.WHOLE
    else:
        scan.save(only=["usage", "slices", "seconds", "progress_at"])
    return Answered(scan, usage)


def conclude(scan: ScanRow, judged_by: str, now: datetime) -> None:
    """Store a whole scan that was judged, and scan again if that was asked for meanwhile.

    Its area is listed as ok until its episodes say at which level it stands.
    """
    scan.ended_at = now
    scan.save()
    query = AreaRow.update(
        last_attempt=scan.as_of,
        last_scanned=scan.as_of,
        last_scan=scan.id,
        level=int(Level.OK),
        gone_at=None,
        judged_by=judged_by,
        size=scan.size,
    ).where(AreaRow.id == scan.area_id)
    (area,) = query.returning(AreaRow.rescan_asked_at).execute()
    # The owner has cleaned up after this scan began: it saw what is gone.
    asked_at = area.rescan_asked_at
    is_walked = scan.source == Source.SCAN
    if is_walked and asked_at is not None and scan.as_of < asked_at <= now + CLOCK_SKEW:
        open_now([scan.area_id], Clock(scan.clock), now, urgent=True)


def give_up(now: datetime) -> list[str]:
    """End as failed the scans that no scanner answered for a day; the paths of their areas.

    One that waits for its turn to be sent is not stuck. One that is as of a time ahead would find all files too old.
    """
    with db.atomic():
        waiting = SliceRow.select(SliceRow.scan).where(SliceRow.attempts == 0)
        stands_still = (ScanRow.progress_at <= now - GIVE_UP) & ScanRow.id.not_in(waiting)
        is_stuck = (ScanRow.state == ScanState.OPEN) & (stands_still | (ScanRow.as_of > now + CLOCK_SKEW))
        stuck = list(for_update(ScanRow.select(ScanRow, AreaRow).join(AreaRow).where(is_stuck), of=ScanRow))
        for scan in stuck:
            is_ahead = scan.as_of > now + CLOCK_SKEW
            why = "begun by a clock that was ahead" if is_ahead else "no scanner answered for a day"
            _fail(scan, why, now)
        return [scan.area.path for scan in stuck]


def refuse(scan_id: str, why: str, now: datetime) -> None:
    """End an open scan as failed whose order cannot be sent."""
    with db.atomic():
        scan = for_update(
            ScanRow.select().where(ScanRow.id == scan_id, ScanRow.state == ScanState.OPEN)
        ).get_or_none()
        if scan is not None:
            _fail(scan, why, now)


def _more_than_fits(usage: Usage, name: str, volumes: Sequence[VolumeTable]) -> str | None:
    """Why no scan of this volume can have found so much; None if it can. Whoever measures may say anything."""
    capacity = next((volume.capacity for volume in volumes if volume.name == name), None)
    if usage.allocated > (capacity or LARGEST):
        most = f"the volume holds {format_size(capacity)}" if capacity else "no volume holds so much"
        hint = "; if it has grown, change its capacity in the settings" if capacity else ""
        return f"the scanner says {format_size(usage.allocated)} on disk, but {most}{hint}"
    if usage.files > LARGEST:
        return f"the scanner says {usage.files:,} files, more than any volume holds"
    return None


def _fail(scan: ScanRow, why: str, now: datetime) -> None:
    scan.state, scan.ended_at, scan.failure = ScanState.FAILED, now, why
    scan.save()
    SliceRow.delete().where(SliceRow.scan == scan.id).execute()
    AreaRow.update(last_attempt=scan.as_of).where(AreaRow.id == scan.area_id).execute()


def _taken(result: SliceResult) -> SliceRow | None:
    """The order that this answers, now deleted; None if it was answered before."""
    query: Any = SliceRow.delete().where(SliceRow.id == result.slice_id, SliceRow.scan == result.scan_id)
    return next(iter(query.returning(SliceRow.directories, SliceRow.ordered_at).execute()), None)
