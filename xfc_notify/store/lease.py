"""A lease that its holder renews while it works: if the holder dies it ends soon, and if it is slow it does not."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from peewee import DatabaseError, InterfaceError

from xfc_notify.errors import StoreError
from xfc_notify.store import database

EVERY = 15.0
"""Seconds, a quarter of the shortest lease. Most work takes less, and needs no connection of its own for it."""
AGAIN = 1.0
"""Seconds after which it is tried again where the database is away."""
log = logging.getLogger(__name__)


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
