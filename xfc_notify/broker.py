"""RabbitMQ, or a broker inside the process: the one place that builds it."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dramatiq
import pika
from dramatiq import Broker, Worker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, TimeLimit
from pika.exceptions import ChannelClosedByBroker

from xfc_notify.errors import BrokerError
from xfc_notify.middleware.connections import Connections
from xfc_notify.middleware.foreign import OwnConsumer, StrictEncoder
from xfc_notify.middleware.log_context import LogContext
from xfc_notify.middleware.retries import Retries
from xfc_notify.settings import masked

EMBEDDED = "embedded://"
QUEUES = ("scan", "results", "delivery")
NOT_FOUND = 404
TIME_LIMIT = 20 * 60 * 1000
"""Milliseconds. Below RabbitMQ's delivery timeout of 30 min, after which a message would be delivered again."""
LONGEST_BACKOFF = 5 * 60 * 1000
"""Milliseconds. A message that waits for its retry is held unacknowledged, under the same timeout."""
RETRIES = 8
_IMPATIENT = {"socket_timeout": "5", "stack_timeout": "8", "blocked_connection_timeout": "30"}


class OneAtATime(RabbitmqBroker):
    """RabbitMQ, with a single message under way per consumer of orders.

    A prefetched order would wait unacknowledged behind one that takes a minute, while another scanner is idle.
    """

    @property
    def consumer_class(self) -> type[OwnConsumer]:
        """Our consumer, which takes only what belongs in its queue."""
        return OwnConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer of the queue."""
        return super().consume(queue_name, 1 if queue_name == "scan" else prefetch, timeout)


def build(url: str, database_url: str) -> Broker:
    """The broker at `url`, with our middleware. It connects when it is first used."""
    dramatiq.set_encoder(StrictEncoder())
    middleware: list[Middleware] = [
        LogContext(),  # first to begin, last to end
        TimeLimit(time_limit=TIME_LIMIT),
        Retries(max_retries=RETRIES, min_backoff=1000, max_backoff=LONGEST_BACKOFF),
        Connections(database_url),
    ]
    if url == EMBEDDED:
        return StubBroker(middleware=middleware)
    return OneAtATime(url=_impatient(url), middleware=middleware, confirm_delivery=True)


def send(broker: Broker, messages: list[dramatiq.Message[Any]], url: str) -> tuple[int, BrokerError | None]:
    """Send messages; how many went out, and why no more if the broker failed.

    The caller takes back its claim on those that did not.
    """
    for done, message in enumerate(messages):
        try:
            broker.enqueue(message)
        except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
            return done, unreachable(url, error)
    return len(messages), None


def check(broker: Broker, url: str) -> None:
    """Connect once; BrokerError if the broker does not answer."""
    if isinstance(broker, RabbitmqBroker):
        try:
            del broker.connection
            _ = broker.channel
        except Exception as error:  # noqa: BLE001 - as above
            raise unreachable(url, error) from None


def depths(url: str) -> dict[str, int]:
    """How many messages wait in each of our queues, and lie among its dead letters; BrokerError if it does not answer.

    A queue that no worker has made yet is empty. Those that a worker has in hand are not counted.
    """
    found = {}
    try:
        with pika.BlockingConnection(pika.URLParameters(_impatient(url))) as connection:
            for queue in (name + suffix for suffix in ("", ".XQ") for name in QUEUES):
                try:
                    declared = connection.channel().queue_declare(queue, passive=True)
                    found[queue] = int(declared.method.message_count)
                except ChannelClosedByBroker as closed:
                    if closed.reply_code != NOT_FOUND:
                        raise
                    found[queue] = 0
    except Exception as error:  # noqa: BLE001 - as above
        raise unreachable(url, error) from None
    return found


def unreachable(url: str, error: Exception) -> BrokerError:
    """The error that says that the broker at `url` does not answer."""
    return BrokerError(
        f"The broker {masked(url)} does not answer ({type(error).__name__}).",
        "What is owed is kept in the database; `xfc-notify tick` sends it when the broker is back.",
    )


def drain(
    broker: StubBroker, send_owed: Callable[[], int], watch: Callable[[], None], threads: int = 2
) -> None:
    """Do all work of the embedded broker in this process, and return when none is left.

    send_owed  hands to the broker what the database owes it, and says how much that was
    watch      called several times a second meanwhile
    """
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_timeout=50, worker_threads=threads)
    worker.start()
    try:
        while True:
            while _busy(broker):
                watch()
                time.sleep(0.05)
            watch()
            if not send_owed():
                return
    finally:
        worker.stop()


def _busy(broker: StubBroker) -> bool:
    return any(queue.unfinished_tasks for queue in broker.queues.values())


def _impatient(url: str) -> str:
    """The URL with timeouts that a person can wait for, unless it names its own."""
    parts = urlsplit(url)
    query = _IMPATIENT | dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(query)).geturl()
