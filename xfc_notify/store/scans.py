"""Scans and their slices: opened, ordered, answered, given up.

A slice is a row from its order to its first answer; a second answer finds no row and changes nothing. A
scan is whole when its last slice is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

from peewee import SQL, Expression, fn

from xfc_notify.domain import CLOCK_SKEW, Level, PastScan, ScanOrder, SliceResult
from xfc_notify.errors import BadMessage
from xfc_notify.paths import parse, show
from xfc_notify.store.database import db, for_update
from xfc_notify.store.tables import Area, Scan, Slice, User
from xfc_notify.usage import Clock, Usage
from xfc_notify.wire import dump_usage, load_usage

LEASE = timedelta(minutes=30)
"""How long a slice may stay unanswered before it is sent again; doubled each time: it may only be waiting."""
LONGEST_LEASE = timedelta(hours=12)
IN_FLIGHT = 1000
"""Orders that may be under way at once. The rest wait in the database, where nothing is sent twice."""
GIVE_UP = timedelta(days=1)
SHARERS = 8
"""How many slices a scan is divided into, so that as many workers can share it."""
URGENT = datetime(1970, 1, 1, tzinfo=UTC)
"""The order time of a slice that goes before all others, and is sent however many are under way."""
HISTORY = 1000
LARGEST_SIZE = 2**63 - 1
"""What the column holds; sparse files can be more together. `usage` has the exact sum."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """Which areas to scan: all conditions hold together; without any, all areas."""

    users: Sequence[str] = ()
    volume: str | None = None
    not_since: datetime | None = None


def open_scans(choice: Choice, count: int | None, clock: Clock, now: datetime) -> int:
    """Open scans of up to `count` chosen areas (None: all), the area scanned longest ago first; how many were opened.

    An area whose scan is open is passed over: two callers at once never open two scans of one area.
    """
    opened = 0
    with db.atomic():
        while count is None or opened < count:
            room = None if count is None else count - opened
            chosen = _not_open(choice, now).order_by(Area.last_attempt, Area.id).limit(room)
            areas = [area for (area,) in chosen.tuples()]
            if not areas:
                break
            for first in range(0, len(areas), _BATCH):
                opened += _open(areas[first : first + _BATCH], clock, now)
    return opened


def hasten(areas: Sequence[int], clock: Clock, now: datetime) -> None:
    """Scan these areas before all others: open scans go first from here on, and the others are opened."""
    with db.atomic():
        is_open = Scan.area.in_(list(areas)) & (Scan.state == "open")
        under_way = [scan.id for scan in for_update(Scan.select(Scan.id).where(is_open).order_by(Scan.id))]
        Slice.update(ordered_at=URGENT).where(Slice.scan.in_(under_way)).execute()
        _open(areas, clock, now, urgent=True)


def _not_open(choice: Choice, now: datetime) -> Any:
    is_open = Scan.select(Scan.area).where(Scan.state == "open")
    query = Area.select(Area.id).where(Area.measured, Area.id.not_in(is_open))
    if choice.users:
        query = query.join(User).where(User.name.in_(list(choice.users)))
    if choice.volume is not None:
        query = query.where(Area.volume == choice.volume)
    if choice.not_since is not None:
        is_ahead = Area.last_attempt > now + CLOCK_SKEW
        query = query.where((Area.last_attempt <= choice.not_since) | is_ahead)
    return query


def _open(areas: Sequence[int], clock: Clock, now: datetime, *, urgent: bool = False) -> int:
    rows = [
        {"id": str(uuid4()), "area": area, "state": "open", "clock": clock.value, "as_of": now.replace(microsecond=0),
         "progress_at": now}
        for area in areas
    ]  # fmt: skip
    Scan.insert_many(rows).on_conflict_ignore().execute()
    mine = [str(row["id"]) for row in rows]
    opened = {scan.id for scan in Scan.select(Scan.id).where(Scan.id.in_(mine))}
    slices = [
        # A microsecond each keeps the order in which the areas were chosen.
        _slice(scan_id, [b""], URGENT if urgent else now + timedelta(microseconds=place))
        for place, scan_id in enumerate(mine)
        if scan_id in opened
    ]
    if slices:
        Slice.insert_many(slices).execute()
    return len(slices)


def claim_orders(now: datetime, budget: float, one_file_system: bool) -> list[ScanOrder]:
    """Orders that are due to be sent, oldest first: never sent, or not answered within their lease.

    Urgent ones go first, and need no room. Each gets a lease; whoever claims it sends it. A scan is as of the time
    when its first order goes out: before that it may have waited long. `budget` in seconds.

    What belongs to a scan that somebody else has locked, to answer or to claim it, is left for the next time: it
    waits for nobody, so that nobody can wait for it in a circle.
    """
    with db.atomic():
        under_way = Slice.select(fn.COUNT(Slice.id)).where(~_unsent(now)).scalar()
        room = IN_FLIGHT - int(under_way)
        due = Slice.select(Slice).join(Scan).where(_unsent(now)).order_by(Slice.ordered_at, Slice.id)
        urgent = due.where(Slice.ordered_at == URGENT).limit(IN_FLIGHT)
        claimed = list(for_update(urgent, skip_locked=True))
        if room > len(claimed):
            others = due.where(Slice.ordered_at > URGENT).limit(room - len(claimed))
            claimed.extend(for_update(others, skip_locked=True))
        if not claimed:
            return []
        for part in claimed:
            lease = min(LEASE * 2 ** min(part.attempts, 10), LONGEST_LEASE)
            Slice.update(lease_until=now + lease, attempts=Slice.attempts + 1).where(
                Slice.id == part.id
            ).execute()
        fresh = {part.scan_id for part in claimed if part.attempts == 0}
        Scan.update(progress_at=now).where(Scan.id.in_(list(fresh))).execute()
        unbegun = [part.scan_id for part in claimed if part.attempts == 0 and part.directories == [""]]
        Scan.update(as_of=now.replace(microsecond=0)).where(Scan.id.in_(unbegun)).execute()
        return _orders(claimed, budget, one_file_system)


def unclaim(orders: Iterable[ScanOrder]) -> None:
    """Take back the lease of orders that could not be sent."""
    ids = [order.slice_id for order in orders]
    Slice.update(lease_until=None).where(Slice.id.in_(ids)).execute()


def release_all() -> None:
    """Make all orders due again: for a broker that died with its process. An order done twice does no harm."""
    Slice.update(lease_until=None).where(Slice.lease_until.is_null(False)).execute()


def answer(result: SliceResult, now: datetime) -> Scan | None:
    """Take the answer to a slice into its scan; the scan, or None if the slice was answered before.

    To be called in a transaction. A scan that is whole by this is stored with `conclude`, once it was judged.
    Raises BadMessage for an answer that does not fit its order.
    """
    scans = (
        Scan.select(Scan, Area, User)
        .join(Area)
        .join(User)
        .where(Scan.id == result.scan_id, Scan.state == "open")
    )
    scan: Scan | None = for_update(scans, of=Scan).get_or_none()
    part = _taken(result) if scan is not None else None
    if scan is None or part is None:
        return None
    if result.failure is not None:
        _fail(scan, result.failure, now)
        return scan
    _check_remaining(result.remaining, {parse(text) for text in part.directories})
    try:
        before = load_usage(scan.usage) if scan.usage else Usage(scan.as_of, Clock(scan.clock))
        usage = before + result.usage
    except ValueError as error:
        raise BadMessage(f"an answer that does not fit scan {scan.id}: {error}") from None
    scan.usage = dump_usage(usage.bounded())
    scan.slices += 1
    scan.seconds += result.seconds
    scan.progress_at = now
    others = Slice.select().where(Slice.scan == scan.id).count()
    ordered_at = URGENT if part.ordered_at == URGENT else now
    _add_slices(scan.id, _shares(result.remaining, others), ordered_at)
    if not result.remaining and not others:
        scan.size, scan.files = min(usage.size, LARGEST_SIZE), usage.files
        scan.temporal_usage, scan.complete = usage.temporal_usage, usage.complete
        scan.state = "whole"
    else:
        scan.save(only=["usage", "slices", "seconds", "progress_at"])
    return scan


def conclude(scan: Scan, findings: list[dict[str, Any]], worst: Level, now: datetime) -> None:
    """Store a whole scan with what the policies said of it, and scan again if that was asked for meanwhile."""
    scan.findings = findings
    scan.ended_at = now
    scan.save()
    query = Area.update(
        last_attempt=scan.as_of, last_scanned=scan.as_of, last_scan=scan.id, level=int(worst)
    ).where(Area.id == scan.area_id)
    (area,) = query.returning(Area.rescan_asked_at).execute()
    # The owner has cleaned up after this scan began: it saw what is gone.
    asked_at = area.rescan_asked_at
    if asked_at is not None and scan.as_of < asked_at <= now + CLOCK_SKEW:
        _open([scan.area_id], Clock(scan.clock), now, urgent=True)


def give_up(now: datetime) -> list[str]:
    """End as failed the scans that no scanner answered for a day; the paths of their areas.

    One that waits for its turn to be sent is not stuck. One that is as of a time ahead would find all files too old.
    """
    with db.atomic():
        waiting = Slice.select(Slice.scan).where(Slice.attempts == 0)
        stands_still = (Scan.progress_at <= now - GIVE_UP) & Scan.id.not_in(waiting)
        is_stuck = (Scan.state == "open") & (stands_still | (Scan.as_of > now + CLOCK_SKEW))
        stuck = list(for_update(Scan.select(Scan, Area).join(Area).where(is_stuck), of=Scan))
        for scan in stuck:
            is_ahead = scan.as_of > now + CLOCK_SKEW
            why = "begun by a clock that was ahead" if is_ahead else "no scanner answered for a day"
            _fail(scan, why, now)
        return [scan.area.path for scan in stuck]


def past(area: Area, before: datetime | None = None) -> tuple[PastScan, ...]:
    """The whole scans of an area, all or those before a time, oldest first, at most the last 1,000."""
    columns = (Scan.as_of, Scan.size, Scan.temporal_usage, Scan.files, Scan.complete)
    rows = Scan.select(*columns).where(Scan.area == area, Scan.state == "whole")
    if before is not None:
        rows = rows.where(Scan.as_of < before)
    latest = rows.order_by(Scan.as_of.desc(), Scan.ended_at.desc()).limit(HISTORY)
    return tuple(
        PastScan(row.as_of, row.size, row.temporal_usage, row.files, row.complete)
        for row in reversed(list(latest))
    )


def failures(user: User | None, count: int) -> list[Scan]:
    """The failed last scans of all areas or of one user's, with the area, latest first."""
    query = Scan.select(Scan.id, Scan.as_of, Scan.failure, Area).join(Area)
    if user is not None:
        query = query.where(Area.user == user)
    return list(query.where(is_last_failure()).order_by(Scan.as_of.desc(), Scan.id).limit(count))


