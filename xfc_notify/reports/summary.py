"""What the cells of a capture come to: per group and base directory, per directory below it, per user. Queries.

An inode with n links counts size/n at each. Sums are exact; a figure is rounded down once, and the directories of a
base share out its figure, so that they add up to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xfc_notify.reports.bases import Bases
from xfc_notify.reports.cells import AGES
from xfc_notify.reports.engine import engine
from xfc_notify.reports.place import PseudoGroup, place

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Key = tuple[Any, ...]


class Total(NamedTuple):
    """The sum of some cells."""

    key: Key
    files: int
    newest: int
    bytes: Fraction


@dataclass(frozen=True, slots=True)
class GroupUsage:
    """What a group has below a base directory; `base` None: what lies below none of its base directories.

    bytes   shares of inodes, rounded down; files: all that is no directory
    newest  the latest modification, in seconds since the epoch; at most the time of the capture
    kinds   type of file → bytes; ages: a name of AGES → bytes neither read nor written for so long
    """

    gid: int
    base: str | None
    bytes: int
    files: int
    newest: int
    kinds: Mapping[str, int]
    ages: Mapping[str, int]
    temporary: int


@dataclass(frozen=True, slots=True)
class DirectoryUsage:
    """What a group has in a directory below its base; "." for what lies in the base itself."""

    gid: int
    base: str
    directory: str
    bytes: int
    files: int
    newest: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UserUsage:
    """What a user has of a group on the volume."""

    uid: int
    gid: int
    bytes: int
    files: int
    newest: int


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """What a group has on the volume, below all of its base directories and beside them."""

    gid: int
    bytes: int
    files: int
    newest: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All of one capture, sorted by keys."""

    has_vaults: bool
    totals: Sequence[GroupTotal]

    groups: Sequence[GroupUsage]
    directories: Sequence[DirectoryUsage]
    users: Sequence[UserUsage]


def summary(cells: Path, found: Bases, pseudo: Sequence[PseudoGroup] = ()) -> Summary:
    """What the cells come to, in the order of their keys."""
    with engine(cells.parent, threads=2) as query:
        place(query, cells, found, pseudo)
        totals = [
            GroupTotal(total.key[0], int(total.bytes), total.files, total.newest)
            for total in _totals(query, ("gid",))
        ]
        return Summary(
            has_vaults(query), totals, list(_groups(query)), list(_directories(query)), list(_users(query))
        )


def has_vaults(query: "DuckDBPyConnection") -> bool:
    """Whether there is a folder of vaults among the directories."""
    found = query.execute(
        "SELECT 1 FROM cell WHERE contains(directory || '/', '/.vault/') LIMIT 1"
    ).fetchone()
    return found is not None


def _groups(query: "DuckDBPyConnection") -> Iterator[GroupUsage]:
    by = ("gid", "base")
    kinds = _nested(_totals(query, (*by, "kind")))
    temporary = {total.key: int(total.bytes) for total in _totals(query, by, where="temporary")}
    ages: dict[Key, dict[str, int]] = {}
    for name in AGES:
        for total in _totals(query, by, value=f"older_{name}"):
            ages.setdefault(total.key, {})[name] = int(total.bytes)
    for total in _totals(query, by):
        gid, base = total.key
        yield GroupUsage(
            gid=gid,
            base=base,
            bytes=int(total.bytes),
            files=total.files,
            newest=total.newest,
            kinds=kinds[total.key],
            ages=ages[total.key],
            temporary=temporary.get(total.key, 0),
        )


def _directories(query: "DuckDBPyConnection") -> Iterator[DirectoryUsage]:
    by = ("gid", "base", "directory")
    kinds = _nested(_totals(query, (*by, "kind"), where="base IS NOT NULL"))
    found = _totals(query, by, where="base IS NOT NULL")
    for _, of_base in groupby(found, key=lambda total: total.key[:2]):
        for total, size in shared_out(of_base):
            gid, base, directory = total.key
            yield DirectoryUsage(gid, base, directory, size, total.files, total.newest, kinds[total.key])


def _users(query: "DuckDBPyConnection") -> Iterator[UserUsage]:
    for total in _totals(query, ("uid", "gid")):
        uid, gid = total.key
        yield UserUsage(uid, gid, int(total.bytes), total.files, total.newest)


def shared_out(totals: Iterable[Total]) -> Iterator[tuple[Total, int]]:
    """Each total with its whole bytes. What rounding leaves goes on to the next one, so that all add up to the floor of
    their sum."""
    carried = Fraction()
    for total in totals:
        carried += total.bytes
        size = int(carried)
        carried -= size
        yield total, size


def _nested(totals: Iterable[Total]) -> dict[Key, dict[str, int]]:
    """The key without its last part → that part → bytes."""
    nested: dict[Key, dict[str, int]] = {}
    for total in totals:
        nested.setdefault(total.key[:-1], {})[total.key[-1]] = int(total.bytes)
    return nested


def _totals(
    query: "DuckDBPyConnection", by: Sequence[str], value: str = "size", where: str = "true"
) -> Iterator[Total]:
    """The exact sums of what was placed, by these columns and in their order."""
    columns = ", ".join(by)
    query.execute(
        f"""
        SELECT {columns}, sum(files)::BIGINT, max(newest), sum(size // links)::HUGEINT,
            list((links, size % links)) FILTER (size % links > 0)
        FROM (
            SELECT {columns}, links, sum(files) AS files, max(newest) AS newest,
                coalesce(sum({value}), 0)::HUGEINT AS size
            FROM placed WHERE {where} GROUP BY ALL
        )
        GROUP BY {columns} ORDER BY {columns}
        """
    )
    while rows := query.fetchmany(10_000):
        for *key, files, newest, whole, rest in rows:
            over = sum((Fraction(part, links) for links, part in rest or ()), Fraction())
            yield Total(tuple(key), files, newest, whole + over)
