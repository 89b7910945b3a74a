"""Sends one message to one address, and records the outcome."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from peewee import InterfaceError, OperationalError

from xfc_notify.errors import DeliveryError, PermanentDeliveryError, StoreError
from xfc_notify.log_context import about
from xfc_notify.outbox import deliveries, messages
from xfc_notify.outbox.tables import DeliveryRow
from xfc_notify.paths import harmless
from xfc_notify.plugins.service import Service
from xfc_notify.store import database
from xfc_notify.store.lease import renewed

DATABASE_PATIENCE = 5 * 60.0
"""Seconds for which it is tried to keep that a message was sent."""
GRACE = 5.0
"""Seconds; a worker to which the database comes back looks every second."""
log = logging.getLogger(__name__)


def deliver(number: int, service: Service, clock: Callable[[], datetime]) -> timedelta | None:
    """Send the delivery of this number, unless it is done; how long to wait where another worker has it.

    No transaction is open while the server is talked to: a claim with a lease stands for it. A crash between
    the server's acceptance and our note of it leads to a second sending with the same message_id.
    """
    delivery = deliveries.claim(number, clock())
    if delivery is not None:
        _send(delivery, service, clock)
        return None
    lease_until = deliveries.lease_of(number)
    if lease_until is None:
        return None
    if lease_until > clock():
        return min(lease_until - clock(), deliveries.LEASE)
    # Its worker has died; or could not renew it, because the database was away, and has its turn before we have ours.
    time.sleep(GRACE)
    delivery = deliveries.take_over(number, lease_until, clock())
    if delivery is not None:
        log.warning("delivery %d is taken over from a worker that has died", number)
        _send(delivery, service, clock)
    return None


def _send(delivery: DeliveryRow, service: Service, clock: Callable[[], datetime]) -> None:
    number = delivery.id
    about(message_id=delivery.message.id)
    message = messages.message(delivery.message, service.settings)
    try:
        with renewed(lambda: deliveries.renew(delivery, clock()), f"delivery {number}"):
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
