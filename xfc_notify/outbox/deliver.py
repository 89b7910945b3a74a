"""Sends one message to one address, and records the outcome."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from peewee import InterfaceError, OperationalError

from xfc_notify.errors import DeliveryError, PermanentDeliveryError, StoreError
from xfc_notify.log_context import about
from xfc_notify.outbox import deliveries, messages
from xfc_notify.paths import harmless
from xfc_notify.plugins.service import Service
from xfc_notify.store import database

DATABASE_PATIENCE = deliveries.LEASE.total_seconds() / 2
"""Seconds for which it is tried to keep that a message was sent; until the lease ends nobody sends it again."""
log = logging.getLogger(__name__)


def deliver(number: int, service: Service, clock: Callable[[], datetime]) -> None:
    """Send the delivery of this number, unless another has it or it is done.

    No transaction is open while the server is talked to: a claim with a lease stands for it. A crash between
    the server's acceptance and our note of it leads to a second sending with the same message_id.
    """
    delivery = deliveries.claim(number, clock())
    if delivery is None:
        return
    about(message_id=delivery.message.id)
    message = messages.message(delivery.message, service.settings)
    try:
        service.plugins.deliver(delivery.channel, message, delivery.address)
    except PermanentDeliveryError as error:
        deliveries.dead(delivery, harmless(str(error)))
        log.warning("delivery %d by %s will never arrive: %s", number, delivery.channel, harmless(str(error)))
    except DeliveryError as error:
        again = deliveries.retry(delivery, harmless(str(error)), error.retry_after, clock())
        when = f"again from {again:%H:%M} UTC" if again else "given up after a day"
        log.warning("delivery %d by %s failed, %s: %s", number, delivery.channel, when, harmless(str(error)))
    else:
        _keep(lambda: deliveries.sent(delivery, clock()))
        log.info("delivery %d by %s sent at attempt %d", number, delivery.channel, delivery.attempts)


def _keep(note: Callable[[], None]) -> None:
    """Record it, even if the database was away meanwhile and comes back soon."""
    deadline = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            database.ensure_connected()
            return note()
        except (OperationalError, InterfaceError, StoreError) as error:
            if database.is_sqlite() or time.monotonic() > deadline:
                raise
            log.warning(
                "the database is away; what was sent is recorded when it is back: %s", type(error).__name__
            )
            time.sleep(1)
