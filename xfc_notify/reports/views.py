"""What is shown of reports. Sizes are bytes, times UTC; every figure has the time of its capture, `as_of`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import chunked, fn

from xfc_notify.domain import Level
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports.captures import captured
from xfc_notify.reports.choice import ALL, Choice, chosen, ordered
from xfc_notify.reports.shown import age_days, group_name, head_name, time_of, user_name
from xfc_notify.reports.tables import (
    DirectoryUsageRow,
    GroupStandingRow,
    GroupUsageRow,
    UserUsageRow,
    VaultFileRow,
)
from xfc_notify.store.database import BATCH


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


def group_views(choice: Choice = ALL) -> Iterator[GroupView]:
    """What groups use, by volume, group and base directory, or the largest first."""
    at = captured(choice.volume)
    rows = list(ordered(GroupUsageRow, choice, GroupUsageRow.volume, GroupUsageRow.gid, GroupUsageRow.base))
    known, standing = groups.by_gid(row.gid for row in rows), _standings(rows, at)
    for row in rows:
        stands, as_of = standing.get((row.volume, row.gid)), at[row.volume]
        yield GroupView(
            volume=row.volume,
            group=group_name(known, row.gid),
            gid=row.gid,
            head=head_name(known, row.gid),
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
    """What users have of each group, by user, group and volume, or the largest first."""
    known, at = _groups(choice), captured(choice.volume)
    for row in ordered(
        UserUsageRow, choice, UserUsageRow.uid, UserUsageRow.gid, UserUsageRow.volume
    ).iterator():
        yield UserView(
            user=user_name(row.uid),
            uid=row.uid,
            group=group_name(known, row.gid),
            gid=row.gid,
            volume=row.volume,
            bytes=row.bytes,
            last_modified=time_of(row.newest),
            as_of=at[row.volume],
        )


def directory_views(choice: Choice = ALL) -> Iterator[DirectoryView]:
    """What groups have in the directories below their bases, in the order of all this, or the largest first."""
    known, at, row_type = _groups(choice), captured(choice.volume), DirectoryUsageRow
    order = (row_type.volume, row_type.gid, row_type.base, row_type.directory)
    for row in ordered(row_type, choice, *order).iterator():
        yield DirectoryView(
            volume=row.volume,
            group=group_name(known, row.gid),
            gid=row.gid,
            head=head_name(known, row.gid),
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
    known, at = _groups(choice), captured(choice.volume)
    sums: dict[tuple[str, int], tuple[dict[str, int], dict[str, int], int]] = {}
    for row in chosen(GroupUsageRow, choice):
        types, ages, temporary = sums.get((row.volume, row.gid), ({}, {}, 0))
        sums[row.volume, row.gid] = (
            _added(types, row.kinds),
            _added(ages, row.ages),
            temporary + row.temporary,
        )
    return [
        MakeUpView(volume, group_name(known, gid), gid, types, ages, temporary, at[volume])
        for (volume, gid), (types, ages, temporary) in sorted(sums.items())
    ]


def vault_views(choice: Choice = ALL) -> Iterator[VaultView]:
    """What vaults keep, by volume, vault and path."""
    known, at = _groups(choice), captured(choice.volume)
    for row in ordered(VaultFileRow, choice, VaultFileRow.volume, VaultFileRow.vault, VaultFileRow.path):
        yield VaultView(
            volume=row.volume,
            vault=row.vault,
            state=row.state,
            path=row.path,
            user=user_name(row.uid),
            uid=row.uid,
            group=group_name(known, row.gid),
            gid=row.gid,
            bytes=row.bytes,
            last_modified=time_of(row.modified),
            as_of=at[row.volume],
        )


def vault_sums(choice: Choice) -> list[tuple[str, int, int]]:
    """What is to become of what vaults keep → how many files and bytes that is, the most first."""
    row, size = VaultFileRow, fn.SUM(VaultFileRow.bytes)
    rows = chosen(row, choice).select(row.state, fn.COUNT(row.id), size).group_by(row.state)
    return [(state, files, int(total)) for state, files, total in rows.order_by(size.desc()).tuples()]


def _standings(
    rows: Sequence[GroupUsageRow], at: Mapping[str, datetime]
) -> dict[tuple[str, int], GroupStandingRow]:
    """(volume, gid) → where the groups of these rows stand by the last captures."""
    found: dict[tuple[str, int], GroupStandingRow] = {}
    for some in chunked(sorted({row.gid for row in rows}), BATCH):
        latest = GroupStandingRow.select().where(
            GroupStandingRow.gid.in_(some), GroupStandingRow.as_of.in_(sorted(set(at.values())))
        )
        found |= {(row.volume, row.gid): row for row in latest if row.as_of == at.get(row.volume)}
    return found


def _groups(choice: Choice) -> dict[int, GroupRow]:
    if choice.gids is not None:
        return groups.by_gid(choice.gids)
    return {row.gid: row for row in groups.all_groups()}


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
