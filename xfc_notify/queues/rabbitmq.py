"""RabbitMQ as we use it: few rights needed, nothing lost, nothing prefetched that others could do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import dramatiq
import pika
from dramatiq.brokers.rabbitmq import MAX_ENQUEUE_ATTEMPTS
from dramatiq.common import dq_name, xq_name
from dramatiq.errors import ConnectionClosed
from pika import BasicProperties
from pika.exceptions import (
    AMQPChannelError,
    AMQPConnectionError,
    ChannelClosedByBroker,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    UnroutableError,
)
from pika.frame import Method

from xfc_notify.errors import BrokerError, BrokerRefusal, MessageTooLarge
from xfc_notify.paths import harmless
from xfc_notify.queues.consumer import OwnConsumer
from xfc_notify.queues.declared import QUEUES, Queue
from xfc_notify.queues.internals import Connection, DeclaringBroker, NoAnswer, version_of
from xfc_notify.settings import masked

_FORBIDDEN, _NOT_FOUND = 403, 404
_SHUTS_DOWN = 320
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
        """Send a message; ConnectionClosed if it was not confirmed, MessageTooLarge if it never will be."""
        queue = QUEUES.get(message.queue_name)
        try:
            if queue is None or not queue.exchange or delay is not None:
                return super().enqueue(message, delay=delay)
            return self._enqueue_by_exchange(queue, message, delay)
        except ConnectionClosed as error:
            if (said := reply(error)) is not None and "larger than configured max size" in said:
                raise MessageTooLarge(f"RabbitMQ refuses it: {said}") from None
            raise

    def _enqueue_by_exchange(
        self, queue: Queue, message: dramatiq.Message[Any], delay: int | None
    ) -> dramatiq.Message[Any]:
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
        """What RabbitMQ says of a queue, or None if it does not exist."""
        try:
            return self.channel.queue_declare(queue, passive=True)
        except ChannelClosedByBroker as error:
            if not _is_absent(error):
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
    for queue, answer in _answers(url, [of(name) for of in (str, xq_name) for name in QUEUES]).items():
        if isinstance(answer, Method):
            found[queue] = Filling(int(answer.method.message_count), int(answer.method.consumer_count))
        elif _is_absent(answer):
            found[queue] = Filling(0, 0)
        else:
            raise unreachable(url, answer)
    return found


def version(url: str) -> str:
    """The version of RabbitMQ; BrokerError if it does not answer."""
    try:
        with Connection([pika.URLParameters(one) for one in impatient(url).split(";")]) as connection:
            return version_of(connection)
    except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
        raise unreachable(url, error) from None


def sight(url: str) -> dict[str, str]:
    """What RabbitMQ says of our queues to the user of `url`: queue → its refusal, or nothing where it may be used.

    For each of the three that a worker declares. BrokerError if RabbitMQ does not answer.
    """
    queues = [of(name) for name in QUEUES for of in (str, dq_name, xq_name)]
    return {queue: _refusal(answer) for queue, answer in _answers(url, queues).items()}


def _answers(url: str, queues: Iterable[str]) -> dict[str, Any]:
    """What RabbitMQ says of each queue: its declaration, or why it closed the channel."""
    try:
        with Connection([pika.URLParameters(one) for one in impatient(url).split(";")]) as connection:
            answers = {queue: _answer(connection, queue) for queue in queues}
            _see_majority(connection)
    except Exception as error:  # noqa: BLE001 - pika raises errors of many roots, some of them raw
        raise unreachable(url, error) from None
    return answers


def _answer(connection: Connection, queue: str) -> Any:
    try:
        return connection.channel().queue_declare(queue, passive=True)
    except ChannelClosedByBroker as closed:
        return closed


def _see_majority(connection: Connection) -> None:
    """Raise what comes of it where the nodes of a cluster are no majority.

    Such a queue goes on saying how long it is, or that it is empty. But nobody can begin to consume from it. A queue of
    retries serves for that: almost always it is empty, so that nothing has to be put back.
    """
    for queue in map(dq_name, QUEUES):
        answer = _answer(connection, queue)
        if not isinstance(answer, Method) or answer.method.message_count:
            continue
        channel = connection.channel()
        try:
            channel.basic_qos(prefetch_count=1)
            channel.basic_cancel(channel.basic_consume(queue, lambda *_: None))
            return
        except ChannelClosedByBroker as closed:
            if closed.reply_code != _FORBIDDEN:  # it is for others to read
                raise


def _refusal(answer: Any) -> str:
    return "" if isinstance(answer, Method) or _is_absent(answer) else reply(answer) or ""


def unreachable(url: str, error: Exception) -> BrokerError:
    """The error that says that the broker at `url` does not answer, or what it answers."""
    said = reply(error)
    if said is not None:
        return BrokerRefusal(f"The broker {shown(url)} refuses: {said}.", "The database keeps what is owed.")
    how = str(error) if isinstance(error, NoAnswer) else type(error).__name__
    return BrokerError(
        f"The broker {shown(url)} does not answer ({how}).",
        "The database keeps what is owed; `xfc-notify tick` sends it when the broker is back.",
    )


def reply(error: Exception) -> str | None:
    """RabbitMQ's own words, where it said why it refuses; None where it is away or shuts down."""
    cause = error.args[0] if isinstance(error, ConnectionClosed) and error.args else error
    if isinstance(cause, ChannelClosedByBroker | ConnectionClosedByBroker):
        return None if cause.reply_code == _SHUTS_DOWN else harmless(f"{cause.reply_code} {cause.reply_text}")
    if isinstance(cause, ProbableAuthenticationError | ProbableAccessDeniedError):
        return harmless(str(cause))
    return None


def shown(url: str) -> str:
    """The URL, or URLs, for people, without passwords."""
    return ";".join(map(masked, url.split(";")))


def impatient(url: str) -> str:
    """The URL, or URLs, with timeouts short enough for a person, unless it has its own."""
    return ";".join(map(_impatient, url.split(";")))


def _impatient(url: str) -> str:
    parts = urlsplit(url)
    query = _IMPATIENT | dict(parse_qsl(parts.query))
    return parts._replace(query=urlencode(query)).geturl()


def _is_absent(error: ChannelClosedByBroker) -> bool:
    """Whether there is no such queue; of one whose node is down RabbitMQ says 404 as well."""
    return bool(error.reply_code == _NOT_FOUND and "no queue" in error.reply_text)
