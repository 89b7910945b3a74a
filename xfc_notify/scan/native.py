"""The walk in C, for which scan/walk.py is the reference: several threads, and no GIL."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from xfc_notify.scan.progress import MOST_REMAINING, MOST_REMAINING_BYTES, Progress
from xfc_notify.scan.table import Table
from xfc_notify.scan.trail import components
from xfc_notify.usage import Clock, Entry, Errors, Usage

try:
    from xfc_notify.scan import _native
except ImportError:  # there was no compiler, or this is not Linux
    _works = False
else:
    _works = _native.works()

_Key = TypeVar("_Key", int, bytes, str)

_CLOCKS = {Clock.ARRIVAL: 0, Clock.CTIME: 1, Clock.MTIME: 2}


def is_available() -> bool:
    """Whether it was built, and works here."""
    return _works


def walk(
    root: int,
    directories: Sequence[bytes],
    *,
    as_of: datetime,
    clock: Clock,
    budget: float,
    one_file_system: bool,
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Usage, tuple[bytes, ...], int]:
    """As scan.walk.walk, by this many threads, or by as many as bring something if that is 0; adds how many.

    When the budget is spent, every thread finishes its directory. `progress` is called in this thread.
    Raises MemoryError, and OSError if not a single thread can be started.
    """
    for path in directories:
        components(path)

    def report(listed: int, files: int, size: int) -> None:
        if progress:
            progress(Progress(listed, files, size))

    counts, (ages, owners, named, types), largest, errors, remaining, used = _native.walk(
        root,
        tuple(directories),
        int(as_of.timestamp() // 1),
        _CLOCKS[clock],
        budget,
        one_file_system,
        MOST_REMAINING,
        MOST_REMAINING_BYTES,
        threads,
        report,
    )
    found, symlinks, others, birth_times, oldest, newest = counts
    by_age = _table(ages)
    total = by_age.total()
    usage = Usage(
        as_of=as_of,
        clock=clock,
        total=total,
        directories=found,
        symlinks=symlinks,
        others=others,
        birth_times=birth_times,
        oldest=oldest if total.files else None,
        newest=newest if total.files else None,
        by_age=by_age.tallies(),
        by_owner=_table(owners).tallies(),
        by_directory=_table(named).tallies(),
        oldest_by_directory=_oldest(named),
        by_type=_table((row[0].decode("ascii"), *row[1:]) for row in types).tallies(),
        largest=tuple(sorted((Entry(*entry) for entry in largest), reverse=True)),
        errors={kind: Errors(count, tuple(samples)) for kind, count, samples in errors},
    )
    return usage.bounded(), tuple(remaining), used


def _oldest(rows: Iterable[tuple[bytes, int, int, int, int, int, int]]) -> dict[bytes, int]:
    oldest: dict[bytes, int] = {}
    for key, _, seconds, *_ in rows:
        oldest[key] = min(seconds, oldest.get(key, seconds))
    return oldest


def _table(rows: Iterable[tuple[_Key, int, int, int, int, int, int]]) -> Table[_Key]:
    table: Table[_Key] = Table()
    for key, links, _, *cell in rows:
        table.add(key, links, cell)
    return table
