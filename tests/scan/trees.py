"""Trees to measure, and short ways to measure them."""

import itertools
import math
import os
import pickle
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import add
from pathlib import Path
from typing import TypeVar

from xfc_notify.scan.walk import walk
from xfc_notify.usage import Clock, Usage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())
DAY = 86_400
NOBODY = 65_534
NAMES_AND_TYPES = {
    b"plain": "",
    b"a.txt": "txt",
    b"A.TXT": "txt",
    b"a.b.nc": "nc",
    b".bashrc": "",
    b"..hidden": "",
    b".config.toml": "toml",
    b"ends.": "",
    b"...": "",
    b"reads.fastq.gz": "fastq.gz",
    b"backup.tar.ZST": "tar.zst",
    b".tar.gz": "gz",
    b"a.gz": "gz",
    b"a..gz": "gz",
    b"my report (final).gz": "gz",
    b"v1.not a suffix.gz": "gz",
    b"a.txt.bak": "bak",
    b"a.0123456789": "0123456789",
    b"a.01234567890": "",
    b"a.t\nt": "",
    b"a.\xc3\xa9t\xc3\xa9": "",
    b"a.\xff": "",
    b"a.<b>": "",
}

_T = TypeVar("_T")


def write(path: Path | bytes, size: int = 0, mtime: int = SECOND) -> None:
    """A sparse file, with the directories above it."""
    name = os.fsencode(path)
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "wb") as file:
        file.truncate(size)
    os.utime(name, (mtime, mtime))


def whole(path: Path | bytes, clock: Clock = Clock.MTIME, as_of: datetime = NOW) -> Usage:
    """By the scanner in Python, the reference."""
    root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        usage, _ = walk(root, (b"",), as_of=as_of, clock=clock, budget=math.inf, one_file_system=True)
    finally:
        os.close(root)
    return usage.finished()


def added(parts: Iterable[Usage]) -> Usage:
    """The sum of all slices of a scan."""
    return reduce(add, parts).finished()


def cut(
    path: Path | bytes, directories: Sequence[bytes], after: int, one_file_system: bool = True
) -> tuple[Usage, tuple[bytes, ...]]:
    """One slice whose budget is spent when `after` directories are done."""
    root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return walk(
            root,
            directories,
            as_of=NOW,
            clock=Clock.MTIME,
            budget=after,
            one_file_system=one_file_system,
            monotonic=itertools.count().__next__,
        )
    finally:
        os.close(root)


def as_nobody(function: Callable[[], _T]) -> _T:
    """What the function returns in a process without root's rights."""
    if os.getuid() != 0:
        return function()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            answer = pickle.dumps(function())
        except BaseException as error:
            answer = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        result = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    if isinstance(result, RuntimeError):
        raise result
    return result  # type: ignore[no-any-return]


def descriptors() -> int:
    """How many descriptors this process holds."""
    return len(os.listdir("/proc/self/fd"))
