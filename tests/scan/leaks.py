"""Walks that end in every way, for a sanitizer to look at what they leave behind; see `sanitize`."""

import contextlib
import ctypes
import math
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from xfc_notify.scan import native
from xfc_notify.scan.progress import Progress
from xfc_notify.usage import Clock


def walk(
    root: int, directories: tuple[bytes, ...] = (b"",), budget: float = math.inf, stop: bool = False
) -> None:
    """One walk by three threads, which is stopped at its first report if so wanted."""

    def progress(_: Progress) -> None:
        if stop:
            raise InterruptedError

    with contextlib.suppress(InterruptedError):
        native.walk(
            root, directories, as_of=datetime.now(UTC), clock=Clock.ARRIVAL, budget=budget, one_file_system=True,
            threads=3, progress=progress,
        )  # fmt: skip


if __name__ == "__main__":
    here, everything = os.open(Path(sys.argv[1]), os.O_RDONLY), os.open("/usr", os.O_RDONLY)
    walk(here)
    walk(here, budget=0)
    walk(here, (b"gone/a/b", b"tests/scan", b"tests/store", b"docs"))
    walk(here, (b"tests/scan", b"tests/store", b"docs/gone"), budget=0)
    walk(everything, stop=True)
    ctypes.CDLL(None).malloc(4_711)  # a leak that has to be found, or none was looked for
