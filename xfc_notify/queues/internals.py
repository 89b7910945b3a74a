"""The private parts of Dramatiq and pika that we use. A test compares them with the installed version."""

from typing import Any

from dramatiq import MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer
from dramatiq.common import dq_name, xq_name
from pika import BlockingConnection

Consumer = _RabbitmqConsumer
"""Takes messages from a queue of RabbitMQ, for one worker."""


def delivery_tag(message: MessageProxy) -> int:
    """The number by which RabbitMQ knows a message that a consumer has taken."""
    tag: int = message._tag  # noqa: SLF001
    return tag


def version_of(connection: BlockingConnection) -> str:
    """What the server at the other end of a connection says its version is."""
    told: dict[str, Any] = connection._impl.server_properties  # noqa: SLF001
    return str(told.get("version", ""))


class DeclaringBroker(RabbitmqBroker):
    """A broker that asks `found` for each of its queues before it declares it."""

    def found(self, queue: str) -> Any:
        """What RabbitMQ says of a queue, or None if there is none."""
        raise NotImplementedError

    def _declare_queue(self, queue_name: str) -> Any:
        return self.found(queue_name) or super()._declare_queue(queue_name)

    def _declare_dq_queue(self, queue_name: str) -> Any:
        return self.found(dq_name(queue_name)) or super()._declare_dq_queue(queue_name)

    def _declare_xq_queue(self, queue_name: str) -> Any:
        return self.found(xq_name(queue_name)) or super()._declare_xq_queue(queue_name)
