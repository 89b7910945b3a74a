"""The whole flow: what workers do with what is in the queues, and what the database owes to them.

Every actor checks what it was sent, calls one plain function with the time, and hands on what the database
then owes to the queues. Lost messages cost time and nothing else: `tick` sends again what is owed.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import CurrentMessage

from xfc_notify.errors import BadMessage, MessageTooLarge
from xfc_notify.queues import broker as brokers
from xfc_notify.queues.declared import Queue
from xfc_notify.queues.embedded import drain
from xfc_notify.queues.start import Start
from xfc_notify.settings import Settings
from xfc_notify.store.json_values import Json

if TYPE_CHECKING:
    from xfc_notify.plugins.service import Service

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the database owes to a queue, and has given out to be sent.

    settle     called with how many are in the queue now, or refused; the others were not sent
    refuse     called with the place of a body that is too large to be sent, and what to say of it; None: none can be
    about      for each of the bodies, what a log line names; empty if no line is wanted
    """

    queue: Queue
    bodies: Sequence[Json]
    settle: Callable[[int], None]
    refuse: Callable[[int, str], None] | None = None
    about: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """What is done with each message of a queue. The actor has the name of the function."""

    queue: Queue
    do: Callable[[object, "Pipeline"], None]


Owed = Callable[[Settings, datetime], Claimed]
"""Claims what is due to be sent now."""


class Pipeline:
    """An actor for every handler, on one broker; and what is owed to its queues. Connects to nothing yet."""

    def __init__(self, settings: Settings, handlers: Iterable[Handler], owed: Iterable[Owed]) -> None:
        self.settings = settings
        self.broker = brokers.build(settings.broker.url, settings.database.url)
        self._owed = tuple(owed)
        self.broker.add_middleware(Start(lambda: self.service, lambda: self.settings.signing))
        self.actors = {handler.queue.name: self._actor(handler) for handler in handlers}

    @cached_property
    def service(self) -> "Service":
        """The settings and the plugins, which scanners do not load."""
        from xfc_notify.plugins.service import Service

        return Service.load(self.settings)

    @property
    def embedded(self) -> bool:
        """Whether the work is done in this process."""
        return isinstance(self.broker, StubBroker)

    def send(self, queue: Queue, body: Json) -> None:
        """Put one message into a queue; BrokerError if it was not confirmed, MessageTooLarge if it never will be."""
        sent = brokers.send(self.broker, [self.actors[queue.name].message(body)], self.settings.broker.url)
        if sent.failure is not None:
            raise sent.failure
        if sent.refused:
            raise MessageTooLarge(sent.refused[0])

    def send_what_is_owed(self, owed: "Iterable[Owed]" = ()) -> int:
        """Send all that is due, or what these claim; how many messages. BrokerError if the broker does not take all.

        What one queue does not take keeps nothing from another.
        """
        sent, failures = 0, []
        for claim in owed or self._owed:
            done = self._send(claim(self.settings, utc_now()))
            sent += done.count
            failures += [done.failure] if done.failure is not None else []
        if failures:
            raise failures[0]
        return sent

    def work_here(self, watch: Callable[[], None]) -> None:
        """With the embedded broker: do everything that is owed in this process."""
        if isinstance(self.broker, StubBroker):
            drain(self.broker, self.send_what_is_owed, watch)

    def _actor(self, handler: Handler) -> dramatiq.Actor[..., Any]:
        def work(body: object) -> None:
            handler.do(body, self)

        # What is not retried is sent again by the database when its lease is over.
        options: dict[str, Any] = {} if handler.queue.retried else {"max_retries": 0}
        options |= {} if handler.queue.limited else {"time_limit": float("inf")}
        declared = dramatiq.actor(
            broker=self.broker,
            actor_name=handler.do.__name__,
            queue_name=handler.queue.name,
            throws=BadMessage,
            **options,
        )
        return declared(work)

    def _send(self, claimed: Claimed) -> brokers.Sent:
        actor = self.actors[claimed.queue.name]
        messages = [actor.message(body) for body in claimed.bodies]
        sent = brokers.send(self.broker, messages, self.settings.broker.url)
        for place, ids in enumerate(claimed.about[: sent.done]):
            if place not in sent.refused:
                log.info("a %s is sent", claimed.queue.carries, extra=ids)
        if claimed.refuse is not None:
            for place, why in sent.refused.items():
                log.error("a %s cannot be sent: %s", claimed.queue.carries, why)
                claimed.refuse(place, why)
        if messages:
            claimed.settle(sent.done)
        return sent


def comes_again() -> bool:
    """Whether the message of this thread was given to another worker before, who did not acknowledge it."""
    return bool(getattr(CurrentMessage.get_current_message(), "redelivered", False))
