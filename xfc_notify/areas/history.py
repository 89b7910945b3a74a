"""What is kept of old scans: all for a while, then fewer; their details only until the next scan."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from peewee import chunked, fn

from xfc_notify.areas.scans import MEASURED, past_scan_of
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import PastScan
from xfc_notify.people.tables import UserRow
from xfc_notify.states import ScanState
from xfc_notify.store.database import BATCH, db
from xfc_notify.store.fields import time_of
from xfc_notify.store.tree_json import load_tree
from xfc_notify.usage.directories import Tree

WEEK = timedelta(days=7)
SUMMARIES_KEPT = 5 * WEEK
_FEW = 50
"""Summaries that are held in memory at once; each can be some hundred kilobytes."""


def thin_out(now: datetime, dense: timedelta, spacing: timedelta) -> int:
    """Forget scans older than `dense`, but for the smallest whole one of every `spacing`; how many were forgotten.

    One that could read everything goes before one that could not. The last scan of an area is always kept, and so is an
    open one. No figure changes by it: the last scan knows since when its bytes have been there.
    """
    with db.atomic():
        return sum(
            int(ScanRow.delete().where(ScanRow.id.in_(batch)).execute())
            for batch in chunked(list(_superfluous(now - dense, spacing)), BATCH)
        )


def drop_findings(before: datetime) -> int:
    """Forget what the policies said of scans before a time that are not the last of their area; of how many."""
    last = AreaRow.select(AreaRow.last_scan).where(AreaRow.last_scan.is_null(False))
    old = ScanRow.findings.is_null(False) & (ScanRow.as_of < before) & ScanRow.id.not_in(last)
    return int(ScanRow.update(findings=None).where(old).execute())


def drop_details(now: datetime) -> int:
    """Forget what was measured in detail by scans that are not the last of their area; how many.

    Size, files, temporal usage and findings are kept; of one scan a week the directory summary is, for five weeks: by
    it one can say what grew.
    """
    last = AreaRow.select(AreaRow.last_scan).where(AreaRow.last_scan.is_null(False))
    superseded = (ScanRow.state == ScanState.WHOLE) & ScanRow.usage.is_null(False) & ScanRow.id.not_in(last)
    scans = list(ScanRow.select(ScanRow.id, ScanRow.as_of).where(superseded))
    for batch in chunked(scans, _FEW):
        with db.atomic():
            _summarise([scan.id for scan in batch if scan.as_of > now - SUMMARIES_KEPT])
            ScanRow.update(usage=None, layers=None).where(
                ScanRow.id.in_([scan.id for scan in batch])
            ).execute()
    _thin_summaries(now)
    return len(scans)


def summary_before(area: AreaRow, time: datetime) -> tuple[datetime, Tree] | None:
    """The directory summary of the last scan before a time of which it is kept, and its `as_of`."""
    kept = (ScanRow.area == area) & ScanRow.tree.is_null(False) & (ScanRow.as_of < time)
    query = ScanRow.select(ScanRow.as_of, ScanRow.tree).where(kept).order_by(ScanRow.as_of.desc())
    scan = query.first()
    return None if scan is None else (scan.as_of, load_tree(scan.tree))


def _summarise(scans: list[str]) -> None:
    for scan in ScanRow.select(ScanRow.id, ScanRow.usage).where(ScanRow.id.in_(scans)):
        ScanRow.update(tree=scan.usage["tree"]).where(ScanRow.id == scan.id).execute()


def _thin_summaries(now: datetime) -> None:
    """Keep the last summary of each week."""
    rows = ScanRow.select(ScanRow.id, ScanRow.area, ScanRow.as_of).where(ScanRow.tree.is_null(False))
    seen: set[tuple[int, int]] = set()
    dropped = []
    for row in rows.order_by(ScanRow.area, ScanRow.as_of.desc()):
        week = (row.area_id, int(row.as_of.timestamp() // WEEK.total_seconds()))
        if week in seen or row.as_of <= now - SUMMARIES_KEPT:
            dropped.append(row.id)
        seen.add(week)
    for batch in chunked(dropped, BATCH):
        ScanRow.update(tree=None).where(ScanRow.id.in_(batch)).execute()


def latest(area: AreaRow, count: int) -> list[ScanRow]:
    """The latest scans of an area that have ended, newest first, without the details of their usage."""
    more = (ScanRow.id, ScanRow.state, ScanRow.findings, ScanRow.seconds, ScanRow.slices, ScanRow.failure)
    ended = ScanRow.select(*MEASURED, *more).where(ScanRow.area == area, ScanRow.state != ScanState.OPEN)
    return list(ended.order_by(ScanRow.as_of.desc()).limit(count))


def findings_at(area: AreaRow, time: datetime) -> list[dict[str, Any]]:
    """What the policies said of an area after the last whole scan that had ended by a time; empty if none is kept.

    Each has its "policy"; `load_finding` reads the rest.
    """
    ended = (ScanRow.area == area) & (ScanRow.state == ScanState.WHOLE) & (ScanRow.ended_at <= time)
    scan = ScanRow.select(ScanRow.findings).where(ended).order_by(ScanRow.as_of.desc()).first()
    return list(scan.findings or ()) if scan is not None else []


def whole(user: str = "") -> Iterator[tuple[AreaRow, datetime, PastScan]]:
    """All whole scans of the areas of those who want to be told: area with its user, end, and what was measured.

    By user, and for each in the order in which the scans ended. `user`: of this one alone.
    """
    for users in _by_name(user):
        mine = {
            row.id: row
            for row in AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.user.in_(users))
        }
        columns = (ScanRow.area, ScanRow.ended_at, *MEASURED)
        query = ScanRow.select(*columns).join(AreaRow).join(UserRow)
        whole = query.where(ScanRow.state == ScanState.WHOLE, AreaRow.user.in_(users))
        rows: Any = db.execute_sql(*whole.order_by(UserRow.name, ScanRow.ended_at, ScanRow.as_of).sql())
        for area, ended, *found in rows:
            yield mine[area], time_of(ended), past_scan_of(found)


def _by_name(only: str) -> Iterator[list[int]]:
    """Some at a time, those who want to be told, by name: no database holds all scans in memory then."""
    last = ""
    while True:
        query = UserRow.select(UserRow.id, UserRow.name).where(_is_told(only), UserRow.name > last)
        some = list(query.order_by(UserRow.name).limit(BATCH))
        if not some:
            return
        yield [user.id for user in some]
        last = some[-1].name


def _is_told(only: str) -> Any:
    return UserRow.notify & (UserRow.name == only) if only else UserRow.notify


def span_of_whole(user: str = "") -> tuple[int, datetime | None, datetime | None]:
    """Of the scans that `whole` yields: of how many users they are, and when the first and the last ended."""
    query = ScanRow.select(
        fn.COUNT(UserRow.id.distinct()), fn.MIN(ScanRow.ended_at), fn.MAX(ScanRow.ended_at)
    )
    told = (ScanRow.state == ScanState.WHOLE) & _is_told(user)
    found: Any = query.join(AreaRow).join(UserRow).where(told).tuples().get()
    users, first, last = found
    return users, first, last


def _superfluous(before: datetime, spacing: timedelta) -> Iterator[str]:
    rows = (
        ScanRow.select(
            ScanRow.id,
            ScanRow.area,
            ScanRow.as_of,
            ScanRow.state,
            ScanRow.size,
            ScanRow.complete,
            AreaRow.last_scan,
        )
        .join(AreaRow)
        .where(ScanRow.as_of < before, ScanRow.state != ScanState.OPEN)
        .order_by(ScanRow.area, ScanRow.as_of.desc())
    )

    def period(row: ScanRow) -> tuple[int, int]:
        return row.area_id, int(row.as_of.timestamp() // spacing.total_seconds())

    for _, scans in groupby(rows.iterator(), key=period):
        those = list(scans)
        whole = (row for row in those if row.state == ScanState.WHOLE)
        kept = min(whole, key=lambda row: (not row.complete, row.size), default=None)
        yield from (row.id for row in those if row is not kept and row.id != row.area.last_scan)
