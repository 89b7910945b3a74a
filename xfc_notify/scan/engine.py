"""Which scanner measures: the one in C if it was built, else the one in Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from xfc_notify.errors import WrongInput
from xfc_notify.scan import native
from xfc_notify.scan.progress import Progress
from xfc_notify.usage import Clock, Scanner, Usage
from xfc_notify.usage.directories import NOTHING
from xfc_notify.usage.summary import EARLIEST
from xfc_notify.usage.tally import Tally

if TYPE_CHECKING:
    from xfc_notify.scan.export import Export


@dataclass(frozen=True, slots=True)
class Measured:
    """What a walk found and what remains, by which scanner, and how many threads it had in the end."""

    usage: Usage
    remaining: tuple[bytes, ...]
    scanner: Scanner
    threads: int


def choose(wanted: Scanner | None = None) -> Scanner:
    """The scanner that is wanted, else the fastest; WrongInput where it is not there."""
    if wanted is Scanner.NATIVE and not native.is_available():
        raise WrongInput(
            "the native scanner is not there: it needs Linux, and a C compiler at installation",
            "install gcc and then xfc-notify again, or use --scanner python",
        )
    return wanted or (Scanner.NATIVE if native.is_available() else Scanner.PYTHON)


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
    scanner: Scanner | None = None,
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
    export: "Export | None" = None,
) -> Measured:
    """As scan.walk.walk, by the scanner that is wanted or the fastest.

    `threads` is for the native one, 0 lets it choose; the one in Python has a single thread.
    """
    chosen = choose(scanner)
    if chosen is Scanner.NATIVE:
        usage, remaining, used = native.walk(
            root,
            directories,
            as_of=as_of,
            clock=clock,
            budget=budget,
            one_file_system=one_file_system,
            exclude=exclude,
            least=least,
            earliest=earliest,
            threads=threads,
            progress=progress,
            export=export,
        )
        return Measured(usage, remaining, chosen, used)
    from xfc_notify.scan import walk as python  # where it is the fallback: the native one does without

    usage, remaining = python.walk(
        root,
        directories,
        as_of=as_of,
        clock=clock,
        budget=budget,
        one_file_system=one_file_system,
        exclude=exclude,
        least=least,
        earliest=earliest,
        progress=progress,
        export=export,
    )
    return Measured(usage, remaining, chosen, threads=1)
