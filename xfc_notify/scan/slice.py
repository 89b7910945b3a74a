"""What a scan worker does with an order, and the command line with a directory."""

import math
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.errors import AreaGone, ScanRefused
from xfc_notify.paths import show
from xfc_notify.scan.area import check_still_mounted, open_area, open_directory
from xfc_notify.scan.birth import earliest
from xfc_notify.scan.engine import Measured, walk
from xfc_notify.scan.progress import Progress
from xfc_notify.usage import Clock, Scanner, Usage

if TYPE_CHECKING:
    from xfc_notify.domain import Volume
    from xfc_notify.scan.export import Export
    from xfc_notify.scan.order import ScanOrder, SliceResult


def measure(
    order: "ScanOrder",
    volumes: Sequence["Volume"],
    *,
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> "SliceResult":
    """Carry out an order; an area that may not or cannot be opened comes back as a `failure`, and so does one
    whose volume was not mounted before the walk or is not after it, and one that is `gone`.

    `threads` are those of the native scanner, 0 by itself: this host knows what serves it, the order does not.
    """
    began = time.monotonic()
    try:
        measured = _walk_area(order, volumes, threads, progress)
    except ScanRefused as refused:
        return failed(order, str(refused), time.monotonic() - began, gone=isinstance(refused, AreaGone))
    return _result(order, measured.usage, measured.remaining, time.monotonic() - began)


def failed(order: "ScanOrder", why: str, seconds: float, *, gone: bool = False) -> "SliceResult":
    """The answer to an order that could not be carried out."""
    return _result(order, Usage(order.as_of, order.clock), (), seconds, why, gone=gone)


def measure_whole(
    path: bytes,
    *,
    as_of: datetime,
    clock: Clock,
    one_file_system: bool,
    exclude: Sequence[bytes] = (),
    scanner: Scanner | None = None,
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
    export: Path | None = None,
) -> Measured:
    """Measure any directory to its end, and export its entries to a file if that is asked for.

    Raises WrongInput where the directory cannot be opened, the scanner is not there, or the file cannot be made.
    """
    root = open_directory(path)
    try:
        with _exporting(export, path, as_of) as exported:
            measured = walk(
                root,
                (b"",),
                as_of=as_of,
                clock=clock,
                budget=math.inf,
                one_file_system=one_file_system,
                exclude=exclude,
                earliest=earliest(root),
                scanner=scanner,
                threads=threads,
                progress=progress,
                export=exported,
            )
        # A single slice is cut nowhere, so mostly there is nothing to finish.
        return replace(measured, usage=measured.usage.finished()) if measured.usage.links else measured
    finally:
        os.close(root)


def _exporting(file: Path | None, root: bytes, as_of: datetime) -> "AbstractContextManager[Export | None]":
    if file is None:
        return nullcontext()
    from xfc_notify.scan.export import Export  # few export

    return Export(file, root, int(as_of.timestamp()))


def _result(
    order: "ScanOrder",
    usage: Usage,
    remaining: tuple[bytes, ...],
    seconds: float,
    failure: str | None = None,
    *,
    gone: bool = False,
) -> "SliceResult":
    from xfc_notify.scan.order import SliceResult  # the nouns of the service: a person's scan does without

    host = os.uname().nodename
    return SliceResult(order.scan_id, order.slice_id, usage, remaining, seconds, host, failure, gone)


def _check_owner(order: "ScanOrder", root: int) -> None:
    """Raise ScanRefused if the area is somebody else's by now."""
    owner = os.fstat(root).st_uid
    if order.uid not in (None, owner):
        raise ScanRefused(
            f"{show(order.root)} belongs to uid {owner} now, not to {order.uid}; xfc-notify discover sees whose it is"
        )


def _walk_area(
    order: "ScanOrder",
    volumes: Sequence["Volume"],
    threads: int,
    progress: Callable[[Progress], None] | None,
) -> Measured:
    root = open_area(order.root, volumes)
    try:
        _check_owner(order, root)
        measured = walk(
            root,
            order.directories,
            as_of=order.as_of,
            clock=order.clock,
            budget=order.budget,
            one_file_system=order.one_file_system,
            exclude=order.exclude,
            least=order.least,
            earliest=earliest(root),
            threads=threads,
            progress=progress,
        )
        check_still_mounted(order.root, volumes)
        return measured
    finally:
        os.close(root)
