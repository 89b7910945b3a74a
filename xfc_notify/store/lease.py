"""A lease that its holder renews while it works: if the holder dies it ends soon, and if it is slow it does not."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from peewee import DatabaseError, InterfaceError

from xfc_notify.errors import StoreError
from xfc_notify.store import database

EVERY = 15.0
"""Seconds, a quarter of the shortest lease. Most work takes less, and needs no connection of its own for it."""
AGAIN = 1.0
"""Seconds after which it is tried again where the database is away."""
log = logging.getLogger(__name__)
_LOOK = 0.05
"""Seconds between two looks at a lease that has run out."""


class Lease:
    """Whether somebody else may have what one works on, told without the database: by a clock that nobody sets, which
    goes on while the process or the machine is stopped."""

    def __init__(self, lasts: timedelta) -> None:
        # shorter than in the row, which was written a moment before
        self._seconds = lasts.total_seconds() - EVERY
        self._until = _now() + self._seconds
        self._lost = False

    def renew(self, renew: Callable[[], bool]) -> None:
        """Renew the row; `renew` tells whether it is still ours."""
        began = _now()
        if renew():
            self._until = began + self._seconds
        else:
            self._lost = True

    def holds(self) -> bool:
        """Whether nobody else has it, for sure. Where it has run out this waits until `renewed` has asked."""
        while not self._lost and _now() > self._until:
            time.sleep(_LOOK)
        return not self._lost


def _now() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@contextmanager
def renewed(renew: Callable[[], None], what: str) -> Iterator[None]:
    """Hold the lease of what is being worked on, which `renew` renews, for the duration of the block."""
    over = Event()
    Thread(target=_renew, args=(renew, what, over), name="lease", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _renew(renew: Callable[[], None], what: str, over: Event) -> None:
    wait = EVERY
    while not over.wait(wait):
        try:
            with database.connected():
                renew()
            wait = EVERY
        except (StoreError, DatabaseError, InterfaceError) as error:
            log.warning("the lease of %s is not renewed: %s", what, error)
            wait = AGAIN
