"""The private parts of Dramatiq and pika that we use. A test compares them with the installed versions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pika
from dramatiq import MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer
from dramatiq.common import dq_name, xq_name
from dramatiq.errors import ConnectionClosed
from dramatiq.logging import get_logger
from pika.exceptions import AMQPChannelError, AMQPConnectionError

PATIENCE = 15.0
"""Seconds that RabbitMQ has for an answer. Longer than a consumer waits for a message, which is 5 at most."""


class NoAnswer(ConnectionClosed):
    """RabbitMQ is there, and has not answered in time; the connection is closed.

    No error of pika's, because Dramatiq would try the same again at once, up to six times.
    """

    def __init__(self) -> None:
        super().__init__(f"no answer within {PATIENCE:g} s")


class Connection(pika.BlockingConnection):  # type: ignore[misc]
    """A connection that waits for no answer for ever: NoAnswer after PATIENCE.

    A queue without its majority of nodes confirms nothing, and says nothing, while the node itself is well.
    """

    def _flush_output(self, *waiters: Callable[[], bool]) -> None:
        """Every call that waits for an answer waits here."""
        impl = self._impl
        timer = impl._adapter_call_later(PATIENCE, partial(impl._terminate_stream, NoAnswer()))  # noqa: SLF001
        try:
            super()._flush_output(*waiters)
        finally:
            impl._adapter_remove_timeout(timer)  # noqa: SLF001


class Consumer(_RabbitmqConsumer):
    """Takes messages from a queue of RabbitMQ, for one worker. It begins as Dramatiq's, with a connection of ours."""

    def __init__(self, broker: RabbitmqBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        self.broker = broker
        self.queue_name = queue_name
        self.logger = get_logger(__name__, type(self))
        self.known_tags: set[int] = set()
        try:
            self.connection = Connection(parameters=broker.parameters)
            self.channel = self.connection.channel()
            self.channel.basic_qos(prefetch_count=prefetch)
            self.iterator = self.channel.consume(queue_name, inactivity_timeout=timeout / 1000)
        except (AMQPConnectionError, AMQPChannelError) as error:
            raise ConnectionClosed(error) from None


def delivery_tag(message: MessageProxy) -> int:
    """The number by which RabbitMQ knows a message that a consumer has taken."""
    tag: int = message._tag  # noqa: SLF001
    return tag


def version_of(connection: Connection) -> str:
    """What the server at the other end of a connection says its version is."""
    told: dict[str, Any] = connection._impl.server_properties  # noqa: SLF001
    return str(told.get("version", ""))


class DeclaringBroker(RabbitmqBroker):
    """A broker with connections of ours, that asks `found` for each of its queues before it declares it."""

    @RabbitmqBroker.connection.getter  # type: ignore[attr-defined, untyped-decorator]
    def connection(self) -> Connection:
        """The connection of this thread."""
        connection: Connection | None = getattr(self.state, "connection", None)
        if connection is None:
            connection = self.state.connection = Connection(parameters=self.parameters)
            self.connections.add(connection)
        return connection

    def found(self, queue: str) -> Any:
        """What RabbitMQ says of a queue, or None if there is none."""
        raise NotImplementedError

    def _declare_queue(self, queue_name: str) -> Any:
        return self.found(queue_name) or super()._declare_queue(queue_name)

    def _declare_dq_queue(self, queue_name: str) -> Any:
        return self.found(dq_name(queue_name)) or super()._declare_dq_queue(queue_name)

    def _declare_xq_queue(self, queue_name: str) -> Any:
        return self.found(xq_name(queue_name)) or super()._declare_xq_queue(queue_name)
