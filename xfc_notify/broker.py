"""The only place that builds the broker: RabbitMQ, or one inside the process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dramatiq
import pika
from dramatiq import Broker, Worker
from dramatiq.brokers.rabbitmq import MAX_ENQUEUE_ATTEMPTS, RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import dq_name, xq_name
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import CurrentMessage, Middleware, TimeLimit
from pika import BasicProperties
from pika.exceptions import AMQPChannelError, AMQPConnectionError, ChannelClosedByBroker, UnroutableError

from xfc_notify.errors import BrokerError, StoreError
from xfc_notify.middleware.connections import Connections, NoConnection
from xfc_notify.middleware.failures import Failures
from xfc_notify.middleware.foreign import OwnConsumer, StrictEncoder
from xfc_notify.middleware.log_context import LogContext
from xfc_notify.middleware.retries import Retries
from xfc_notify.settings import masked

EMBEDDED = "embedded://"
QUEUES = ("scan", "results", "delivery")
TIME_LIMIT = 20 * 60 * 1000
"""Milliseconds. Below RabbitMQ's delivery timeout of 30 min, after which a message would be delivered again."""
LONGEST_BACKOFF = 5 * 60 * 1000
"""Milliseconds. A message that waits for its retry is held unacknowledged, under the same timeout."""
RETRIES = 16
"""Half an hour on average, with the waits in between; after that the database sends again what is owed."""
RESULTS = "results"
FROM_SCANNERS = "from-scanners"
"""The exchange in front of the results queue. Write access to the default one is write access to every queue."""
_NOT_FOUND = 404
_IMPATIENT = {"socket_timeout": "5", "stack_timeout": "8", "blocked_connection_timeout": "30"}


class OneAtATime(RabbitmqBroker):
    """RabbitMQ, with a single message under way per consumer of orders, and few rights needed.

    A prefetched order would wait unacknowledged behind one that takes a minute, while another scanner is idle.

    What is there already is not declared again, since that takes the right to configure it. Results have an exchange
    of their own, so that scanners need no right to write anything else.
    """

    @property
    def consumer_class(self) -> type[OwnConsumer]:
        """Our consumer, which takes only what belongs in its queue."""
        return OwnConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer of the queue."""
        return super().consume(queue_name, 1 if queue_name == "scan" else prefetch, timeout)

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Send a message; ConnectionClosed if it was not confirmed."""
        if message.queue_name != RESULTS or delay is not None:
            return super().enqueue(message, delay=delay)
        failure: Exception | None = None
        for _ in range(MAX_ENQUEUE_ATTEMPTS):
            try:
                if failure is not None and _leads_nowhere(failure):
                    self._lead_to_results()
                self.emit_before("enqueue", message, delay)
                self.channel.basic_publish(
                    FROM_SCANNERS, RESULTS, message.encode(), BasicProperties(delivery_mode=2), mandatory=True
                )
                self.emit_after("enqueue", message, delay)
                return message
            except (AMQPConnectionError, AMQPChannelError) as error:
                del self.connection
                failure = error
        raise ConnectionClosed(failure) from None

    def _lead_to_results(self) -> None:
        self.queues_pending.add(RESULTS)
        self.declare_queue(RESULTS, ensure=True)
        self.channel.exchange_declare(FROM_SCANNERS, "fanout", durable=True)
        self.channel.queue_bind(RESULTS, FROM_SCANNERS)

    def _declare_queue(self, queue_name: str) -> Any:
        return self._found(queue_name) or super()._declare_queue(queue_name)

    def _declare_dq_queue(self, queue_name: str) -> Any:
        return self._found(dq_name(queue_name)) or super()._declare_dq_queue(queue_name)

    def _declare_xq_queue(self, queue_name: str) -> Any:
        return self._found(xq_name(queue_name)) or super()._declare_xq_queue(queue_name)

    def _found(self, queue: str) -> Any:
        """What RabbitMQ says of a queue, or None if it does not exist; asking needs no rights."""
        try:
            return self.channel.queue_declare(queue, passive=True)
        except ChannelClosedByBroker as error:
            if error.reply_code != _NOT_FOUND:
                raise
            del self.channel
            return None


def _leads_nowhere(failure: Exception) -> bool:
    """Whether there is no such exchange, or no queue behind it."""
    if isinstance(failure, ChannelClosedByBroker):
        return bool(failure.reply_code == _NOT_FOUND)
    return isinstance(failure, UnroutableError)


def build(url: str, database_url: str) -> Broker:
    """The broker at `url`, with our middleware. It connects when it is first used."""
    dramatiq.set_encoder(StrictEncoder())
    retries = Retries(max_retries=RETRIES, min_backoff=1000, max_backoff=LONGEST_BACKOFF)
    middleware: list[Middleware] = [
        LogContext(),  # first to begin, last to end
        CurrentMessage(),
        TimeLimit(time_limit=TIME_LIMIT),
        Failures() if url == EMBEDDED else retries,
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


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of RabbitMQ: messages that wait in it, not counting those in hand, and workers that take from it."""

    messages: int
    consumers: int


def queues(url: str) -> dict[str, Queue]:
    """Each of our queues, and those of its dead letters; BrokerError if RabbitMQ does not answer.

    A queue that no worker has made yet is empty. A worker counts in each of its queues once a process, while connected.
    """
    found = {}
    try:
        with pika.BlockingConnection(pika.URLParameters(_impatient(url))) as connection:
            for queue in (name + suffix for suffix in ("", ".XQ") for name in QUEUES):
                try:
                    told = connection.channel().queue_declare(queue, passive=True).method
                    found[queue] = Queue(int(told.message_count), int(told.consumer_count))
                except ChannelClosedByBroker as closed:
                    if closed.reply_code != _NOT_FOUND:
                        raise
                    found[queue] = Queue(0, 0)
    except Exception as error:  # noqa: BLE001 - as above
        raise unreachable(url, error) from None
    return found


def unreachable(url: str, error: Exception) -> BrokerError:
    """The error that says that the broker at `url` does not answer."""
    return BrokerError(
        f"The broker {masked(url)} does not answer ({type(error).__name__}).",
        "The database keeps what is owed; `xfc-notify tick` sends it when the broker is back.",
    )


def drain(
    broker: StubBroker, send_owed: Callable[[], int], watch: Callable[[], None], threads: int = 2
) -> None:
    """Do all work of the embedded broker in this process, and return when none is left.

    send_owed  hands to the broker what the database owes it, and says how much that was
    watch      called several times a second meanwhile

    Raises in the end what an actor raised first; the others have done their work.
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
                break
    finally:
        worker.stop()
    for failures in (it for it in broker.middleware if isinstance(it, Failures)):
        if isinstance(failures.first, NoConnection):
            raise StoreError(str(failures.first))
        if failures.first is not None:
            raise failures.first


def _busy(broker: StubBroker) -> bool:
    return any(queue.unfinished_tasks for queue in broker.queues.values())


def _impatient(url: str) -> str:
    """The URL with timeouts short enough for a person, unless it has its own."""
    parts = urlsplit(url)
    query = _IMPATIENT | dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(query)).geturl()
