"""Areas as rows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from peewee import JOIN, Case, chunked, fn

from xfc_notify import domain
from xfc_notify.areas.scans import MEASURED
from xfc_notify.areas.settings import Limits
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.paths import parse
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import Kind
from xfc_notify.store.database import BATCH, for_update
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


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area to be added: `directory` and `path` are shown text, quotas bytes and byte-days.

    own_hard_quota, own_temporal_quota  False: the quota is the default, and follows it
    """

    user: UserRow
    volume: str
    directory: str
    path: str
    hard_quota: int
    temporal_quota: float
    uid: int | None = None
    remark: str = ""
    contact: str | None = None
    own_hard_quota: bool = False
    own_temporal_quota: bool = False


def add(new: Sequence[NewArea], now: datetime) -> None:
    """Add areas of existing users, in a transaction. No other may lie there."""
    for some in chunked(new, AreaRow.at_once()):
        subjects = [
            {
                "kind": Kind.AREA,
                "key": area.path,
                "place": area.volume,
                "user": area.user,
                "contact": area.contact,
            }
            for area in some
        ]
        stored = SubjectRow.insert_many(subjects).returning(SubjectRow.id, SubjectRow.key).execute()
        ids = {row.key: row.id for row in stored}
        AreaRow.insert_many(
            {
                "user": area.user,
                "subject": ids[area.path],
                "volume": area.volume,
                "directory": area.directory,
                "path": area.path,
                "uid": area.uid,
                "remark": area.remark,
                "hard_quota": area.hard_quota,
                "temporal_quota": area.temporal_quota,
                "own_hard_quota": area.own_hard_quota,
                "own_temporal_quota": area.own_temporal_quota,
                "added_at": now,
                "last_attempt": NEVER,
            }
            for area in some
        ).execute()


def on_volume(volume: str) -> list[AreaRow]:
    """The areas on a volume with their users, by path."""
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.volume == volume)
    return list(rows.order_by(AreaRow.path))


def everywhere() -> Iterator[AreaRow]:
    """All areas with their users, by path."""
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).order_by(AreaRow.path)
    yield from rows.iterator()


def everywhere_with_subjects() -> list[AreaRow]:
    """All areas with their users and subjects, by path."""
    rows = AreaRow.select(AreaRow, UserRow, SubjectRow).join(UserRow).join_from(AreaRow, SubjectRow)
    return list(rows.order_by(AreaRow.path))


def areas_of(user: UserRow) -> list[AreaRow]:
    """A user's areas, by path."""
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.user == user)
    return list(rows.order_by(AreaRow.path))


def of_subjects(subjects: Iterable[int]) -> dict[int, AreaRow]:
    """Subject → area of those of these subjects that are areas, in their order."""
    asked = list(dict.fromkeys(subjects))
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow)
    chosen = (rows.where(AreaRow.subject.in_(some)) for some in chunked(asked, BATCH))
    found = {row.subject_id: row for query in chosen for row in query}
    return {subject: found[subject] for subject in asked if subject in found}


def locked(row: AreaRow) -> AreaRow:
    """The area with its user, read again, that nobody else changes until the transaction ends.

    Whoever locks the user as well does it after this, as the one who records a result.
    """
    query = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.id == row.id)
    found: AreaRow = for_update(query, of=AreaRow).get()
    return found


def last_whole_scan(row: AreaRow) -> ScanRow | None:
    """The last whole scan of an area, with all that was measured."""
    scan: ScanRow | None = ScanRow.get_or_none(ScanRow.id == row.last_scan)
    return scan


def show_level(row: AreaRow, level: Level | None) -> None:
    """List an area at this level from now on; None: at none."""
    AreaRow.update(level=None if level is None else int(level)).where(AreaRow.id == row.id).execute()


def set_limits(user: UserRow, *, hard_quota: int | None = None, temporal_quota: float | None = None) -> None:
    """Give all areas of a user quotas of their own: bytes, byte-days. They are to be judged again."""
    if hard_quota is not None:
        own = {"hard_quota": hard_quota, "own_hard_quota": True, "judged_by": ""}
        AreaRow.update(own).where(AreaRow.user == user).execute()
    if temporal_quota is not None:
        own = {"temporal_quota": temporal_quota, "own_temporal_quota": True, "judged_by": ""}
        AreaRow.update(own).where(AreaRow.user == user).execute()


def set_default(user: UserRow, *, hard_quota: bool = False, temporal_quota: bool = False) -> None:
    """Let quotas of all areas of a user follow the defaults again; `follow_defaults` does it."""
    if hard_quota:
        AreaRow.update(own_hard_quota=False).where(AreaRow.user == user).execute()
    if temporal_quota:
        AreaRow.update(own_temporal_quota=False).where(AreaRow.user == user).execute()


