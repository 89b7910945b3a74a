"""What we use of Dramatiq that is private is there, and is as we take it to be."""

import inspect
from importlib.metadata import version

from dramatiq import Message, MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer, _RabbitmqMessage

from xfc_notify.queues.internals import Consumer, DeclaringBroker, delivery_tag


def test_it_is_the_version_that_was_looked_at() -> None:
    assert version("dramatiq").split(".")[0] == "2", "look at queues/internals.py again"


def test_a_consumer_is_iterated_and_knows_its_queue_broker_and_tags() -> None:
    assert Consumer is _RabbitmqConsumer
    source = inspect.getsource(_RabbitmqConsumer)
    for name in ("self.queue_name", "self.connection", "self.channel", "self.known_tags"):
        assert name in source
    for method in ("__next__", "ack", "nack", "close"):
        assert callable(getattr(Consumer, method))


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
