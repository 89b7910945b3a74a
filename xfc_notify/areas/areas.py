"""Areas as rows."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from peewee import JOIN, fn

from xfc_notify import domain
from xfc_notify.areas.scans import MEASURED
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.paths import parse, show
from xfc_notify.people import subjects, users
from xfc_notify.people.tables import UserRow
from xfc_notify.people.users import inserted
from xfc_notify.states import Kind
from xfc_notify.usage import Counted

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def area(row: AreaRow, counts: Counted) -> domain.Area:
    """The area as the noun that the parts share; `counts` is that of [limits]."""
    return domain.Area(
        owner=row.user.name,
        volume=row.volume,
        path=parse(row.path),
        hard_quota=row.hard_quota,
        temporal_quota=row.temporal_quota,
        last_scanned=row.last_scanned,
        counts=counts,
    )


def add_area(
    owner: str, volume: str, path: bytes, hard_quota: int, temporal_quota: float, now: datetime
) -> bool:
    """Add an area of an existing user unless there is one with that path; whether it is new."""
    if AreaRow.select().where(AreaRow.path == show(path)).exists():
        return False
    user = users.user_named(owner)
    return inserted(
        AreaRow.insert(
            user=user,
            subject=subjects.put(Kind.AREA, show(path), volume, user),
            volume=volume,
            path=show(path),
            hard_quota=hard_quota,
            temporal_quota=temporal_quota,
            added_at=now,
            last_attempt=NEVER,
        )
    )


def paths_on(volume: str) -> dict[bytes, str]:
    """Path → owner of the areas that are known on a volume."""
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.volume == volume)
    return {parse(row.path): row.user.name for row in rows}


def areas_of(user: UserRow) -> list[AreaRow]:
    """A user's areas, by path."""
    return list(
        AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.user == user).order_by(AreaRow.path)
    )


def of_subjects(subjects: Iterable[int]) -> dict[int, AreaRow]:
    """Subject → area of those of these subjects that are areas, in their order."""
    asked = list(dict.fromkeys(subjects))
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.subject.in_(asked))
    found = {row.subject_id: row for row in rows}
    return {subject: found[subject] for subject in asked if subject in found}


def last_whole_scan(row: AreaRow) -> ScanRow | None:
    """The last whole scan of an area, with all that was measured."""
    scan: ScanRow | None = ScanRow.get_or_none(ScanRow.id == row.last_scan)
    return scan


def show_level(row: AreaRow, level: Level) -> None:
    """List an area at this level from now on."""
    AreaRow.update(level=int(level)).where(AreaRow.id == row.id).execute()


def set_limits(user: UserRow, *, hard_quota: int | None = None, temporal_quota: float | None = None) -> None:
    """Change what is given on all areas of a user: bytes, byte-days."""
    if hard_quota is not None:
        AreaRow.update(hard_quota=hard_quota).where(AreaRow.user == user).execute()
    if temporal_quota is not None:
        AreaRow.update(temporal_quota=temporal_quota).where(AreaRow.user == user).execute()


def with_last_scan(
    user: UserRow | None = None, least: Level | None = None, count: int | None = None
) -> Iterator[tuple[AreaRow, ScanRow | None]]:
    """Areas with their last whole scan, without the details of its usage: the worst first, then by path.

    user   of this user only
    least  at this level or worse
    count  at most so many
    """
    standing = joined_with_last_scan(ScanRow.findings)
    chosen = standing.where(AreaRow.level.is_null(False)).order_by(AreaRow.level.desc(), AreaRow.path)
    never = standing.where(AreaRow.level.is_null()).order_by(AreaRow.path)
    if user is not None:
        chosen, never = chosen.where(AreaRow.user == user), never.where(AreaRow.user == user)
    if least is not None:
        chosen = chosen.where(AreaRow.level >= int(least))
    found = 0
    for query in (chosen, never) if least is None else (chosen,):
        for row in query.limit(None if count is None else count - found).iterator():
            found += 1
            yield row, joined_scan(row)


def levels() -> dict[Level | None, int]:
    """How many areas stand at a level, the worst first; None for those that were never scanned."""
    query = AreaRow.select(AreaRow.level, fn.COUNT(AreaRow.id)).group_by(AreaRow.level)
    rows: Any = query.tuples()
    counts = {None if level is None else Level(level): count for level, count in rows}
    return {level: counts[level] for level in (*reversed(Level), None) if level in counts}


def joined_with_last_scan(*more: Any) -> Any:
    """A query of areas with their users, and what the last whole scan of each found; `more` are its columns too."""
    last = AreaRow.last_scan == ScanRow.id
    return (
        AreaRow.select(AreaRow, UserRow, ScanRow.id, *MEASURED, *more)
        .join(UserRow)
        .join_from(AreaRow, ScanRow, JOIN.LEFT_OUTER, on=last, attr="scanned")
    )


def joined_scan(row: AreaRow) -> ScanRow | None:
    """The scan of a row of `joined_with_last_scan`; None before the first."""
    scan: ScanRow | None = getattr(row, "scanned", None)
    return scan if scan is not None and scan.id is not None else None
