"""Threads with connections to the database, and a queue before them that does not grow without end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from xfc_notify.errors import StoreError
from xfc_notify.store import database

THREADS = 8
WAITING = 32
"""How many requests may wait for a thread; more are turned away."""

T = TypeVar("T")


class Busy(Exception):
    """Too many requests wait already."""


class Threads:
    """Runs what needs the database, without holding up the rest."""

    def __init__(self, count: int = THREADS, waiting: int = WAITING) -> None:
        self._most = count + waiting
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="pages")
        self._now = 0

    @property
    def busy(self) -> bool:
        """Whether the next one would be turned away."""
        return self._now >= self._most

    async def run(self, do: Callable[[], T]) -> T:
        """What `do` returns, called in a thread with a connection; Busy if too many wait.

        Raises StoreError if the database does not answer.
        """
        if self.busy:
            raise Busy
        self._now += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, _with_database, do)
        finally:
            self._now -= 1


def _with_database(do: Callable[[], T]) -> T:
    """The connection stays for the next one: to open one takes longer than most pages."""
    from peewee import DatabaseError, InterfaceError

    database.ensure_connected()
    try:
        return do()
    except (DatabaseError, InterfaceError) as error:
        failed: StoreError = database.failed(error)
        database.close()
        raise failed from error
