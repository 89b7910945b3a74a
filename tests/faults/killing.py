"""Loaded into a process beside the product, kills it at the step that its environment names; the product knows nothing.

    dramatiq xfc_notify.actors faults.killing       a worker
    python -m faults.killing tick                   the command line

What the process has in hand, and at which step it died, stands in the journal, one JSON object a line.
"""

import json
import os
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dramatiq.middleware import Middleware

from faults.steps import AHEAD, ANY_MOMENT, DELAY, JOURNAL, LEASE, PASSAGE, STEP

Hit = Mapping[str, list[Any]]
"""What is touched by a kill: "scans" and "deliveries"."""

_step = os.environ.get(STEP)
_passages_left = int(os.environ.get(PASSAGE, "1"))
_lock = threading.Lock()
_in_hand: dict[str, list[Any]] = {}
"""What the message that is worked on is about, and what was claimed last."""


def note(what: str, **more: object) -> None:
    """Add a line to the journal."""
    line = {"at": time.time(), "pid": os.getpid(), "what": what, **more}
    with open(os.environ[JOURNAL], "ab", buffering=0) as journal:
        journal.write(json.dumps(line).encode() + b"\n")


def passed(step: str) -> None:
    """A step is reached: kill -9 this very process, if it is the one, and this its passage."""
    global _passages_left  # noqa: PLW0603
    if step != _step:
        return
    with _lock:
        _passages_left -= 1
        if _passages_left == 0:
            note("kill", step=step, **_in_hand)
            os.kill(os.getpid(), signal.SIGKILL)


