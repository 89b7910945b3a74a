"""Orders: the slices that are due to be measured, and their leases."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from peewee import Expression, fn

from xfc_notify.areas.slices import URGENT
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.domain import CLOCK_SKEW, ScanOrder
from xfc_notify.paths import parse
from xfc_notify.store.database import db, for_update
from xfc_notify.usage import Clock

LEASE = timedelta(minutes=30)
"""How long a slice may stay unanswered before it is sent again; doubled each time: it may only be waiting."""

LONGEST_LEASE = timedelta(hours=12)

IN_FLIGHT = 1000
"""Orders that may be under way at once. The rest wait in the database, where nothing is sent twice."""


def claim_orders(now: datetime, budget: float, one_file_system: bool) -> list[ScanOrder]:
    """Orders that are due to be sent, oldest first: never sent, or not answered within their lease.

    Urgent ones go first, and need no room. Each gets a lease; whoever claims it sends it. A scan is as of the time
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
        for part in claimed:
            lease = min(LEASE * 2 ** min(part.attempts, 10), LONGEST_LEASE)
            SliceRow.update(lease_until=now + lease, attempts=SliceRow.attempts + 1).where(
                SliceRow.id == part.id
            ).execute()
        fresh = {part.scan_id for part in claimed if part.attempts == 0}
        ScanRow.update(progress_at=now).where(ScanRow.id.in_(list(fresh))).execute()
        unbegun = [part.scan_id for part in claimed if part.attempts == 0 and part.directories == [""]]
        ScanRow.update(as_of=now.replace(microsecond=0)).where(ScanRow.id.in_(unbegun)).execute()
        return _orders(claimed, budget, one_file_system)


def unclaim(orders: Iterable[ScanOrder]) -> None:
    """Give back the lease of orders that could not be sent."""
    ids = [order.slice_id for order in orders]
    SliceRow.update(lease_until=None).where(SliceRow.id.in_(ids)).execute()


def release_all() -> None:
    """Make all orders due again: for a broker that died with its process. An order done twice does no harm."""
    SliceRow.update(lease_until=None).where(SliceRow.lease_until.is_null(False)).execute()


def _unsent(now: datetime) -> Expression:
    """Never sent, or the lease is over; a lease longer than any was given by a wrong clock."""
    is_over = (SliceRow.lease_until <= now) | (SliceRow.lease_until > now + LONGEST_LEASE + CLOCK_SKEW)
    return SliceRow.lease_until.is_null() | is_over


def _orders(slices: Sequence[SliceRow], budget: float, one_file_system: bool) -> list[ScanOrder]:
    rows = ScanRow.select(ScanRow.id, ScanRow.as_of, ScanRow.clock, AreaRow.path, AreaRow.uid).join(AreaRow)
    rows = rows.where(ScanRow.id.in_([part.scan_id for part in slices]))
    scans = {scan.id: scan for scan in rows}
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
            uid=scans[part.scan_id].area.uid,
        )
        for part in slices
    ]
