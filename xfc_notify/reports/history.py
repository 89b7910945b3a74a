"""The course of a group on a volume: a point for each capture, fewer with time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from peewee import chunked

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
