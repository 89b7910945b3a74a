"""How it is measured: by which clock, which bytes count, who walks and how. Standard library only."""

from enum import StrEnum
from typing import NamedTuple


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


class Source(StrEnum):
    """Where the figures of the areas on a volume come from."""

    SCAN = "scan"
    """Our scanner walks them."""
    WRSTAT = "wrstat"
    """The lines of wrstat, which has walked the volume."""


class Scanner(StrEnum):
    """Who measures: there are two, with the same answers."""

    NATIVE = "native"
    PYTHON = "python"


MOST_THREADS = 256
"""Of the native scanner."""


class ScanDefaults(NamedTuple):
    """How directories are walked unless somebody says otherwise. `threads` of the native scanner; 0: by itself.

    `exclude` are patterns of what is left out, as scan/exclude.py reads them.
    """

    clock: Clock = Clock.ARRIVAL
    threads: int = 0
    one_file_system: bool = True
    exclude: tuple[bytes, ...] = ()
