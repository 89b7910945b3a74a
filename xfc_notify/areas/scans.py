"""Scans: which areas are chosen, how their scans are opened, and what the past ones found.

A slice is a row from its order to its first answer; a second answer finds no row and changes nothing. A
scan is whole when its last slice is answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from peewee import SQL, Expression, chunked, fn

from xfc_notify.areas.slices import URGENT, new_slice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.domain import CLOCK_SKEW, PastScan
from xfc_notify.people.tables import UserRow
from xfc_notify.states import ScanState
from xfc_notify.store.database import BATCH, db, for_update
from xfc_notify.store.fields import time_of
from xfc_notify.store.layers_json import load_layers
from xfc_notify.usage import Clock

HISTORY = 1000
MEASURED = (
    ScanRow.as_of,
    ScanRow.size,
    ScanRow.allocated,
    ScanRow.temporal_usage,
    ScanRow.files,
    ScanRow.complete,
)
"""The columns with what a whole scan found, without the details of its usage."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which areas to scan: all conditions hold together; without any, all areas.

    surveyed  not those on these volumes: wrstat has walked them
    """

    users: Sequence[str] = ()
    volume: str | None = None
    not_since: datetime | None = None
    surveyed: Collection[str] = ()


def open_scans(choice: Choice, count: int | None, clock: Clock, now: datetime) -> int:
    """Open scans of up to `count` chosen areas (None: all), the area scanned longest ago first; how many were opened.

    An area whose scan is open is passed over: two callers at once never open two scans of one area.
    """
    opened = 0
    with db.atomic():
        while count is None or opened < count:
            room = None if count is None else count - opened
            chosen = _not_open(choice, now).order_by(AreaRow.last_attempt, AreaRow.id).limit(room)
            areas = [area for (area,) in chosen.tuples()]
            if not areas:
                break
            opened += open_now(areas, clock, now)
    return opened


def hasten(areas: Sequence[int], clock: Clock, now: datetime) -> None:
    """Scan these areas before all others: open scans go first from here on, and the others are opened."""
    with db.atomic():
        for some in chunked(sorted(areas), BATCH):
            is_open = ScanRow.area.in_(some) & (ScanRow.state == ScanState.OPEN)
            under_way = [
                scan.id for scan in for_update(ScanRow.select(ScanRow.id).where(is_open).order_by(ScanRow.id))
            ]
            SliceRow.update(ordered_at=URGENT).where(SliceRow.scan.in_(under_way)).execute()
        open_now(areas, clock, now, urgent=True)


def open_stale(
    subjects: Mapping[int, datetime], clock: Clock, now: datetime, surveyed: Collection[str] = ()
) -> int:
    """Open scans of those of these areas, by subject, that no scan was tried of since a time; how many.

    Those on volumes that are surveyed wait for the next data of wrstat.
    """
    opened = 0
    for some in chunked(sorted(subjects), BATCH):
        tried = AreaRow.select(AreaRow.id, AreaRow.subject, AreaRow.last_attempt).where(
            AreaRow.subject.in_(some), AreaRow.volume.not_in(list(surveyed))
        )
        stale = [
            row.id
            for row in tried
            if row.last_attempt < subjects[row.subject_id] or row.last_attempt > now + CLOCK_SKEW
        ]
        if stale:
            with db.atomic():
                opened += open_now(stale, clock, now)
    return opened


def _not_open(choice: Choice, now: datetime) -> Any:
    is_open = ScanRow.select(ScanRow.area).where(ScanRow.state == ScanState.OPEN)
    query = AreaRow.select(AreaRow.id).where(AreaRow.id.not_in(is_open))
    if choice.users:
        query = query.join(UserRow).where(UserRow.name.in_(list(choice.users)))
    if choice.volume is not None:
        query = query.where(AreaRow.volume == choice.volume)
    if choice.surveyed:
        query = query.where(AreaRow.volume.not_in(list(choice.surveyed)))
    if choice.not_since is not None:
        is_ahead = AreaRow.last_attempt > now + CLOCK_SKEW
        query = query.where((AreaRow.last_attempt <= choice.not_since) | is_ahead)
    return query


def open_now(areas: Sequence[int], clock: Clock, now: datetime, *, urgent: bool = False) -> int:
    """Open scans of those of these areas that have none; how many."""
    rows = [
        {
            "id": str(uuid4()),
            "area": area,
            "state": ScanState.OPEN,
            "clock": clock.value,
            "as_of": now.replace(microsecond=0),
            "progress_at": now,
        }
        for area in areas
    ]
    mine = [str(row["id"]) for row in rows]
    for some in chunked(rows, ScanRow.at_once()):
        ScanRow.insert_many(some).on_conflict_ignore().execute()
    asked = (ScanRow.select(ScanRow.id).where(ScanRow.id.in_(few)) for few in chunked(mine, BATCH))
    opened = {scan.id for query in asked for scan in query}
    slices = [
        # A microsecond each keeps the order in which the areas were chosen.
        new_slice(scan_id, [b""], URGENT if urgent else now + timedelta(microseconds=place))
        for place, scan_id in enumerate(mine)
        if scan_id in opened
    ]
    add_slices(slices)
    return len(slices)


def add_slices(slices: Sequence[Mapping[str, Any]]) -> None:
    """Store slices that `new_slice` made."""
    for some in chunked(slices, SliceRow.at_once()):
        SliceRow.insert_many(some).execute()


def past(
    area: AreaRow, before: datetime | None = None, *, beside: ScanRow | None = None
) -> tuple[PastScan, ...]:
    """The whole scans of an area, oldest first, at most the last 1,000: all, those before a time, or all but one."""
    whole = (ScanRow.area == area) & (ScanRow.state == ScanState.WHOLE)
    rows = ScanRow.select(*MEASURED, ScanRow.layers).where(whole)
    if before is not None:
        rows = rows.where(ScanRow.as_of < before)
    if beside is not None:
        rows = rows.where(ScanRow.id != beside.id)
    latest = rows.order_by(ScanRow.as_of.desc(), ScanRow.ended_at.desc()).limit(HISTORY)
    return tuple(past_scan(row) for row in reversed(list(latest)))


def last_of(areas: Sequence[AreaRow]) -> dict[int, ScanRow]:
    """Area id → its last whole scan, with the columns MEASURED and the findings; areas without one are left out."""
    last = [area.last_scan for area in areas if area.last_scan is not None]
    chosen = (
        ScanRow.select(ScanRow.area, ScanRow.findings, *MEASURED).where(ScanRow.id.in_(some))
        for some in chunked(last, BATCH)
    )
    return {scan.area_id: scan for query in chosen for scan in query}


def past_scan(row: ScanRow) -> PastScan:
    """The row, read with the columns MEASURED, as the noun that plugins are given."""
    layers = None if row.layers is None else load_layers(row.layers)
    return PastScan(row.as_of, row.size, row.temporal_usage, row.files, row.complete, layers, row.allocated)


def past_scan_of(values: Sequence[Any]) -> PastScan:
    """The same of the columns MEASURED as the database gives them: rows of peewee cost ten times as much."""
    as_of, size, allocated, temporal_usage, files, complete = values
    return PastScan(time_of(as_of), size, temporal_usage, files, bool(complete), allocated=allocated)


def failures(user: UserRow | None, count: int) -> list[ScanRow]:
    """The failed last scans of all areas or of one user's, with the area's path, latest first."""
    query = ScanRow.select(ScanRow.id, ScanRow.as_of, ScanRow.failure, AreaRow.path).join(AreaRow)
    if user is not None:
        query = query.where(AreaRow.user == user)
    return list(query.where(is_last_failure()).order_by(ScanRow.as_of.desc(), ScanRow.id).limit(count))


def is_last_failure() -> Expression:
    """That a scan was the last one of its area, and failed."""
    last: Expression = (AreaRow.last_attempt == ScanRow.as_of) & (
        AreaRow.last_scanned.is_null() | (AreaRow.last_scanned < ScanRow.as_of)
    )
    # A literal, so that the database can use the partial index.
    return last & (ScanRow.state == SQL("'failed'"))


def unanswered(since: datetime) -> tuple[int, datetime | None]:
    """How many open scans had no answer since a time though orders were sent, and when the first got its last one."""
    sent = SliceRow.select(SliceRow.scan).where(SliceRow.attempts > 0)
    # A literal, so that the database can use the partial index.
    stands = (ScanRow.state == SQL("'open'")) & (ScanRow.progress_at <= since) & ScanRow.id.in_(sent)
    query = ScanRow.select(fn.COUNT(ScanRow.id), fn.MIN(ScanRow.progress_at)).where(stands)
    found: Any = query.tuples().get()
    count, first = found
    return int(count), first


def count_open() -> int:
    """How many scans are open."""
    return int(ScanRow.select().where(ScanRow.state == ScanState.OPEN).count())
