"""The walk in C, for which scan/walk.py is the reference: several threads, and no GIL."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from xfc_notify.scan.file_type import file_type
from xfc_notify.scan.progress import MOST_REMAINING, MOST_REMAINING_BYTES, Progress
from xfc_notify.scan.trail import components
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.directories import NOTHING, Directory, Subtotal
from xfc_notify.usage.links import Inode, Link
from xfc_notify.usage.summary import EARLIEST
from xfc_notify.usage.tally import Tally

if TYPE_CHECKING:
    from xfc_notify.scan.export import Export

try:
    from xfc_notify.scan import _native
except ImportError:  # there was no compiler, or this is not Linux
    _works = False
else:
    _works = _native.works()

_Key = TypeVar("_Key", int, bytes, str)
_Row: TypeAlias = tuple[int, int, int, int, int, int]
"""Oldest, newest, files, bytes, allocated bytes, bytes × seconds."""

_CLOCKS = {Clock.ARRIVAL: 0, Clock.CTIME: 1, Clock.MTIME: 2}


def is_available() -> bool:
    """Whether it was built, and works here."""
    return _works


def identity(directory: int) -> tuple[int | None, int | None]:
    """The id of the mount that an open directory is on, and its birth time; None for what is not known. OSError."""
    return _native.identity(directory)


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
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
    export: "Export | None" = None,
) -> tuple[Usage, tuple[bytes, ...], int]:
    """As scan.walk.walk, by this many threads, or by as many as bring something if that is 0; adds how many.

    When the budget is spent, every thread finishes its directory. `progress` is called in this thread.
    Raises MemoryError, and OSError if not a single thread can be started or the export cannot be written.
    """
    for path in directories:
        components(path)

    def report(listed: int, files: int, size: int) -> None:
        if progress:
            progress(Progress(listed, files, size))

    counts, (ages, owners, named, types), largest, errors, tree, links, remaining, used = _native.walk(
        root,
        tuple(directories),
        int(as_of.timestamp() // 1),
        _CLOCKS[clock],
        budget,
        one_file_system,
        tuple(exclude),
        (least.size, least.byte_seconds, least.files),
        earliest,
        MOST_REMAINING,
        MOST_REMAINING_BYTES,
        threads,
        report,
        export.root if export else b"",
        export.write if export else None,
    )
    found, symlinks, others, birth_times = counts
    by_age = _tallies(ages)
    usage = Usage(
        as_of=as_of,
        clock=clock,
        total=sum(by_age.values(), Tally()),
        directories=found,
        symlinks=symlinks,
        others=others,
        birth_times=birth_times,
        oldest=min((row[0] for _, row in ages), default=None),
        newest=max((row[1] for _, row in ages), default=None),
        by_age=by_age,
        by_owner=_tallies(owners),
        by_directory=_tallies(named),
        oldest_by_directory={key: row[0] for key, row in named},
        by_type=_tallies([(key.decode("ascii"), row) for key, row in types]),
        largest=tuple(sorted((Entry(*entry) for entry in largest), reverse=True)),
        errors={kind: Errors(count, tuple(samples)) for kind, count, samples in errors},
        tree=_tree(tree),
        links=dict(_link(*link) for link in links),
    )
    return usage.bounded(least), tuple(remaining), used


def _tallies(rows: Sequence[tuple[_Key, _Row]]) -> dict[_Key, Tally]:
    return {key: Tally(*row[2:]) for key, row in rows}


def _tree(rows: Sequence[tuple[int, bytes, int, _Row]]) -> dict[bytes, Directory]:
    paths: list[bytes] = []
    found: dict[bytes, Directory] = {}
    for above, name, cut, (oldest, newest, *tally) in rows:
        path = paths[above] + b"/" + name if above > 0 else name
        paths.append(path)
        files = tally[0] > 0
        here = Subtotal(Tally(*tally), oldest if files else None, newest if files else None)
        found[path] = Directory(here, bool(cut))
    return found


def _link(
    major: int,
    minor: int,
    inode: int,
    links: int,
    met: int,
    size: int,
    allocated: int,
    arrival: int,
    owner: int,
    path: bytes,
) -> tuple[Inode, Link]:
    kind = file_type(path.rpartition(b"/")[2])
    return (os.makedev(major, minor), inode), Link(path, kind, links, met, size, allocated, arrival, owner)
