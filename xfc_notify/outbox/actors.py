"""4. Deliver: one message to one address."""

from datetime import datetime

from dramatiq.errors import Retry

from xfc_notify.log_context import about
from xfc_notify.outbox.number import dump_delivery, load_delivery
from xfc_notify.queues.declared import DELIVERY
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline, utc_now
from xfc_notify.settings import Settings


def deliver(delivery: object, pipeline: Pipeline) -> None:
    """Send one message to one address."""
    from xfc_notify.outbox.deliver import deliver as send

    number = load_delivery(delivery)
    about(delivery=number)
    wait = send(number, pipeline.service, utc_now)
    if wait is not None and not pipeline.embedded:
        raise Retry("another worker has it", delay=int(wait.total_seconds() * 1000) + 1)


def owed(settings: Settings, now: datetime) -> Claimed:  # noqa: ARG001
    """The numbers of the deliveries that are due."""
    from xfc_notify.outbox import deliveries

    due = deliveries.claim_due(now)
    return Claimed(
        DELIVERY,
        [dump_delivery(number) for number in due],
        settle=lambda done: deliveries.settle(due, done, utc_now()),
    )


HANDLERS = (Handler(DELIVERY, deliver),)
OWED = (owed,)
