"""What a scan measures: a summary that adds up.

`Usage` is a commutative monoid: however a tree is cut into slices, and in whatever order these are added,
the sum equals the measure of the whole. Standard library only.

A hard link: an inode with n links counts size/n at each of them. Sums are kept per n, so that they are
exact, and a tree that holds all its links comes to each inode once, with no table of inodes.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from heapq import nlargest
from operator import attrgetter
from typing import Any, NamedTuple, Self, TypeVar

LARGEST = 20
SAMPLES = 3
MOST_DIRECTORIES = 10_000
OTHER_DIRECTORIES = b""
"""What pools the directories beyond the 10,000 largest; no directory can have this name."""
MOST_TYPES = 1_000
OTHER_TYPES = "(other)"
"""What pools the file types beyond the 1,000 largest."""
BIN_DAYS = 400
"""Ages are counted per day up to here, …"""
WIDE_BIN_DAYS = 30
"""… then per 30 days, …"""
LAST_BIN_DAYS = 4000
"""… and everything older in one bin."""

# What has vanished or lies on another file system need not be counted: a scan with such errors is complete.
HARMLESS_ERRORS = frozenset({"vanished", "other_file_system"})

_K = TypeVar("_K")
_V = TypeVar("_V")


class Clock(StrEnum):
    """Which time stamp says how long a file has been here."""

    ARRIVAL = "arrival"
    """The birth time if the file system has one, else the ctime."""
    CTIME = "ctime"
    MTIME = "mtime"


class Counted(StrEnum):
    """Which bytes a hard quota counts."""

    APPARENT = "apparent"
    """The lengths of the files, as `ls -l` shows them."""
    ALLOCATED = "allocated"
    """What the files take on disk, as `du` shows it."""


class Scanner(StrEnum):
    """Who measures: there are two, with the same answers."""

    NATIVE = "native"
    PYTHON = "python"


MOST_THREADS = 256
"""Of the native scanner."""


class ScanDefaults(NamedTuple):
    """How directories are walked unless somebody says otherwise. `threads` of the native scanner; 0: by itself."""

    clock: Clock = Clock.ARRIVAL
    threads: int = 0
    one_file_system: bool = True


class Sums(NamedTuple):
    """Sums over files of one link count: bytes, allocated bytes, bytes × seconds of age."""

    size: int = 0
    allocated: int = 0
    byte_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Regular files counted and added up. `by_links` maps a link count to its sums, undivided."""

    files: int = 0
    by_links: Mapping[int, Sums] = field(default_factory=dict)

    @classmethod
    def of(cls, files: int, size: int, byte_seconds: int = 0, allocated: int | None = None) -> Self:
        """A tally of files without further links."""
        return cls(files, {1: Sums(size, size if allocated is None else allocated, byte_seconds)})

    @property
    def size(self) -> int:
        """Apparent bytes, rounded down if only some of an inode's links are inside."""
        return self._share(0)

    @property
    def allocated(self) -> int:
        """Bytes on disk (512 × st_blocks)."""
        return self._share(1)

    @property
    def byte_seconds(self) -> int:
        """Σ size × age in seconds."""
        return self._share(2)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.files + other.files, _merged(self.by_links, other.by_links, _add_sums))

    def _share(self, column: int) -> int:
        if self.by_links.keys() <= {1}:
            return sum(sums[column] for sums in self.by_links.values())
        from fractions import Fraction  # few trees have links

        return int(sum((Fraction(sums[column], links) for links, sums in self.by_links.items()), Fraction()))


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
    largest       the 20 files with the largest size × age
    errors        kind → count and samples
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
        )

    def bounded(self) -> Self:
        """The same with only the largest directories and types by name, the others pooled.

        Done to each slice and to their sum, so that nobody can blow a summary up.
        """
        directories = _bounded(self.by_directory, MOST_DIRECTORIES, OTHER_DIRECTORIES)
        return replace(
            self,
            by_directory=directories,
            oldest_by_directory=pooled(self.oldest_by_directory, directories),
            by_type=_bounded(self.by_type, MOST_TYPES, OTHER_TYPES),
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


def age_bin(age_seconds: int) -> int:
    """The lower edge, in days, of the histogram bin for an age."""
    days = max(0, age_seconds) // 86_400
    if days < BIN_DAYS:
        return days
    return min(LAST_BIN_DAYS, days - (days - BIN_DAYS) % WIDE_BIN_DAYS)


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


def _add_sums(one: Sums, other: Sums) -> Sums:
    return Sums(one.size + other.size, one.allocated + other.allocated, one.byte_seconds + other.byte_seconds)


def _merged(one: Mapping[_K, _V], other: Mapping[_K, _V], add: Callable[[Any, Any], _V]) -> Mapping[_K, _V]:
    if not one or not other:
        return one or other
    merged = dict(one)
    for key, value in other.items():
        merged[key] = add(merged[key], value) if key in merged else value
    return merged
