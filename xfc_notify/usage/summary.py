"""What a scan measures: a summary that adds up.

`Usage` is a commutative monoid: however a tree is cut into slices, and in whatever order these are added,
the sum equals the measure of the whole. Standard library only.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from heapq import nlargest
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeVar

from xfc_notify.usage.ages import age_bin
from xfc_notify.usage.directories import (
    NOTHING,
    Directory,
    Tree,
    bounded_tree,
    finished_tree,
    nearest,
    parent,
)
from xfc_notify.usage.links import (
    MOST_OPEN,
    UNTRACKED,
    Inode,
    Link,
    Links,
    largest_links,
    merged_links,
    met_twice,
)
from xfc_notify.usage.options import Clock
from xfc_notify.usage.tally import Tally

LARGEST = 20
SAMPLES = 3
MOST_DIRECTORIES = 10_000
LOOSE = b"."
"""Stands for the area itself: its loose files in `by_directory`, its own errors in the samples."""
OTHER_DIRECTORIES = b""
"""What pools the directories beyond the 10,000 largest; no directory can have this name."""
MOST_TYPES = 1_000
OTHER_TYPES = "(other)"
"""What pools the file types beyond the 1,000 largest."""
EARLIEST = 315_532_800
"""The beginning of 1980, in seconds since the epoch. An earlier time was never set, or by a clock that was wrong."""

NOT_MEASURED = ("other_file_system", "excluded")
"""What lies in an area and was left out, by kind: mounted file systems, and what the operator excludes."""

# What has vanished need not be counted, what was left out is not to be, and what has an odd time is: a scan with such
# errors is complete.
HARMLESS_ERRORS = frozenset({"vanished", "odd_time", *NOT_MEASURED})

_K = TypeVar("_K")
_V = TypeVar("_V")


class Entry(NamedTuple):
    """A file that weighs much: path relative to the area, bytes, and size × age."""

    byte_seconds: int
    size: int
    path: bytes


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of one kind: how many, and the first few paths in the order of their bytes."""

    count: int
    samples: tuple[bytes, ...]

    def __add__(self, other: Self) -> Self:
        return type(self)(self.count + other.count, tuple(sorted({*self.samples, *other.samples})[:SAMPLES]))


