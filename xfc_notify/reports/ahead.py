"""Work on the blocks of a file by threads that read ahead, with the results in the order of the file."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from xfc_notify.reports.stream import Block

T = TypeVar("T")
_THREADS = min(4, os.cpu_count() or 1)
_AHEAD = 4 * _THREADS
"""Blocks that are read before their results are wanted: threads of a busy machine wait for their turn."""


def in_turn(work: Callable[[Block], T], blocks: Iterable[Block]) -> Iterator[T]:
    """What `work` makes of each block; at most a few are in memory."""
    ahead: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for block in blocks:
                ahead.append(pool.submit(work, block))
                if len(ahead) > _AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()