def is_last_failure() -> Expression:
    """That a scan was the last one of its area, and failed."""
    last: Expression = (Area.last_attempt == Scan.as_of) & (
        Area.last_scanned.is_null() | (Area.last_scanned < Scan.as_of)
    )
    # A literal, so that the database can use the partial index.
    return last & (Scan.state == SQL("'failed'"))


def count_open() -> int:
    """How many scans are open."""
    return int(Scan.select().where(Scan.state == "open").count())


def _fail(scan: Scan, why: str, now: datetime) -> None:
    scan.state, scan.ended_at, scan.failure = "failed", now, why
    scan.save()
    Slice.delete().where(Slice.scan == scan.id).execute()
    Area.update(last_attempt=scan.as_of).where(Area.id == scan.area_id).execute()


def _taken(result: SliceResult) -> Slice | None:
    """The order that this answers, now deleted; None if it was answered before."""
    query: Any = Slice.delete().where(Slice.id == result.slice_id, Slice.scan == result.scan_id)
    return next(iter(query.returning(Slice.directories, Slice.ordered_at).execute()), None)


def _unsent(now: datetime) -> Expression:
    """Never sent, or the lease is over; a lease longer than any was given by a wrong clock."""
    is_over = (Slice.lease_until <= now) | (Slice.lease_until > now + LONGEST_LEASE + CLOCK_SKEW)
    return Slice.lease_until.is_null() | is_over


