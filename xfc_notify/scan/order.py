"""What a scanner is asked, and what it answers."""

from dataclasses import dataclass
from datetime import datetime

from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.directories import NOTHING
from xfc_notify.usage.tally import Tally


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """Measure these directories of an area, for about `budget` seconds, then say what remains.

    directories  relative to `root`; b"" is the area itself
    exclude      patterns of what is left out, as scan/exclude.py reads them
    least        what a directory holds at least to be named in the directory summary; a thousandth is more
    as_of        the time against which ages are counted, the same for all slices of a scan
    again        whether it was sent before, and not answered in time
    uid          of the owner of the area; None: whoever it is. What is another's by now is not measured
    """

    scan_id: str
    slice_id: str
    root: bytes
    directories: tuple[bytes, ...]
    as_of: datetime
    clock: Clock
    budget: float
    one_file_system: bool = True
    again: bool = False
    uid: int | None = None
    exclude: tuple[bytes, ...] = ()
    least: Tally = NOTHING


@dataclass(frozen=True, slots=True)
class SliceResult:
    """The answer to a ScanOrder: measured + remaining = ordered.

    failure  why the area could not be measured at all; nothing else counts then
    gone     with a failure: the volume is there, and the directory of the area is not
    """

    scan_id: str
    slice_id: str
    usage: Usage
    remaining: tuple[bytes, ...]
    seconds: float
    host: str
    failure: str | None = None
    gone: bool = False