@dataclass(frozen=True, slots=True)
class Usage:
    """What a scan or a slice measured, of what lies inside a directory (the directory itself not counted).

    as_of         ages are counted up to here; whole seconds
    total         all regular files; `files`, `size`, `allocated`, `byte_seconds` read it
    directories, symlinks, others   counts; symlinks are never followed, their length is not size
    birth_times   how many files were dated by a birth time (clock "arrival"; the others by ctime)
    oldest, newest   arrival in seconds since the epoch; None without files
    by_age        lower edge of the bin in days → tally; a time in the future counts as age 0
    by_owner      uid → tally
    by_directory  first-level directory → tally; b"." for files that lie loose, b"" for all but the 10,000 largest
    oldest_by_directory   its keys → the oldest arrival there, in seconds since the epoch; some are missing where
                  a scanner of an earlier version measured
    by_type       file type (the lower-case suffix; "" without one) → tally; "(other)" pools likewise
    largest       the 20 files with the largest size × age; one with several names counts its part at each
    errors        kind → count and samples
    tree          the directory summary: path → what lies there, in no directory below that is named
    links         inodes with names that were not met yet
    """

    as_of: datetime
    clock: Clock = Clock.ARRIVAL
    total: Tally = field(default_factory=Tally)
    directories: int = 0
    symlinks: int = 0
    others: int = 0
    birth_times: int = 0
    oldest: int | None = None
    newest: int | None = None
    by_age: Mapping[int, Tally] = field(default_factory=dict)
    by_owner: Mapping[int, Tally] = field(default_factory=dict)
    by_directory: Mapping[bytes, Tally] = field(default_factory=dict)
    oldest_by_directory: Mapping[bytes, int] = field(default_factory=dict)
    by_type: Mapping[str, Tally] = field(default_factory=dict)
    largest: tuple[Entry, ...] = ()
    errors: Mapping[str, Errors] = field(default_factory=dict)
    tree: Tree = field(default_factory=dict)
    links: Links = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "as_of", self.as_of.astimezone(UTC).replace(microsecond=0))

    @property
    def files(self) -> int:
        return self.total.files

    @property
    def size(self) -> int:
        """Apparent bytes."""
        return self.total.size

    @property
    def allocated(self) -> int:
        """Bytes on disk."""
        return self.total.allocated

    @property
    def byte_seconds(self) -> int:
        """Σ size × (as_of − arrival), an exact integer."""
        return self.total.byte_seconds

    @property
    def temporal_usage(self) -> float:
        """Byte-days: `byte_seconds` / 86,400."""
        return self.byte_seconds / 86_400

    @property
    def complete(self) -> bool:
        """False if something could not be read: the figures are then a lower bound."""
        return self.errors.keys() <= HARMLESS_ERRORS

    def __add__(self, other: Self) -> Self:
        """The sum of two slices of one scan; ValueError if they were not measured by the same clock."""
        if (self.as_of, self.clock) != (other.as_of, other.clock):
            raise ValueError("slices of different scans do not add up")
        mine, theirs = met_twice(self.links, other.links)
        return self._without(mine)._added(other._without(theirs))

    def _added(self, other: Self) -> Self:
        return type(self)(
            as_of=self.as_of,
            clock=self.clock,
            total=self.total + other.total,
            directories=self.directories + other.directories,
            symlinks=self.symlinks + other.symlinks,
            others=self.others + other.others,
            birth_times=self.birth_times + other.birth_times,
            oldest=min((t for t in (self.oldest, other.oldest) if t is not None), default=None),
            newest=max((t for t in (self.newest, other.newest) if t is not None), default=None),
            by_age=_merged(self.by_age, other.by_age, Tally.__add__),
            by_owner=_merged(self.by_owner, other.by_owner, Tally.__add__),
            by_directory=_merged(self.by_directory, other.by_directory, Tally.__add__),
            oldest_by_directory=_merged(self.oldest_by_directory, other.oldest_by_directory, min),
            by_type=_merged(self.by_type, other.by_type, Tally.__add__),
            largest=tuple(nlargest(LARGEST, (*self.largest, *other.largest))),
            errors=_merged(self.errors, other.errors, Errors.__add__),
            tree=_merged(self.tree, other.tree, Directory.__add__),
            links=merged_links(self.links, other.links),
        )

    def bounded(self, least: Tally = NOTHING, share: float = 1) -> Self:
        """The same with only the largest directories, types and links by name, the others pooled.

        Done to each slice and to their sum, so that nobody can blow a summary up. No directory that holds less than
        `least` is named in the tree. Of what may be named, `share` is: where long names make a summary too large, it
        names fewer of all, down to none.
        """
        kept = largest_links(self.links, int(share * MOST_OPEN))
        bounded = (
            self._with_shares_of(self.links.keys() - kept.keys()) if len(kept) < len(self.links) else self
        )
        named = _bounded(bounded.by_directory, int(share * MOST_DIRECTORIES), OTHER_DIRECTORIES)
        return replace(
            bounded,
            by_directory=named,
            oldest_by_directory=pooled(self.oldest_by_directory, named),
            by_type=_bounded(bounded.by_type, int(share * MOST_TYPES), OTHER_TYPES),
            largest=bounded.largest[: int(share * LARGEST)],
            errors={
                kind: Errors(e.count, e.samples[: int(share * SAMPLES)]) for kind, e in bounded.errors.items()
            },
            tree=bounded_tree(bounded.tree, least, share),
            links=kept,
        )

    def finished(self) -> Self:
        """The sum of all slices of a scan: what was not met by now lies elsewhere.

        Unless a slice had too many links: then it may have counted names of these as well, and they count their share.
        """
        usage = self._with_shares_of(self.links) if UNTRACKED in self.errors and self.links else self
        return replace(usage, tree=finished_tree(usage.tree), links={})

    def _with_shares_of(self, inodes: Iterable[Inode]) -> Self:
        given_up = [self.links[inode] for inode in inodes]
        noted = Errors(len(given_up), tuple(sorted(link.path for link in given_up)[:SAMPLES]))
        counted = self._without(given_up, keep_shares=True)
        return replace(counted, errors=_merged(self.errors, {UNTRACKED: noted}, Errors.__add__))

    def _without(self, given_up: Sequence[Link], *, keep_shares: bool = False) -> Self:
        """The same without what these links count, wherever they count, or with only their shares of it.

        Raises ValueError if they count more than was measured.
        """
        if not given_up:
            return self
        now, total = int(self.as_of.timestamp()), self.total
        ages, owners, named = dict(self.by_age), dict(self.by_owner), dict(self.by_directory)
        types, tree = dict(self.by_type), dict(self.tree)
        for link in given_up:
            gone = link.counted(now) - link.share(now) if keep_shares else link.counted(now)
            top, slash, _ = link.path.partition(b"/")
            first_level = top if slash else LOOSE
            total -= gone
            _take(ages, age_bin(link.age(now)), gone)
            _take(owners, link.owner, gone)
            _take(named, first_level if first_level in named else OTHER_DIRECTORIES, gone)
            _take(types, link.kind if link.kind in types else OTHER_TYPES, gone)
            place = nearest(tree, parent(link.path))
            tree[place] = tree.get(place, Directory()).without(gone)
        return replace(
            self, total=total, by_age=ages, by_owner=owners, by_directory=named, by_type=types, tree=tree
        )

    def aged(self, days: int) -> Tally:
        """The files that are at least so many days old.

        Beyond 400 days ages are counted by 30 days: files up to 30 days younger are then among them.
        """
        edge = age_bin(days * 86_400)
        return sum((tally for lowest, tally in self.by_age.items() if lowest >= edge), Tally())

    def largest_directories(
        self, count: int, counted: Callable[[Tally], int] = attrgetter("size")
    ) -> list[tuple[bytes, Tally]]:
        """The first-level directories with the most bytes, as these are counted, largest first."""
        named = (item for item in self.by_directory.items() if item[0] != OTHER_DIRECTORIES)
        return nlargest(count, named, key=lambda item: (counted(item[1]), item[0]))


