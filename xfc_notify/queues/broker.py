"""RabbitMQ, or a broker inside the process: the one place that builds it, and sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dramatiq
from dramatiq import Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import CurrentMessage, Middleware, TimeLimit

from xfc_notify.errors import BrokerError, MessageTooLarge
from xfc_notify.queues.connections import Connections
from xfc_notify.queues.embedded import EMBEDDED
from xfc_notify.queues.encoder import StrictEncoder
from xfc_notify.queues.failures import Failures
from xfc_notify.queues.log_ids import LogIds
from xfc_notify.queues.rabbitmq import OwnBroker, impatient, unreachable
from xfc_notify.queues.retries import Retries

TIME_LIMIT = 20 * 60 * 1000
"""Milliseconds. Below RabbitMQ's delivery timeout of 30 min, after which a message would be delivered again."""
LONGEST_BACKOFF = 5 * 60 * 1000
"""Milliseconds. A message that waits for its retry is held unacknowledged, under the same timeout."""
RETRIES = 16
"""Half an hour on average, with the waits in between; after that the database sends again what is owed."""


def build(url: str, database_url: str) -> Broker:
    """The broker at `url`, with our middleware. It connects when it is first used."""
    dramatiq.set_encoder(StrictEncoder())
    retries = Retries(max_retries=RETRIES, min_backoff=1000, max_backoff=LONGEST_BACKOFF)
    middleware: list[Middleware] = [
        LogIds(),  # first to begin, last to end
        CurrentMessage(),
        TimeLimit(time_limit=TIME_LIMIT),
        Failures() if url == EMBEDDED else retries,
        Connections(database_url),
    ]
    if url == EMBEDDED:
        return StubBroker(middleware=middleware)
    return OwnBroker(url=impatient(url), middleware=middleware, confirm_delivery=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of messages: those before `done` were sent, or refused for their size.

    refused  by their place, why
    failure  why no more were sent; None: all were
    """

    done: int
    refused: Mapping[int, str]
    failure: BrokerError | None = None

    @property
    def count(self) -> int:
        """How many were sent."""
        return self.done - len(self.refused)


def send(broker: Broker, messages: list[dramatiq.Message[Any]], url: str) -> Sent:
    """Send messages until the broker fails. The caller takes back its claim on those that were not sent."""
    refused: dict[int, str] = {}
    for done, message in enumerate(messages):
        try:
            broker.enqueue(message)
        except MessageTooLarge as error:
            refused[done] = error.what
        except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
            return Sent(done, refused, unreachable(url, error))
    return Sent(len(messages), refused)
