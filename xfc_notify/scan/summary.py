"""Files added up into a Usage while a walk goes on.

The inner loop is `add`. What is alike (day, owner, type) is gathered in cells first and spread over the tables when the
walk comes to another first-level directory. The bytes of files with several names are added in the end, when it is
known which of the names that were met is the first.

Users can make as many directories and file types as they like, so these two tables are bounded: the 10,000
largest directories and the 1,000 largest types keep their names, the rest is pooled under the names b"" and
"(other)", which no directory and no type can have. All sums stay exact; which names are kept is then decided
slice by slice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from heapq import heappush, heappushpop

from xfc_notify.scan.file_type import file_type
from xfc_notify.scan.named import Named
from xfc_notify.scan.stat import Stat
from xfc_notify.scan.table import Cell, Table
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.ages import age_bin
from xfc_notify.usage.directories import NOTHING, Directory, Subtotal, nearest, parent
from xfc_notify.usage.links import MOST_TRACKED, UNTRACKED, Inode, Link
from xfc_notify.usage.summary import (
    LARGEST,
    LOOSE,
    MOST_DIRECTORIES,
    MOST_TYPES,
    OTHER_DIRECTORIES,
    OTHER_TYPES,
    pooled,
)
from xfc_notify.usage.tally import Tally

_DAY = 86_400
_MOST_CELLS = 4_096


class Summary:
    """The running sums of one walk. Say with `at` where the walk is, then `add` the files found there, and with
    `leave` that all below a directory was listed. Directories that hold less than `least` are not named.
    """

    def __init__(self, as_of: datetime, clock: Clock, least: Tally = NOTHING) -> None:
        self.directories = self.symlinks = self.others = 0
        self._as_of, self._clock, self._now = as_of, clock, int(as_of.timestamp() // 1)
        self._least = least
        self._named = Named(least)
        self._links: dict[Inode, Link] = {}
        self._cells: dict[tuple[int, int, str, bool], Cell] = {}
        self._ages: Table[int] = Table()
        self._owners: Table[int] = Table()
        self._directories: Table[bytes] = Table()
        self._types: Table[str] = Table()
        self._birth_times = 0
        self._oldest: int | None = None  # since the last spreading
        self._oldest_by_directory: dict[bytes, int] = {}
        self._newest: int | None = None
        self._largest: list[Entry] = []
        self._least_heavy = 0
        self._counted = self._counted_bytes = 0
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
        self._named.open(names)

    def leave(self, names: Sequence[bytes]) -> None:
        """All below this directory has been listed."""
        self._named.close(names)

    def add(self, name: bytes, found: Stat) -> None:
        """Count one regular file."""
        arrival = self._now if found.arrival is None else found.arrival
        age = self._now - arrival if arrival < self._now else 0
        size, allocated, byte_seconds = found.size, found.allocated, found.size * age
        weight = (1, size, byte_seconds)
        kind = file_type(name)
        self._counted += 1
        self._counted_bytes += size // found.links
        if found.odd:
            self.fail("odd_time", self.path(name))
        if found.links > 1:
            link = Link(self.path(name), kind, found.links, 1, size, allocated, arrival, found.owner)
            counted = NOTHING if self._met(found, link) else link.share(self._now)
            size, allocated, byte_seconds = counted.size, counted.allocated, counted.byte_seconds
        key = (age // _DAY, found.owner, kind, found.born)
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
        self._named.add((1, size, allocated, byte_seconds), weight, arrival, arrival)
        self._see(arrival, arrival)
        heavy = weight[2] // found.links
        if heavy >= self._least_heavy:
            self._keep(Entry(heavy, found.size, self.path(name)))

    def add_here(self, tally: Tally, oldest: int, newest: int) -> None:
        """Count files of this directory that were added up elsewhere, in four calls: this one, `add_aged`, `add_owned`
        and `add_typed`. None of them has other names or an odd time, or is among the largest. Arrivals are by no
        birth times.
        """
        self._counted += tally.files
        self._counted_bytes += tally.size
        self._directories.add(self._top, _cell(tally))
        self._named.add(_cell(tally), (tally.files, tally.size, tally.byte_seconds), oldest, newest)
        self._see(oldest, newest)

    def add_aged(self, age: int, tally: Tally) -> None:
        """Count files of a bin of ages; days."""
        self._ages.add(age, _cell(tally))

    def add_owned(self, owner: int, tally: Tally) -> None:
        """Count files of an owner."""
        self._owners.add(owner, _cell(tally))

    def add_typed(self, kind: str, tally: Tally) -> None:
        """Count files of a type."""
        self._types.add(kind, _cell(tally))

    def _see(self, oldest: int, newest: int) -> None:
        if self._oldest is None or oldest < self._oldest:
            self._oldest = oldest
        if self._newest is None or newest > self._newest:
            self._newest = newest

    def _met(self, found: Stat, link: Link) -> bool:
        """Remember a name of an inode, which counts in the end; False where there are too many."""
        inode = (found.device, found.inode)
        if before := self._links.get(inode):
            first = min(before, link, key=lambda link: link.path)
            self._links[inode] = replace(first, met=before.met + 1)
            return True
        if len(self._links) >= MOST_TRACKED:
            self.fail(UNTRACKED, link.path)
            return False
        self._links[inode] = link
        return True

    def fail(self, kind: str, path: bytes) -> None:
        """Count one error."""
        error = Errors(1, (path or LOOSE,))
        self._errors[kind] = self._errors[kind] + error if kind in self._errors else error

    def path(self, name: bytes) -> bytes:
        """The path, relative to the area, of an entry of the directory where the walk is."""
        return b"/".join((*self._names, name))

    def counted(self) -> tuple[int, int]:
        """Files and bytes so far."""
        return self._counted, self._counted_bytes

    def usage(self) -> Usage:
        """All that was added."""
        self._spread()
        tree = self._count_links(self._named.tree())
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
            tree=tree,
            links={inode: link for inode, link in self._links.items() if link.met < link.links},
        )
        return usage.bounded(self._least)

    def _count_links(self, tree: dict[bytes, Directory]) -> dict[bytes, Directory]:
        """Count each inode with several names at the first of those that were met."""
        for link in self._links.values():
            counted = link.counted(self._now)
            cell = [0, counted.size, counted.allocated, counted.byte_seconds]
            top, slash, _ = link.path.partition(b"/")
            first_level = top if slash else LOOSE
            self._ages.add(age_bin(link.age(self._now)), cell)
            self._owners.add(link.owner, cell)
            self._directories.add(
                first_level if first_level in self._directories else OTHER_DIRECTORIES, cell
            )
            self._types.add(link.kind if link.kind in self._types else OTHER_TYPES, cell)
            tree[nearest(tree, parent(link.path))] += Directory(Subtotal(counted))
        return tree

    def _keep(self, entry: Entry) -> None:
        if len(self._largest) < LARGEST:
            heappush(self._largest, entry)
        else:
            heappushpop(self._largest, entry)
            self._least_heavy = self._largest[0].byte_seconds

    def _spread(self) -> None:
        for (days, owner, kind, born), cell in self._cells.items():
            self._ages.add(age_bin(days * _DAY), cell)
            self._owners.add(owner, cell)
            self._directories.add(self._top, cell)
            self._types.add(kind, cell)
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


def _cell(tally: Tally) -> Cell:
    return [tally.files, tally.size, tally.allocated, tally.byte_seconds]