def pooled(oldest: Mapping[bytes, int], kept: Container[bytes]) -> dict[bytes, int]:
    """Oldest arrivals with only the directories that are kept by name, the others pooled."""
    table: dict[bytes, int] = {}
    for name, seconds in oldest.items():
        key = name if name in kept else OTHER_DIRECTORIES
        table[key] = min(seconds, table.get(key, seconds))
    return table


def _bounded(table: Mapping[_K, Tally], most: int, pool: _K) -> Mapping[_K, Tally]:
    named = {key: tally for key, tally in table.items() if key != pool}
    if len(named) <= most:
        return table
    kept: dict[_K, Tally] = dict(nlargest(most, named.items(), key=lambda item: (item[1].size, item[0])))
    others = (tally for key, tally in named.items() if key not in kept)
    kept[pool] = sum(others, table.get(pool, Tally()))
    return kept


def _take(table: dict[_K, Tally], key: _K, gone: Tally) -> None:
    table[key] = table.get(key, NOTHING) - gone


def _merged(one: Mapping[_K, _V], other: Mapping[_K, _V], add: Callable[[Any, Any], _V]) -> Mapping[_K, _V]:
    if not one or not other:
        return one or other
    merged = dict(one)
    for key, value in other.items():
        merged[key] = add(merged[key], value) if key in merged else value
    return merged
