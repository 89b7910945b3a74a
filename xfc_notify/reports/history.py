"""The course of a group on a volume: a point for each capture, fewer with time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from peewee import SQL, chunked, fn

from xfc_notify.reports.tables import GroupStandingRow
from xfc_notify.store.database import BATCH, db


def of_group(gid: int, volume: str | None = None, count: int | None = None) -> list[GroupStandingRow]:
    """The points of a group, newest first; on one volume or all, at most so many."""
    rows = GroupStandingRow.select().where(GroupStandingRow.gid == gid)
    if volume is not None:
        rows = rows.where(GroupStandingRow.volume == volume)
    return list(rows.order_by(GroupStandingRow.as_of.desc(), GroupStandingRow.volume).limit(count))


def points(gid: int, volume: str) -> list[tuple[datetime, int, int]]:
    """Time, bytes and files of a group on a volume, oldest first."""
    rows = GroupStandingRow.select(GroupStandingRow.as_of, GroupStandingRow.bytes, GroupStandingRow.files)
    mine = rows.where(GroupStandingRow.gid == gid, GroupStandingRow.volume == volume)
    return [(row.as_of, row.bytes, row.files) for row in mine.order_by(GroupStandingRow.as_of)]


def last_points(
    rows: Sequence[GroupStandingRow], count: int
) -> dict[tuple[int, str], list[GroupStandingRow]]:
    """(gid, volume) of each of these rows → its last points up to the row, at most so many, the oldest first.

    They have the time, the bytes and the files alone; `rows` are latest ones.
    """
    found: dict[tuple[int, str], list[GroupStandingRow]] = defaultdict(list)
    for some in chunked([row.id for row in rows], BATCH):
        for point in _last_points(some, count):
            found[point.gid, point.volume].append(point)
    return found


def _last_points(ids: Sequence[int], count: int) -> Iterator[GroupStandingRow]:
    point, row, other = GroupStandingRow, GroupStandingRow.alias(), GroupStandingRow.alias()
    since = (
        other.select(other.as_of)
        .where(other.gid == row.gid, other.volume == row.volume)
        .order_by(other.as_of.desc())
        .limit(1)
        .offset(count - 1)
    )
    points = (
        point.select(point.gid, point.volume, point.as_of, point.bytes, point.files)
        .join(row, on=((point.gid == row.gid) & (point.volume == row.volume)))
        .where(row.id.in_(ids), point.as_of >= fn.COALESCE(since, SQL("'0001-01-01 00:00:00'")))
    )
    yield from points.order_by(point.as_of)


def thin_out(now: datetime, dense: timedelta, spacing: timedelta) -> int:
    """Forget points older than `dense`, but for the last one of every `spacing`; how many were forgotten."""
    with db.atomic():
        return sum(
            int(GroupStandingRow.delete().where(GroupStandingRow.id.in_(some)).execute())
            for some in chunked(list(_superfluous(now - dense, spacing)), BATCH)
        )


def _superfluous(before: datetime, spacing: timedelta) -> Iterator[int]:
    rows = (
        GroupStandingRow.select(
            GroupStandingRow.id, GroupStandingRow.gid, GroupStandingRow.volume, GroupStandingRow.as_of
        )
        .where(GroupStandingRow.as_of < before)
        .order_by(GroupStandingRow.gid, GroupStandingRow.volume, GroupStandingRow.as_of.desc())
    )
    kept: tuple[int, str, int] | None = None
    for row in rows.iterator():
        place = (row.gid, row.volume, int(row.as_of.timestamp() // spacing.total_seconds()))
        if place == kept:
            yield row.id
        kept = place
