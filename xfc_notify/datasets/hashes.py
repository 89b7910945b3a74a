"""Hashes of files, each with the name of its algorithm: `sha256:…`. They are always made of what was read."""

import hashlib
from collections.abc import Callable
from typing import Protocol

from xfc_notify.datasets.folder import Folder, Readable, Sink
from xfc_notify.datasets.seen import Seen

ALGORITHMS = ("sha256", "sha1", "md5")
"""The first one, unless the settings say otherwise."""
Tell = Callable[[int], object]
"""Is told how many bytes more were read."""
Watch = Callable[[str, int], Tell]
"""Is told what begins, and how many bytes will be read."""


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


def new(algorithm: str) -> Hash:
    """A hash of nothing yet; ValueError for an algorithm that we do not use."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm} is none of {', '.join(ALGORITHMS)}")
    return hashlib.new(algorithm, usedforsecurity=False)


def algorithm_of(value: str) -> str:
    """The algorithm of a hash."""
    return value.partition(":")[0]


def read(folder: Readable, path: bytes, algorithm: str, tell: Tell) -> tuple[str, Seen]:
    """The hash of a file, and what the file was when it was read; errors as `Folder.read`."""
    return pour(folder, path, algorithm, lambda _: None, tell)


def read_with_head(
    folder: Readable, path: bytes, algorithm: str, tell: Tell, head: int
) -> tuple[str, Seen, bytes]:
    """The same, with so many of its first bytes."""
    first = bytearray()

    def take(block: memoryview) -> None:
        if len(first) < head:
            first.extend(block[: head - len(first)])

    return *pour(folder, path, algorithm, take, tell), bytes(first)


def pour(folder: Readable, path: bytes, algorithm: str, sink: Sink, tell: Tell) -> tuple[str, Seen]:
    """The same, and the bytes are handed over, block by block."""
    made = new(algorithm)

    def take(block: memoryview) -> None:
        made.update(block)
        sink(block)
        tell(len(block))

    seen = folder.read(path, take)
    return f"{algorithm}:{made.hexdigest()}", seen


def copy(
    source: Readable,
    path: bytes,
    target: Folder,
    part: bytes,
    algorithm: str,
    tell: Tell,
    begun: int = 0,
    refuse_late: Callable[[], object] = lambda: None,
) -> tuple[str, Seen]:
    """Write a file's bytes into one on another folder; the hash of what was read, and what the source was.

    begun        bytes that stand there already: they are read where that costs less, here or there, and not written
                 again. Whether they are the right ones shows when the target is read back.
    refuse_late  raises if the target may be somebody else's by now; asked between reading a block and writing it, so
                 that nothing is written that was read later
    """
    made, read = new(algorithm), 0

    def take(block: memoryview) -> None:
        nonlocal read
        made.update(block)
        tell(len(block))
        read += len(block)

    if begun and target.near and not source.near:
        target.read(part, take)
    found: list[Seen] = []

    def fill(sink: Sink) -> Seen:
        def pass_on(block: memoryview) -> None:
            take(block)
            if (more := read - begun) > 0:
                refuse_late()
                sink(block[max(0, len(block) - more) :])

        found.append(source.read(path, pass_on, read))
        return found[0]

    target.write(part, fill, source.look(path), begun)
    return f"{algorithm}:{made.hexdigest()}", found[0]
