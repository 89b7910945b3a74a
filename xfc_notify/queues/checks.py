"""Looks at the broker, and at who works on its queues."""

from collections.abc import Iterator

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.queues import broker
from xfc_notify.queues.declared import QUEUES
from xfc_notify.queues.pipeline import Pipeline
from xfc_notify.queues.rabbitmq import fillings
from xfc_notify.settings import masked


def look_at_broker(asked: Inspection) -> Iterator[Checked]:
    """Whether it answers, and whether there are workers."""
    pipeline = asked.pipeline()
    found = _broker(pipeline)
    if "broker" in asked.parts or found.state == "failed":
        yield found
    if "workers" in asked.parts and found.state != "failed":
        yield from _workers(pipeline)


def _broker(pipeline: Pipeline) -> Checked:
    """Whether it answers."""
    url = pipeline.settings.broker.url
    try:
        broker.check(pipeline.broker, url)
    except XfcNotifyError as error:
        do = "is it running, and is broker.url right? The database keeps what is owed"
        return Checked("broker", "failed", error.what.removesuffix("."), do)
    return Checked("broker", "ok", masked(url))


def _workers(pipeline: Pipeline) -> Iterator[Checked]:
    """Whether a worker takes from every queue; a notice at most: a missing worker makes no other one ill."""
    if pipeline.embedded:
        return
    try:
        queues = fillings(pipeline.settings.broker.url)
    except XfcNotifyError as error:
        yield Checked(
            "workers",
            "failed",
            error.what.removesuffix("."),
            "restart RabbitMQ; the database keeps what is owed",
        )
        return
    needed = {
        name: queue
        for name, queue in QUEUES.items()
        if not queue.optional or queues[name].consumers or queues[name].messages
    }
    if all(queues[name].consumers for name in needed):
        yield Checked("workers", "ok", ", ".join(f"{name} {queues[name].consumers}" for name in needed))
    for name, queue in needed.items():
        if not queues[name].consumers:
            what = f"no worker takes from the queue {name}; {queues[name].messages} messages are waiting"
            do = f"start the workers: {queue.unit}.service, or its container"
            yield Checked("workers", "notice", what, do)


CHECKS = (Check(("broker", "workers"), look_at_broker),)
