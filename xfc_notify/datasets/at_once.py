"""Several files at the same time, where a store is faster that way."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from xfc_notify.datasets.folder import Readable
from xfc_notify.datasets.hashes import Tell

T = TypeVar("T")
R = TypeVar("R")


class Stopped(Exception):
    """Another file has failed, or somebody wants an end: this one is not read further."""


def all_of(do: Callable[[T], R], some: Sequence[T], folders: Sequence[Readable]) -> list[R]:
    """What `do` returns for each of some files of which no bytes are read or written; else as `each`."""
    return each(lambda one, _: do(one), some, 0, folders, lambda _: None)


def each(
    do: Callable[[T, Tell], R], some: Sequence[T], size: int, folders: Sequence[Readable], tell: Tell
) -> list[R]:
    """What `do` returns for each of some files, of so many bytes together; as many at once as any of the stores likes:
    where one is far away, that one is waited for.

    Raises what the first of them raises; the others stop then. `do` asks nothing of the database.
    """
    liked = [folder.at_once(size // max(len(some), 1)) for folder in folders]
    count = min(max(liked), len(some)) if all(liked) else 1
    if count < 2:
        return [do(one, tell) for one in some]
    stop = Event()

    def told(read: int) -> None:
        if stop.is_set():
            raise Stopped
        tell(read)

    with ThreadPoolExecutor(count) as threads:
        try:
            return list(threads.map(do, some, [told] * len(some)))
        finally:
            stop.set()
