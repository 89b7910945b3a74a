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


def begun(folder: Readable, path: bytes, algorithm: str, tell: Tell, head: int) -> tuple[str, Seen, bytes]:
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
    source: Readable, path: bytes, target: Folder, part: bytes, algorithm: str, tell: Tell
) -> tuple[str, Seen]:
    """Write a file's bytes into a new one on another folder; the hash of what was read, and what the source was."""
    found: list[tuple[str, Seen]] = []

    def fill(sink: Sink) -> Seen:
        found.append(pour(source, path, algorithm, sink, tell))
        return found[0][1]

    target.write(part, fill, source.look(path))
    return found[0]
