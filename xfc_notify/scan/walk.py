"""The walk over the directories of one slice: depth-first, within a time budget, never through a link.

measured + remaining = ordered: a directory is listed to its end or not at all, and what was found and not yet
listed remains. What went wrong is counted by kind:

    unreadable          EACCES, EPERM
    vanished            it, or a directory above it, is no longer there
    swapped             a directory became something else meanwhile, or a link
    other_file_system   something is mounted there; not entered
    excluded            the operator leaves it out
    odd_time            a file whose time cannot be; it is dated by another one
    hard_links          a file with several names which is too much to remember; it counts its part at each
    failed              any other error: EIO, ESTALE, …
"""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import TYPE_CHECKING, Any

from xfc_notify.scan.exclude import Excluded, excluded
from xfc_notify.scan.progress import MOST_REMAINING, MOST_REMAINING_BYTES, Progress
from xfc_notify.scan.stat import Reader, Stat, reader
from xfc_notify.scan.summary import Summary
from xfc_notify.scan.trail import Trail, components
from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.directories import NOTHING
from xfc_notify.usage.summary import EARLIEST
from xfc_notify.usage.tally import Tally

if TYPE_CHECKING:
    from xfc_notify.scan.export import Export

_OTHER = "other_file_system"
_PROGRESS_SECONDS = 0.1
_BATCH = 256
_KINDS = {
    errno.EACCES: "unreadable",
    errno.EPERM: "unreadable",
    errno.ENOENT: "vanished",
    errno.ENOTDIR: "swapped",
    errno.ELOOP: "swapped",
}