def follow_defaults(limits: Limits) -> None:
    """Give all areas without quotas of their own the defaults. Those that change are to be judged again."""
    for quota, own, default in (
        (AreaRow.hard_quota, AreaRow.own_hard_quota, limits.hard_quota),
        (AreaRow.temporal_quota, AreaRow.own_temporal_quota, limits.temporal_quota),
    ):
        AreaRow.update({quota: default, AreaRow.judged_by: ""}).where(~own, quota != default).execute()


def judged_otherwise(rules: str, count: int, user: UserRow | None = None) -> list[AreaRow]:
    """At most so many areas, of one user or all, whose last scan was judged by other rules or limits."""
    query = AreaRow.select(AreaRow, UserRow).join(UserRow)
    query = query.where(AreaRow.last_scan.is_null(False), AreaRow.judged_by != rules)
    if user is not None:
        query = query.where(AreaRow.user == user)
    return list(query.order_by(AreaRow.id).limit(count))


def mark_judged(row: AreaRow, rules: str) -> None:
    """Keep by which rules an area was judged."""
    AreaRow.update(judged_by=rules).where(AreaRow.id == row.id).execute()


def with_last_scan(
    user: UserRow | None = None, least: Level | None = None, count: int | None = None
) -> Iterator[tuple[AreaRow, ScanRow | None]]:
    """Areas that are there, with their last whole scan without its details: the worst first, in a level by share.

    user   of this user only
    least  at this level or worse
    count  at most so many
    """
    standing = joined_with_last_scan(ScanRow.findings, ScanRow.left_out, ScanRow.source).where(
        AreaRow.gone_at.is_null()
    )
    chosen = standing.where(AreaRow.level.is_null(False)).order_by(
        AreaRow.level.desc(), _share().desc(), AreaRow.path
    )
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


def _share() -> Any:
    """The larger of the shares of the two quotas; 0 for an area without any."""
    hard = fn.COALESCE(ScanRow.size * 1.0 / fn.NULLIF(AreaRow.hard_quota, 0), 0.0)
    temporal = fn.COALESCE(ScanRow.temporal_usage / fn.NULLIF(AreaRow.temporal_quota, 0), 0.0)
    return Case(None, [(hard > temporal, hard)], temporal)


def some(
    search: str, sort: str, level: Level | None, volume: str, count: int, skipped: int = 0
) -> list[AreaRow]:
    """Areas that are there, with their users, so many after those that are skipped.

    search  what stands in the path or the name of the user
    sort    level and size, of those that were measured; area, scan: of all
    level   at this level only
    volume  on this volume only
    """
    rows = AreaRow.select(AreaRow, UserRow).join(UserRow).where(AreaRow.gone_at.is_null())
    match sort:  # each by an index; only what was measured has a level and a size
        case "area":
            rows = rows.order_by(AreaRow.path)
        case "scan":
            rows = rows.order_by(AreaRow.last_attempt, AreaRow.id)
        case "size":
            rows = rows.where(AreaRow.size.is_null(False)).order_by(AreaRow.size.desc(), AreaRow.path)
        case _:
            rows = rows.where(AreaRow.level.is_null(False)).order_by(AreaRow.level.desc(), AreaRow.path)
    if search:
        rows = rows.where(AreaRow.path.contains(search) | UserRow.name.contains(search))
    if level is not None:
        rows = rows.where(AreaRow.level == int(level))
    if volume:
        rows = rows.where(AreaRow.volume == volume)
    return list(rows.offset(skipped).limit(count))


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many areas were not measured for long, which of them the longest, and since when; None: never."""

    count: int
    path: str
    since: datetime | None


def overdue(before: datetime, surveyed: Collection[str] = ()) -> Overdue | None:
    """The areas that are there, are known since before a time, and were not measured since; None for none.

    Those on volumes that are surveyed are measured as often as wrstat walks there.
    """
    late = AreaRow.last_scanned.is_null() | (AreaRow.last_scanned < before)
    rows = AreaRow.select().where(AreaRow.gone_at.is_null(), AreaRow.added_at < before, late)
    if surveyed:
        rows = rows.where(AreaRow.volume.not_in(list(surveyed)))
    first = rows.order_by(AreaRow.last_scanned.is_null().desc(), AreaRow.last_scanned, AreaRow.path).first()
    return None if first is None else Overdue(rows.count(), first.path, first.last_scanned)


def count_gone() -> int:
    """Of how many areas the directory is gone."""
    return int(AreaRow.select().where(AreaRow.gone_at.is_null(False)).count())


def levels() -> dict[Level | None, int]:
    """How many areas stand at a level, the worst first; None for those that were never scanned."""
    query = AreaRow.select(AreaRow.level, fn.COUNT(AreaRow.id)).where(AreaRow.gone_at.is_null())
    query = query.group_by(AreaRow.level)
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
