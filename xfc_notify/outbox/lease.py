"""A lease that its holder renews while it works: if the holder dies it ends soon, and if it is slow it does not."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

from peewee import DatabaseError, InterfaceError

from xfc_notify.errors import StoreError
from xfc_notify.outbox import deliveries
from xfc_notify.outbox.tables import DeliveryRow
from xfc_notify.store import database

EVERY = deliveries.LEASE.total_seconds() / 4
"""Seconds. Most deliveries take less, and need no connection of their own for it."""
AGAIN = 1.0
"""Seconds after which it is tried again where the database is away."""
log = logging.getLogger(__name__)


@contextmanager
def renewed(delivery: DeliveryRow, clock: Callable[[], datetime]) -> Iterator[None]:
    """Hold the lease of a delivery that is being sent, for the duration of the block."""
    over = Event()
    Thread(target=_renew, args=(delivery, clock, over), name="lease", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _renew(delivery: DeliveryRow, clock: Callable[[], datetime], over: Event) -> None:
    wait = EVERY
    while not over.wait(wait):
        try:
            with database.connected():
                deliveries.renew(delivery, clock())
            wait = EVERY
        except (StoreError, DatabaseError, InterfaceError) as error:
            log.warning("the lease of delivery %d is not renewed: %s", delivery.id, error)
            wait = AGAIN
