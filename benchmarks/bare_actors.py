"""Actors that do nothing with the messages of the pipeline: what Dramatiq and RabbitMQ alone cost.

XFC_BARE_BROKER is the broker's URL, XFC_BARE_DONE a file that grows by a byte with every result.
"""

import os

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

broker = RabbitmqBroker(url=os.environ["XFC_BARE_BROKER"], confirm_delivery=True)
dramatiq.set_broker(broker)
done = os.open(os.environ["XFC_BARE_DONE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@dramatiq.actor(queue_name="scan")
def order(text: str) -> None:
    """As `scan`: an order comes, a result goes."""
    result.send(text)


@dramatiq.actor(queue_name="results")
def result(text: str) -> None:  # noqa: ARG001
    """As `record`: a result comes."""
    os.write(done, b".")
