"""What a scan worker does with an order, and the command line with a directory."""

import math
import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from xfc_notify.errors import AreaGone, ScanRefused
from xfc_notify.paths import show
from xfc_notify.scan.area import check_still_mounted, open_area, open_directory
from xfc_notify.scan.engine import Measured, walk
from xfc_notify.scan.progress import Progress
from xfc_notify.usage import Clock, Scanner, Usage

if TYPE_CHECKING:
    from xfc_notify.domain import ScanOrder, SliceResult, Volume


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
    scanner: Scanner | None = None,
    threads: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Measured:
    """Measure any directory to its end; WrongInput where it cannot be opened, or the scanner is not there."""
    root = open_directory(path)
    try:
        return walk(
            root,
            (b"",),
            as_of=as_of,
            clock=clock,
            budget=math.inf,
            one_file_system=one_file_system,
            scanner=scanner,
            threads=threads,
            progress=progress,
        )
    finally:
        os.close(root)


def _result(
    order: "ScanOrder",
    usage: Usage,
    remaining: tuple[bytes, ...],
    seconds: float,
    failure: str | None = None,
    *,
    gone: bool = False,
) -> "SliceResult":
    from xfc_notify.domain import SliceResult  # the nouns of the service: a person's scan does without

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
            threads=threads,
            progress=progress,
        )
        check_still_mounted(order.root, volumes)
        return measured
    finally:
        os.close(root)
