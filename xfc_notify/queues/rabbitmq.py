"""RabbitMQ as we use it: few rights needed, nothing lost, nothing prefetched that others could do."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dramatiq
import pika
from dramatiq.brokers.rabbitmq import MAX_ENQUEUE_ATTEMPTS
from dramatiq.errors import ConnectionClosed
from pika import BasicProperties
from pika.exceptions import AMQPChannelError, AMQPConnectionError, ChannelClosedByBroker, UnroutableError

from xfc_notify.errors import BrokerError
from xfc_notify.queues.consumer import OwnConsumer
from xfc_notify.queues.declared import QUEUES, Queue
from xfc_notify.queues.internals import DeclaringBroker, version_of
from xfc_notify.settings import masked

_NOT_FOUND = 404
_IMPATIENT = {"socket_timeout": "5", "stack_timeout": "8", "blocked_connection_timeout": "30"}


class OwnBroker(DeclaringBroker):
    """The queues as they are declared.

    What is there already is not declared again, since that takes the right to configure it. A queue with an exchange of
    its own is written to through that, so that its writers need no right to write anything else.
    """

    @property
    def consumer_class(self) -> type[OwnConsumer]:
        """Our consumer, which takes only what belongs in its queue."""
        return OwnConsumer

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer of the queue."""
        declared = QUEUES.get(queue_name)
        wanted = declared.prefetch if declared is not None else None
        return super().consume(queue_name, wanted or prefetch, timeout)

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Send a message; ConnectionClosed if it was not confirmed."""
        queue = QUEUES.get(message.queue_name)
        if queue is None or not queue.exchange or delay is not None:
            return super().enqueue(message, delay=delay)
        failure: Exception | None = None
        for _ in range(MAX_ENQUEUE_ATTEMPTS):
            try:
                if failure is not None and _leads_nowhere(failure):
                    self._make_exchange(queue)
                self.emit_before("enqueue", message, delay)
                self.channel.basic_publish(
                    queue.exchange,
                    queue.name,
                    message.encode(),
                    BasicProperties(delivery_mode=2),
                    mandatory=True,
                )
                self.emit_after("enqueue", message, delay)
                return message
            except (AMQPConnectionError, AMQPChannelError) as error:
                del self.connection
                failure = error
        raise ConnectionClosed(failure) from None

    def found(self, queue: str) -> Any:
        """What RabbitMQ says of a queue, or None if it does not exist; asking needs no rights."""
        try:
            return self.channel.queue_declare(queue, passive=True)
        except ChannelClosedByBroker as error:
            if error.reply_code != _NOT_FOUND:
                raise
            del self.channel
            return None

    def _make_exchange(self, queue: Queue) -> None:
        self.queues_pending.add(queue.name)
        self.declare_queue(queue.name, ensure=True)
        self.channel.exchange_declare(queue.exchange, "fanout", durable=True)
        self.channel.queue_bind(queue.name, queue.exchange)


def _leads_nowhere(failure: Exception) -> bool:
    """Whether there is no such exchange, or no queue behind it."""
    if isinstance(failure, ChannelClosedByBroker):
        return bool(failure.reply_code == _NOT_FOUND)
    return isinstance(failure, UnroutableError)


@dataclass(frozen=True, slots=True)
class Filling:
    """What is in a queue: messages that wait, not counting those in hand, and workers that take from it."""

    messages: int
    consumers: int


def fillings(url: str) -> dict[str, Filling]:
    """What is in each of our queues, and in those of their dead letters; BrokerError if RabbitMQ does not answer.

    A queue that no worker has made yet is empty. A worker counts in each of its queues once a process, while connected.
    """
    found = {}
    try:
        with pika.BlockingConnection(pika.URLParameters(impatient(url))) as connection:
            for queue in (name + suffix for suffix in ("", ".XQ") for name in QUEUES):
                try:
                    told = connection.channel().queue_declare(queue, passive=True).method
                    found[queue] = Filling(int(told.message_count), int(told.consumer_count))
                except ChannelClosedByBroker as closed:
                    if closed.reply_code != _NOT_FOUND:
                        raise
                    found[queue] = Filling(0, 0)
    except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
        raise unreachable(url, error) from None
    return found


def version(url: str) -> str:
    """The version of RabbitMQ; BrokerError if it does not answer."""
    try:
        with pika.BlockingConnection(pika.URLParameters(impatient(url))) as connection:
            return version_of(connection)
    except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
        raise unreachable(url, error) from None


def unreachable(url: str, error: Exception) -> BrokerError:
    """The error that says that the broker at `url` does not answer."""
    return BrokerError(
        f"The broker {masked(url)} does not answer ({type(error).__name__}).",
        "The database keeps what is owed; `xfc-notify tick` sends it when the broker is back.",
    )


def impatient(url: str) -> str:
    """The URL with timeouts short enough for a person, unless it has its own."""
    parts = urlsplit(url)
    query = _IMPATIENT | dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(query)).geturl()
