"""Looks at the broker, and at who works on its queues."""

from collections.abc import Callable, Iterator

from dramatiq.common import dq_name, xq_name

from xfc_notify.errors import XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.queues.declared import QUEUES
from xfc_notify.queues.pipeline import Pipeline
from xfc_notify.queues.rabbitmq import fillings, shown, sight

_THREE: tuple[Callable[[str], str], ...] = (str, dq_name, xq_name)


def look_at_broker(asked: Inspection) -> Iterator[Checked]:
    """Whether it answers, and whether there are workers."""
    pipeline = asked.pipeline()
    found = _broker(pipeline)
    if "broker" in asked.parts or found.state == "failed":
        yield found
    if "workers" in asked.parts and found.state != "failed":
        yield from _workers(pipeline)


def _broker(pipeline: Pipeline) -> Checked:
    """Whether it answers, and lets us use all three queues of a kind: what we work on, retries, dead letters."""
    url = pipeline.settings.broker.url
    try:
        seen = {} if pipeline.embedded else sight(url)
    except XfcNotifyError as error:
        do = "is it running, and is broker.url right? The database keeps what is owed"
        return Checked("broker", "failed", error.what.removesuffix("."), do)
    refusals = {name: [said for of in _THREE if (said := seen.get(of(name)))] for name in QUEUES}
    ours = [name for name in QUEUES if len(refusals[name]) < len(_THREE)]
    for name in ours or QUEUES:
        if refusals[name]:
            forbidden = "import deploy/rabbitmq/definitions.json, then set the passwords again"
            do = forbidden if refusals[name][0].startswith("403 ") else "do most of the cluster's nodes run?"
            return Checked("broker", "failed", f"{shown(url)} refuses: {refusals[name][0]}", do)
    return Checked("broker", "ok", shown(url) if pipeline.embedded else f"{shown(url)}: {', '.join(ours)}")


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