def around(
    owner: Any, name: str, *, before: str = "", after: str = "", claims: Callable[[Any], Hit] | None = None
) -> None:
    """Let a function pass a step before or after its work; one that claims or finds something only if it does.

    It does so by whatever module it is called that has imported its name: a step that nobody comes to is never died at.
    """
    whole = getattr(owner, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        passed(before)
        answer = whole(*arguments, **named)
        if claims is not None and not answer:
            return answer
        if claims is not None:
            _in_hand.update(claims(answer))
        passed(after)
        return answer

    for holder in [owner, *sys.modules.values()]:
        if vars(holder).get(name) is whole:
            setattr(holder, name, wrapped)


class Journal(Middleware):
    """Tells what this process has in hand."""

    def before_process_message(self, _broker: Any, message: Any) -> None:
        """Begin."""
        (argument,) = message.args
        _in_hand.clear()
        _in_hand.update(
            {"deliveries": [argument["number"]]}
            if message.actor_name == "deliver"
            else {"scans": [argument["scan_id"]]}
        )
        note("begin")
        if message.actor_name == "scan":
            passed("order received")
        if message.actor_name == "deliver":
            passed("delivery received, before it is claimed")
        if _step == ANY_MOMENT:
            threading.Timer(float(os.environ[DELAY]), passed, (ANY_MOMENT,)).start()

    def after_ack(self, _broker: Any, message: Any) -> None:
        """End."""
        if message.actor_name == "scan":
            time.sleep(0.05)  # the thread of the consumer sends it
            passed("order acknowledged")
        note("end")

    def after_nack(self, _broker: Any, _message: Any) -> None:
        """End."""
        note("end")


def wrap_measuring() -> None:
    """The steps of a scanner."""
    from xfc_notify.areas import actors
    from xfc_notify.scan import slice as slices

    around(actors, "measure", after="walk done, before its result is sent")
    walk = slices.walk

    def walk_in_halves(root: int, directories: Any, **named: Any) -> Any:
        time.sleep(float(os.environ.get("XFC_TEST_SCAN_TAKES", "0")))
        if _step == "in the middle of a walk" and walk(root, directories, **{**named, "budget": 0}).remaining:
            passed(_step)
        return walk(root, directories, **named)

    slices.walk = walk_in_halves


def wrap_sending(broker: Any) -> None:
    """The steps of whoever sends to a queue."""
    enqueue = broker.enqueue
    steps = {
        "results": "result sent, before the order is acknowledged",
        "scan": "some orders sent",
        "delivery": "some deliveries sent",
    }

    def enqueue_and_pass(message: Any, *, delay: int | None = None) -> Any:
        answer = enqueue(message, delay=delay)
        if delay is None:
            passed(steps[message.queue_name])
        return answer

    broker.enqueue = enqueue_and_pass


def shorten_leases(seconds: float) -> None:
    """Let a short run wait for seconds where the product waits for a minute."""
    from xfc_notify.outbox import deliver, deliveries
    from xfc_notify.store import lease

    deliveries.LEASE = timedelta(seconds=seconds)
    lease.EVERY, deliver.GRACE = seconds / 4, 2.0


def wrap_service() -> None:
    """The steps of everything that has a database."""
    from xfc_notify import plugins
    from xfc_notify.areas import orders as claimed
    from xfc_notify.areas import scans
    from xfc_notify.notify import record
    from xfc_notify.outbox import deliver, deliveries, messages
    from xfc_notify.queues import pipeline

    if LEASE in os.environ:
        shorten_leases(float(os.environ[LEASE]))
    nothing: Callable[[Any], Hit] = lambda _: {}  # noqa: E731
    begin, end = "result received, before the transaction", "committed, before anything that follows is sent"
    around(record, "record", before=begin, after=end)
    around(record.answers, "answer", after="in the transaction: slice taken", claims=nothing)
    around(record.answers, "conclude", after="in the transaction: scan concluded")
    around(messages, "write", after="in the transaction: message written")
    orders: Callable[[Any], Hit] = lambda found: {"scans": [order.scan_id for order in found]}  # noqa: E731
    around(claimed, "claim_orders", after="orders claimed, none sent", claims=orders)
    due: Callable[[Any], Hit] = lambda found: {"deliveries": list(found)}  # noqa: E731
    around(deliveries, "claim_due", after="deliveries claimed, none sent", claims=due)
    around(pipeline.Pipeline, "send_what_is_owed", after="all sent, before the result is acknowledged")
    around(
        deliver.deliveries,
        "claim",
        after="delivery claimed, before the mail server is called",
        claims=nothing,
    )
    around(smtplib.SMTP, "rcpt", after="in the conversation with the mail server")
    around(plugins.Plugins, "deliver", after="accepted by the mail server, before that is kept")
    around(deliver.deliveries, "sent", after="sent and kept, before the delivery is acknowledged")
    around(scans, "open_now", after="tick: in the transaction that opens scans", claims=nothing)


def mislead(days: float) -> None:
    """Let the product's clock be ahead by so many days, or behind."""
    from xfc_notify.areas.commands import enqueue
    from xfc_notify.cli import tick, work
    from xfc_notify.notify import actors as recording
    from xfc_notify.outbox import actors as delivering
    from xfc_notify.queues import pipeline

    class Misled(datetime):
        """The time, but for its days."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """The wrong time."""
            return datetime.now(tz) + timedelta(days=days)

    pipeline.utc_now = recording.utc_now = delivering.utc_now = lambda: Misled.now(UTC)
    enqueue.datetime = tick.datetime = work.datetime = Misled


def command() -> None:
    """`xfc-notify …` with a step at which it dies."""
    from xfc_notify import components
    from xfc_notify.cli.start import main
    from xfc_notify.watch import tick

    wrap_service()
    around(tick, "tick", after="tick: all due is written, nothing sent")
    build = components.pipeline

    def build_and_wrap(settings: Any) -> Any:
        built = build(settings)
        wrap_sending(built.broker)
        return built

    components.pipeline = build_and_wrap
    mislead(float(os.environ.get(AHEAD, "0")))
    main()


def worker() -> None:
    """A worker with a step at which it dies."""
    from xfc_notify.actors import pipeline

    pipeline.broker.add_middleware(Journal())
    wrap_measuring()
    wrap_sending(pipeline.broker)
    if "scan" not in os.environ["XFC_TEST_QUEUES"]:
        wrap_service()
    mislead(float(os.environ.get(AHEAD, "0")))


if __name__ == "__main__":
    command()
else:
    worker()
