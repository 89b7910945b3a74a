"""Orders: the slices that are due to be measured, and their leases."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from peewee import Expression, chunked, fn

from xfc_notify.areas.slices import URGENT
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.paths import parse
from xfc_notify.scan.order import ScanOrder
from xfc_notify.store.database import BATCH, db, for_update
from xfc_notify.units import DAY_SECONDS
from xfc_notify.usage import Clock
from xfc_notify.usage.directories import NOTHING, SHARE
from xfc_notify.usage.tally import Tally

CLAIM = timedelta(minutes=1)
"""How long nobody else sends an order that somebody has claimed, to send it."""

LEASE = timedelta(minutes=30)
"""How long an order that was sent may stay unanswered before it is sent again; doubled each time: it may only wait."""

LONGEST_LEASE = timedelta(hours=12)

IN_FLIGHT = 1000
"""Orders that may be under way at once. The rest wait in the database, where nothing is sent twice."""


def claim_orders(
    now: datetime, budget: float, one_file_system: bool, exclude: tuple[bytes, ...] = ()
) -> list[ScanOrder]:
    """Orders that are due to be sent, oldest first: never sent, or not answered within their lease.

    Urgent ones go first, and need no room. Whoever claims them sends them, and calls `settle`. A scan is as of the time
    when its first order goes out: before that it may have waited long. `budget` in seconds.

    What belongs to a scan that somebody else has locked, to answer or to claim it, is left for the next time: it
    waits for nobody, so that nobody can wait for it in a circle.
    """
    if not SliceRow.select().where(_unsent(now)).exists():  # mostly; and it costs no transaction
        return []
    with db.atomic():
        under_way = SliceRow.select(fn.COUNT(SliceRow.id)).where(~_unsent(now)).scalar()
        room = IN_FLIGHT - int(under_way)
        due = (
            SliceRow.select(SliceRow)
            .join(ScanRow)
            .where(_unsent(now))
            .order_by(SliceRow.ordered_at, SliceRow.id)
        )
        urgent = due.where(SliceRow.ordered_at == URGENT).limit(IN_FLIGHT)
        claimed = list(for_update(urgent, skip_locked=True))
        if room > len(claimed):
            others = due.where(SliceRow.ordered_at > URGENT).limit(room - len(claimed))
            claimed.extend(for_update(others, skip_locked=True))
        if not claimed:
            return []
        for few in chunked([part.id for part in claimed], BATCH):
            SliceRow.update(lease_until=now + CLAIM, attempts=SliceRow.attempts + 1).where(
                SliceRow.id.in_(few)
            ).execute()
        fresh = {part.scan_id for part in claimed if part.attempts == 0}
        for some in chunked(fresh, BATCH):
            ScanRow.update(progress_at=now).where(ScanRow.id.in_(some)).execute()
        unbegun = [part.scan_id for part in claimed if part.attempts == 0 and part.directories == [""]]
        for some in chunked(unbegun, BATCH):
            ScanRow.update(as_of=now.replace(microsecond=0)).where(ScanRow.id.in_(some)).execute()
        return _orders(claimed, budget, one_file_system, exclude)


def settle(claimed: Sequence[ScanOrder], done: int, now: datetime) -> None:
    """So many of those claimed are in the queue now, and have a lease; the others are due again."""
    for few in chunked([order.slice_id for order in claimed[:done]], BATCH):
        sent = SliceRow.id.in_(few)
        for attempts in {part.attempts for part in SliceRow.select(SliceRow.attempts).where(sent)}:
            lease = min(LEASE * 2 ** min(attempts - 1, 10), LONGEST_LEASE)
            SliceRow.update(lease_until=now + lease).where(sent, SliceRow.attempts == attempts).execute()
    for few in chunked([order.slice_id for order in claimed[done:]], BATCH):
        SliceRow.update(lease_until=None).where(SliceRow.id.in_(few)).execute()


def release_all() -> None:
    """Make all orders due again: for a broker that died with its process. An order done twice does no harm."""
    SliceRow.update(lease_until=None).where(SliceRow.lease_until.is_null(False)).execute()


def _unsent(now: datetime) -> Expression:
    """Never sent, or the lease is over; a lease longer than any was given by a wrong clock."""
    is_over = (SliceRow.lease_until <= now) | (SliceRow.lease_until > now + LONGEST_LEASE + CLOCK_SKEW)
    return SliceRow.lease_until.is_null() | is_over


def _orders(
    slices: Sequence[SliceRow], budget: float, one_file_system: bool, exclude: tuple[bytes, ...]
) -> list[ScanOrder]:
    of_area = (AreaRow.path, AreaRow.uid, AreaRow.last_scan)
    rows = ScanRow.select(ScanRow.id, ScanRow.as_of, ScanRow.clock, *of_area).join(AreaRow)
    chosen = (rows.where(ScanRow.id.in_(some)) for some in chunked({part.scan_id for part in slices}, BATCH))
    scans = {scan.id: scan for query in chosen for scan in query}
    least = _least([scan.area.last_scan for scan in scans.values() if scan.area.last_scan])
    return [
        ScanOrder(
            scan_id=part.scan_id,
            slice_id=part.id,
            root=parse(scans[part.scan_id].area.path),
            directories=tuple(parse(text) for text in part.directories),
            as_of=scans[part.scan_id].as_of,
            clock=Clock(scans[part.scan_id].clock),
            budget=budget,
            one_file_system=one_file_system,
            again=part.attempts > 0,
            uid=scans[part.scan_id].area.uid,
            exclude=exclude,
            least=least.get(scans[part.scan_id].area.last_scan, NOTHING),
        )
        for part in slices
    ]


def _least(last_scans: Sequence[str]) -> dict[str | None, Tally]:
    """By the last scan of an area: what a directory holds at least to be named.

    Half of its share of what was there: so nothing is missed unless most of it is gone since.
    """
    columns = (ScanRow.id, ScanRow.size, ScanRow.files, ScanRow.temporal_usage)
    chosen = (ScanRow.select(*columns).where(ScanRow.id.in_(some)) for some in chunked(last_scans, BATCH))
    return {
        row.id: Tally(
            row.files // (2 * SHARE),
            row.size // (2 * SHARE),
            0,
            int(row.temporal_usage * DAY_SECONDS) // (2 * SHARE),
        )
        for query in chosen
        for row in query
    }
