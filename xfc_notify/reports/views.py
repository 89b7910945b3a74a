"""What is shown of reports. Sizes are bytes, times UTC; every figure has the time of its capture, `as_of`."""

import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from xfc_notify.domain import Level
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports import history
from xfc_notify.reports.states import LoadState
from xfc_notify.reports.tables import (
    DirectoryUsageRow,
    GroupStandingRow,
    GroupUsageRow,
    LoadRow,
    UserUsageRow,
    VaultFileRow,
)
from xfc_notify.store.table import Table

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: of one volume, of one group, of these groups only; None: of all."""

    volume: str | None = None
    gid: int | None = None
    gids: frozenset[int] | None = None


ALL = Choice()


@dataclass(frozen=True, slots=True)
class GroupView:
    """What a group has below a base directory; `base` None for what lies below none of its base directories.

    quota, level  of the group on the whole volume; quota None: none is known
    age_days      from the newest modification to the capture
    """

    volume: str
    group: str
    gid: int
    head: str
    base: str | None
    bytes: int
    files: int
    quota: int | None
    last_modified: datetime
    age_days: float
    level: Level
    as_of: datetime


@dataclass(frozen=True, slots=True)
class UserView:
    """What a user has of a group on a volume. Ids that have no name are their own names."""

    user: str
    uid: int
    group: str
    gid: int
    volume: str
    bytes: int
    last_modified: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """What a group has in a directory below a base; "." for the base itself. `types` is type of file → bytes."""

    volume: str
    group: str
    gid: int
    head: str
    base: str
    directory: str
    bytes: int
    files: int
    types: Mapping[str, int]
    last_modified: datetime
    age_days: float
    as_of: datetime


@dataclass(frozen=True, slots=True)
class MakeUpView:
    """What a group's data on a volume are: type → bytes, and age → bytes neither read nor written for so long."""

    volume: str
    group: str
    gid: int
    types: Mapping[str, int]
    ages: Mapping[str, int]
    temporary: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class VaultView:
    """A file that a vault keeps. `path` starts from the folder with the vault."""

    volume: str
    vault: str
    state: str
    path: str
    user: str
    uid: int
    group: str
    gid: int
    bytes: int
    last_modified: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where a group stood on a volume at one capture. `bases` is base directory → bytes, "" for what lies below none.

    quota, quota_files  None: none was known; quota_source: lfs, a file, an operator
    """

    volume: str
    group: str
    gid: int
    head: str
    as_of: datetime
    bytes: int
    files: int
    quota: int | None
    quota_files: int | None
    quota_source: str
    last_modified: datetime
    age_days: float
    level: Level
    bases: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LoadView:
    """A capture: loaded, owed or of no use."""

    volume: str
    file: str
    as_of: datetime
    state: LoadState
    lines: int
    seconds: float
    failure: str | None


def group_views(choice: Choice = ALL) -> Iterator[GroupView]:
    """What groups use, by volume, group and base directory."""
    known, at = _groups(), _captured()
    standing = {(row.volume, row.gid): row for row in _latest_standings(choice)}
    for row in _chosen(GroupUsageRow, choice).order_by(
        GroupUsageRow.volume, GroupUsageRow.gid, GroupUsageRow.base
    ):
        stands, as_of = standing.get((row.volume, row.gid)), at[row.volume]
        yield GroupView(
            volume=row.volume,
            group=_name(known, row.gid),
            gid=row.gid,
            head=_head(known, row.gid),
            base=row.base or None,
            bytes=row.bytes,
            files=row.files,
            quota=(stands.quota or None) if stands else None,
            last_modified=time_of(row.newest),
            age_days=age_days(row.newest, as_of),
            level=Level(stands.level) if stands else Level.OK,
            as_of=as_of,
        )


def user_views(choice: Choice = ALL) -> Iterator[UserView]:
    """What users have of each group, by user, group and volume."""
    known, at = _groups(), _captured()
    for row in (
        _chosen(UserUsageRow, choice)
        .order_by(UserUsageRow.uid, UserUsageRow.gid, UserUsageRow.volume)
        .iterator()
    ):
        yield UserView(
            user=user_name(row.uid),
            uid=row.uid,
            group=_name(known, row.gid),
            gid=row.gid,
            volume=row.volume,
            bytes=row.bytes,
            last_modified=time_of(row.newest),
            as_of=at[row.volume],
        )


def directory_views(choice: Choice = ALL) -> Iterator[DirectoryView]:
    """What groups have in the directories below their bases, by volume, group, base and directory."""
    known, at, row_type = _groups(), _captured(), DirectoryUsageRow
    order = (row_type.volume, row_type.gid, row_type.base, row_type.directory)
    for row in _chosen(row_type, choice).order_by(*order).iterator():
        yield DirectoryView(
            volume=row.volume,
            group=_name(known, row.gid),
            gid=row.gid,
            head=_head(known, row.gid),
            base=row.base,
            directory=row.directory,
            bytes=row.bytes,
            files=row.files,
            types=row.kinds,
            last_modified=time_of(row.newest),
            age_days=age_days(row.newest, at[row.volume]),
            as_of=at[row.volume],
        )


def make_up_views(choice: Choice = ALL) -> list[MakeUpView]:
    """Types and ages of what groups have on each volume."""
    known, at = _groups(), _captured()
    sums: dict[tuple[str, int], tuple[dict[str, int], dict[str, int], int]] = {}
    for row in _chosen(GroupUsageRow, choice):
        types, ages, temporary = sums.get((row.volume, row.gid), ({}, {}, 0))
        sums[row.volume, row.gid] = (
            _added(types, row.kinds),
            _added(ages, row.ages),
            temporary + row.temporary,
        )
    return [
        MakeUpView(volume, _name(known, gid), gid, types, ages, temporary, at[volume])
        for (volume, gid), (types, ages, temporary) in sorted(sums.items())
    ]


def vault_views(choice: Choice = ALL) -> Iterator[VaultView]:
    """What vaults keep, by volume, vault and path."""
    known, at = _groups(), _captured()
    for row in _chosen(VaultFileRow, choice).order_by(
        VaultFileRow.volume, VaultFileRow.vault, VaultFileRow.path
    ):
        yield VaultView(
            volume=row.volume,
            vault=row.vault,
            state=row.state,
            path=row.path,
            user=user_name(row.uid),
            uid=row.uid,
            group=_name(known, row.gid),
            gid=row.gid,
            bytes=row.bytes,
            last_modified=time_of(row.modified),
            as_of=at[row.volume],
        )


def standing_views(gid: int, volume: str | None = None, count: int | None = None) -> list[StandingView]:
    """Where a group stood, newest first."""
    known = _groups()
    return [standing_view(row, known) for row in history.of_group(gid, volume, count)]


def standing_view(row: GroupStandingRow, known: Mapping[int, GroupRow]) -> StandingView:
    """One point of the history of a group."""
    return StandingView(
        volume=row.volume,
        group=_name(known, row.gid),
        gid=row.gid,
        head=_head(known, row.gid),
        as_of=row.as_of,
        bytes=row.bytes,
        files=row.files,
        quota=row.quota or None,
        quota_files=row.quota_files or None,
        quota_source=row.quota_source,
        last_modified=time_of(row.newest),
        age_days=age_days(row.newest, row.as_of),
        level=Level(row.level),
        bases=row.bases,
    )


def load_views(volume: str | None = None, count: int = 20) -> list[LoadView]:
    """The latest captures, newest first."""
    rows = LoadRow.select() if volume is None else LoadRow.select().where(LoadRow.volume == volume)
    return [
        LoadView(row.volume, row.name, row.as_of, LoadState(row.state), row.lines, row.seconds, row.failure)
        for row in rows.order_by(LoadRow.as_of.desc(), LoadRow.volume).limit(count)
    ]


def time_of(seconds: int) -> datetime:
    """A time of a file, which may be any number, as one that a calendar has."""
    if seconds <= _FIRST.timestamp():
        return _FIRST
    return _LAST if seconds >= _LAST.timestamp() else datetime.fromtimestamp(seconds, UTC)


def age_days(newest: int, as_of: datetime) -> float:
    """Days, to a tenth, from the newest modification to the capture; never negative."""
    return max(0.0, round((int(as_of.timestamp()) - newest) / 86_400, 1))


@lru_cache(maxsize=100_000)
def user_name(uid: int) -> str:
    """The name of a user; the number, where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def _chosen(table: type[Table], choice: Choice) -> Any:
    rows: Any = table.select()
    of: Any = table
    if choice.volume is not None:
        rows = rows.where(of.volume == choice.volume)
    if choice.gid is not None:
        rows = rows.where(of.gid == choice.gid)
    if choice.gids is not None:
        rows = rows.where(of.gid.in_(sorted(choice.gids)))
    return rows


def _latest_standings(choice: Choice) -> Iterator[GroupStandingRow]:
    for volume, as_of in _captured().items():
        yield from _chosen(GroupStandingRow, choice).where(
            GroupStandingRow.volume == volume, GroupStandingRow.as_of == as_of
        )


def _captured() -> dict[str, datetime]:
    """Volume → time of its last capture that is loaded."""
    from peewee import fn

    rows: Any = (
        LoadRow.select(LoadRow.volume, fn.MAX(LoadRow.as_of).alias("latest"))
        .where(LoadRow.state == LoadState.LOADED)
        .group_by(LoadRow.volume)
    )
    return {row.volume: LoadRow.as_of.python_value(row.latest) for row in rows}


def _groups() -> dict[int, GroupRow]:
    return {row.gid: row for row in groups.all_groups()}


def _name(known: Mapping[int, GroupRow], gid: int) -> str:
    return str(known[gid].name) if gid in known else str(gid)


def _head(known: Mapping[int, GroupRow], gid: int) -> str:
    return groups.head_of(known[gid]) if gid in known else ""


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
