"""Files added up into a Usage while a walk goes on.

The inner loop is `add`: one lookup and four additions a file. What is alike (links, day, owner, type) is
gathered in cells first and spread over the tables when the walk comes to another first-level directory.

Users can make as many directories and file types as they like, so these two tables are bounded: the 10,000
largest directories and the 1,000 largest types keep their names, the rest is pooled under the names b"" and
"(other)", which no directory and no type can have. All sums stay exact; which names are kept is then decided
slice by slice.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from heapq import heappush, heappushpop

from xfc_notify.scan.stat import Stat
from xfc_notify.scan.table import Cell, Table
from xfc_notify.usage import (
    LARGEST,
    MOST_DIRECTORIES,
    MOST_TYPES,
    OTHER_DIRECTORIES,
    OTHER_TYPES,
    Clock,
    Entry,
    Errors,
    Usage,
    age_bin,
    pooled,
)

LOOSE = b"."
"""Stands for the area itself: its loose files in `by_directory`, its own errors in the samples."""

_DAY = 86_400
_MOST_CELLS = 4_096
_COMPRESSED = frozenset({"gz", "bz2", "xz", "zst", "zip"})


class Summary:
    """The running sums of one walk. Say with `at` where the walk is, then `add` the files found there."""

    def __init__(self, as_of: datetime, clock: Clock) -> None:
        self.directories = self.symlinks = self.others = 0
        self._as_of, self._clock, self._now = as_of, clock, int(as_of.timestamp() // 1)
        self._cells: dict[tuple[int, int, int, str, bool], Cell] = {}
        self._ages: Table[int] = Table()
        self._owners: Table[int] = Table()
        self._directories: Table[bytes] = Table()
        self._types: Table[str] = Table()
        self._birth_times = 0
        self._oldest: int | None = None  # since the last spreading
        self._oldest_by_directory: dict[bytes, int] = {}
        self._newest: int | None = None
        self._largest: list[Entry] = []
        self._least = 0
        self._errors: dict[str, Errors] = {}
        self._names: Sequence[bytes] = ()
        self._top = LOOSE

    def at(self, names: Sequence[bytes]) -> None:
        """What is added from now on lies in this directory, given by its components below the area."""
        top = names[0] if names else LOOSE
        if top != self._top:
            self._spread()
            self._top = top
        self._names = names

    def add(self, name: bytes, found: Stat) -> None:
        """Count one regular file."""
        _, size, allocated, links, owner, _, _, arrival, born = found
        age = self._now - arrival if arrival < self._now else 0
        byte_seconds = size * age
        key = (links, age // _DAY, owner, file_type(name), born)
        try:
            cell = self._cells[key]
        except KeyError:
            if len(self._cells) >= _MOST_CELLS:
                self._spread()
            cell = self._cells[key] = [0, 0, 0, 0]
        cell[0] += 1
        cell[1] += size
        cell[2] += allocated
        cell[3] += byte_seconds
        if self._oldest is None or arrival < self._oldest:
            self._oldest = arrival
        if self._newest is None or arrival > self._newest:
            self._newest = arrival
        weight = byte_seconds if links == 1 else byte_seconds // links
        if weight >= self._least:
            self._keep(Entry(weight, size, self.path(name)))

    def fail(self, kind: str, path: bytes) -> None:
        """Count one error."""
        error = Errors(1, (path or LOOSE,))
        self._errors[kind] = self._errors[kind] + error if kind in self._errors else error

    def path(self, name: bytes) -> bytes:
        """The path, relative to the area, of an entry of the directory where the walk is."""
        return b"/".join((*self._names, name))

    def counted(self) -> tuple[int, int]:
        """Files and bytes so far."""
        self._spread()
        total = self._ages.total()
        return total.files, total.size

    def usage(self) -> Usage:
        """All that was added."""
        self._spread()
        usage = Usage(
            as_of=self._as_of,
            clock=self._clock,
            total=self._ages.total(),
            directories=self.directories,
            symlinks=self.symlinks,
            others=self.others,
            birth_times=self._birth_times,
            oldest=min(self._oldest_by_directory.values(), default=None),
            newest=self._newest,
            by_age=self._ages.tallies(),
            by_owner=self._owners.tallies(),
            by_directory=self._directories.tallies(),
            oldest_by_directory=dict(self._oldest_by_directory),
            by_type=self._types.tallies(),
            largest=tuple(sorted(self._largest, reverse=True)),
            errors=dict(self._errors),
        )
        return usage.bounded()

    def _keep(self, entry: Entry) -> None:
        if len(self._largest) < LARGEST:
            heappush(self._largest, entry)
        else:
            heappushpop(self._largest, entry)
            self._least = self._largest[0].byte_seconds

    def _spread(self) -> None:
        for (links, days, owner, kind, born), cell in self._cells.items():
            self._ages.add(age_bin(days * _DAY), links, cell)
            self._owners.add(owner, links, cell)
            self._directories.add(self._top, links, cell)
            self._types.add(kind, links, cell)
            self._birth_times += cell[0] if born else 0
        self._cells.clear()
        if self._oldest is not None:
            known = self._oldest_by_directory.get(self._top, self._oldest)
            self._oldest_by_directory[self._top] = min(known, self._oldest)
            self._oldest = None
        # A walk may see millions of names; doing this now and then keeps memory bounded.
        if len(self._directories) > 2 * MOST_DIRECTORIES:
            self._directories.bound(MOST_DIRECTORIES, OTHER_DIRECTORIES)
            self._oldest_by_directory = pooled(self._oldest_by_directory, self._directories)
        if len(self._types) > 2 * MOST_TYPES:
            self._types.bound(MOST_TYPES, OTHER_TYPES)


def file_type(name: bytes) -> str:
    """The lower-case suffix, with the one before it where that says what was compressed ("fastq.gz").

    A suffix is at most 10 ASCII letters and digits; "" without one. A leading dot makes no suffix.
    """
    stem, _, suffix = name.lstrip(b".").rpartition(b".")
    if not stem:
        return ""
    kind = _suffix(suffix)
    if kind in _COMPRESSED:
        start, _, before = stem.rpartition(b".")
        if start and (inner := _suffix(before)):
            return f"{inner}.{kind}"
    return kind


@lru_cache(maxsize=1_024)
def _suffix(suffix: bytes) -> str:
    return suffix.decode("ascii").lower() if len(suffix) <= 10 and suffix.isalnum() else ""