def walk(
    root: int,
    directories: Sequence[bytes],
    *,
    as_of: datetime,
    clock: Clock,
    budget: float,
    one_file_system: bool,
    exclude: Sequence[bytes] = (),
    least: Tally = NOTHING,
    earliest: int = EARLIEST,
    progress: Callable[[Progress], None] | None = None,
    export: "Export | None" = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> tuple[Usage, tuple[bytes, ...]]:
    """Measure these directories of the area that is open as `root`; return the usage and what remains.

    The directories are relative to the root (b"" is the area itself), none inside another. `budget` is in
    seconds; at least one directory is done whatever the budget. What matches a pattern of `exclude` is left out.
    Directories that hold less than `least` need not be named. A time before `earliest`, in seconds since the epoch,
    cannot be. `progress` is called about every 0.1 s. `export` gets a line for every entry.
    Raises ScanRefused for a path that could lead out of the area.
    """
    ends = monotonic() + budget
    summary, read = Summary(as_of, clock, least), reader(clock, earliest)
    mount = read(root, b"").mount if one_file_system else None
    with Trail(root) as trail:
        steps = _Walk(
            trail, directories, summary, read, mount, excluded(exclude) if exclude else None, export
        )
        if progress:
            steps.report = _reporter(steps, progress, monotonic)
        while steps.remaining:
            steps.step()
            if monotonic() >= ends and steps.may_stop():
                break
        steps.leave_done()
        return summary.usage(), steps.paths()


class _Walk:
    """The state of a walk: directories ordered, and on the way to the present one those found but not listed.

    remaining, remaining_bytes   how many directories these are, and the length of their paths
    listed                       directories done so far
    """

    def __init__(
        self,
        trail: Trail,
        directories: Sequence[bytes],
        summary: Summary,
        read: Reader,
        mount: tuple[bool, int] | None,
        is_excluded: Excluded | None,
        export: "Export | None",
    ) -> None:
        self.summary = summary
        self.report: Callable[[], None] = _silence
        self.listed = 0
        self.remaining = len(directories)
        self.remaining_bytes = sum(map(len, directories))
        self._ordered = [(path, components(path)) for path in directories]
        self._found: list[list[bytes]] = []  # for each level of the trail, from the ordered directory down
        self._trail = trail
        self._read = read
        self._mount = mount
        self._is_excluded = is_excluded
        self._export = export

    def may_stop(self) -> bool:
        return self.remaining <= MOST_REMAINING and self.remaining_bytes <= MOST_REMAINING_BYTES

    def step(self) -> None:
        """Take one directory out of what remains and list it."""
        self.leave_done()
        self.remaining -= 1
        self.listed += 1
        if self._found:
            self._step_down(self._found[-1].pop())
        else:
            self._step_across(*self._ordered.pop())

    def leave_done(self) -> None:
        """Leave the directories below which nothing remains."""
        while self._found and not self._found[-1]:
            self._found.pop()
            self.summary.leave(self._trail.names)
            if self._found:
                self._trail.leave()

    def paths(self) -> tuple[bytes, ...]:
        """What remains, the deepest last."""
        paths = [path for path, _ in self._ordered]
        above = len(self._trail.names) - len(self._found) + 1
        for level, found in enumerate(self._found, start=above):
            way = b"".join(name + b"/" for name in self._trail.names[:level]) if found else b""
            paths += (way + name for name in found)
        return tuple(paths)

    def _step_down(self, name: bytes) -> None:
        self.remaining_bytes -= self._trail.length + len(name)
        try:
            self._trail.enter(name)
        except OSError as error:
            self._fail(error, b"/".join((*self._trail.names, name)))
        else:
            self._list()

    def _step_across(self, path: bytes, names: Sequence[bytes]) -> None:
        self.remaining_bytes -= len(path)
        try:
            self._trail.move(names)
        except OSError as error:
            self._fail(error, path)
        else:
            self._list()

    def _list(self) -> None:
        self._found.append([])
        self.summary.at(self._trail.names)
        try:
            descriptor = self._trail.descriptor()
            if self._mount is not None and self._read(descriptor, b"").mount != self._mount:
                self.summary.fail(_OTHER, b"/".join(self._trail.names))
                return
            if self._export and not self._trail.names:
                self._export.add(b"", os.fstat(descriptor))
            listing = os.scandir(descriptor)
        except OSError as error:
            self._fail(error, b"/".join(self._trail.names))
            return
        with listing as entries:
            while batch := self._batch(entries):
                for name in batch:
                    self._look(descriptor, name)
                self.report()

    def _batch(self, entries: Iterator[os.DirEntry[Any]]) -> list[bytes]:
        names: list[bytes] = []
        try:
            names.extend(os.fsencode(entry.name) for entry in islice(entries, _BATCH))
        except OSError as error:  # what came before it stays in the list
            self._fail(error, b"/".join(self._trail.names))
        return names

    def _fail(self, error: OSError, path: bytes) -> None:
        self.summary.fail(_KINDS.get(error.errno or 0, "failed"), path)

    def _look(self, descriptor: int, name: bytes) -> None:
        summary = self.summary
        if self._is_excluded and self._is_excluded(self._trail.names, name):
            summary.fail("excluded", summary.path(name))
            return
        try:
            found = self._read(descriptor, name)
        except OSError as error:
            self._fail(error, summary.path(name))
            return
        kind = S_IFMT(found.mode)
        if kind == S_IFDIR:
            summary.directories += 1
        if not self._is_ours(kind, found):
            summary.fail(_OTHER, summary.path(name))
            return
        if self._export:
            self._export_entry(self._export, descriptor, name)
        if kind == S_IFREG:
            summary.add(name, found)
        elif kind == S_IFDIR:
            self._found[-1].append(name)
            self.remaining += 1
            self.remaining_bytes += self._trail.length + len(name)
        elif kind == S_IFLNK:
            summary.symlinks += 1
        else:
            summary.others += 1

    def _export_entry(self, export: "Export", descriptor: int, name: bytes) -> None:
        try:
            export.add(self.summary.path(name), os.stat(name, dir_fd=descriptor, follow_symlinks=False))
        except FileNotFoundError:
            return  # it was counted; it vanished just now

    def _is_ours(self, kind: int, found: Stat) -> bool:
        """By its mount; where there are only devices, a file is where its directory is, whatever its own says."""
        by_mount = found.mount[0]
        return self._mount is None or found.mount == self._mount or not (by_mount or kind == S_IFDIR)


def _reporter(
    steps: _Walk, progress: Callable[[Progress], None], monotonic: Callable[[], float]
) -> Callable[[], None]:
    last = monotonic()

    def report() -> None:
        nonlocal last
        if monotonic() - last >= _PROGRESS_SECONDS:
            progress(Progress(steps.listed, *steps.summary.counted()))
            last = monotonic()

    return report


def _silence() -> None:
    """Report nothing."""