def _orders(slices: Sequence[Slice], budget: float, one_file_system: bool) -> list[ScanOrder]:
    rows = Scan.select(Scan.id, Scan.as_of, Scan.clock, Area.path).join(Area)
    rows = rows.where(Scan.id.in_([part.scan_id for part in slices]))
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
        )
        for part in slices
    ]


def _add_slices(scan_id: str, shares: Iterable[Sequence[bytes]], ordered_at: datetime) -> None:
    rows = [_slice(scan_id, share, ordered_at) for share in shares]
    if rows:
        Slice.insert_many(rows).execute()


def _slice(scan_id: str, directories: Sequence[bytes], ordered_at: datetime) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "scan": scan_id,
        "directories": [show(path) for path in directories],
        "ordered_at": ordered_at,
    }


def _shares(directories: Sequence[bytes], others: int) -> list[Sequence[bytes]]:
    """Deal out directories to as many slices as keep the scan divided among SHARERS."""
    hands = min(len(directories), max(1, SHARERS - others))
    return [directories[hand::hands] for hand in range(hands)]


def _check_remaining(remaining: Sequence[bytes], ordered: set[bytes]) -> None:
    """What remains lies inside what was ordered, is not all of it, and nothing of it twice.

    Else a scan would never end, or something count twice.
    """
    if set(remaining) >= ordered:
        raise BadMessage("an answer that measured nothing of what was ordered")
    for path in remaining:
        above = path
        while above not in ordered:
            if not above:
                raise BadMessage("an answer about directories that were not ordered")
            above = above.rpartition(b"/")[0]
    # With the least of all bytes between its components, a path is followed by what lies inside it.
    in_order = sorted(path.replace(b"/", b"\0") + b"\0" for path in remaining)
    if any(inner.startswith(outer) for outer, inner in pairwise(in_order)):
        raise BadMessage("an answer with directories that lie inside each other")
