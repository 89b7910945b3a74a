"""What we use of Dramatiq that is private is there, and is as we take it to be."""

import inspect
import re
from importlib.metadata import version

import pika
from dramatiq import Message, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer, _RabbitmqMessage
from pika.adapters.blocking_connection import BlockingChannel

from xfc_notify.queues.internals import Connection, Consumer, DeclaringBroker, delivery_tag


def test_it_is_the_version_that_was_looked_at() -> None:
    assert version("dramatiq").split(".")[0] == "2", "look at queues/internals.py again"
    assert version("pika").split(".")[0] == "1", "look at queues/internals.py again"


def attributes(method: object) -> set[str]:
    """What a method gives to its `self`."""
    return set(re.findall(r"self\.(\w+)(?::[^=\n]+)? =", inspect.getsource(method)))  # type: ignore[arg-type]


def test_a_consumer_is_iterated_and_begins_with_all_that_one_of_dramatiq_has() -> None:
    assert attributes(Consumer.__init__) == attributes(_RabbitmqConsumer.__init__)
    parameters = inspect.signature(_RabbitmqConsumer.__init__).parameters
    assert inspect.signature(Consumer.__init__).parameters.keys() == parameters.keys()
    for method in ("__next__", "ack", "nack", "close"):
        assert callable(getattr(Consumer, method))


def test_every_call_that_waits_for_an_answer_waits_where_we_limit_it() -> None:
    whole = inspect.signature(pika.BlockingConnection._flush_output)
    assert inspect.signature(Connection._flush_output).parameters.keys() == whole.parameters.keys()
    channel = inspect.getsource(BlockingChannel)
    for method in (BlockingChannel.basic_publish, BlockingChannel.queue_declare, BlockingChannel.basic_qos):
        assert "self._flush_output(" in inspect.getsource(method)
    assert "self._connection._flush_output(" in channel


def test_a_broker_keeps_its_connections_where_dramatiq_looks_for_them() -> None:
    assert RabbitmqBroker.connection.fget is not DeclaringBroker.connection.fget  # type: ignore[attr-defined]
    assert RabbitmqBroker.connection.fdel is DeclaringBroker.connection.fdel  # type: ignore[attr-defined]
    source = inspect.getsource(RabbitmqBroker.connection.fget)  # type: ignore[attr-defined]
    for part in ("self.state", '"connection"', "self.connections.add(", "parameters=self.parameters"):
        assert part in source


def test_a_message_has_the_tag_of_its_delivery() -> None:
    message: Message[object] = Message("scan", "scan", (), {}, {})
    taken: MessageProxy = _RabbitmqMessage(False, 7, message)
    assert delivery_tag(taken) == 7


def test_the_three_queues_of_each_name_are_declared_by_the_methods_that_we_override() -> None:
    source = inspect.getsource(RabbitmqBroker)
    for method in ("_declare_queue", "_declare_dq_queue", "_declare_xq_queue"):
        assert f"self.{method}(" in source, "it is called"
        own, theirs = getattr(DeclaringBroker, method), getattr(RabbitmqBroker, method)
        assert own is not theirs
        assert inspect.signature(own).parameters.keys() == inspect.signature(theirs).parameters.keys()
