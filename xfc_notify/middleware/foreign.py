"""Messages from the queue that are not ours, or come from a newer version.

A message that is not even shaped like one of Dramatiq's would crash its consumer again and again and block
the queue behind it. Here it fails to decode instead, which sends it to the dead letters.
"""

import json
import logging
import time
from collections import deque
from functools import partial
from typing import Any

import dramatiq
from dramatiq import MessageProxy
from dramatiq.brokers.rabbitmq import _RabbitmqConsumer
from dramatiq.common import q_name
from dramatiq.encoder import MessageData
from dramatiq.errors import ConnectionClosed, DecodeError
from pika.exceptions import AMQPError

from xfc_notify.wire import newer_order

log = logging.getLogger(__name__)

_SHAPE: dict[str, type | tuple[type, ...]] = {
    "queue_name": str,
    "actor_name": str,
    "args": (list, tuple),
    "kwargs": dict,
    "options": dict,
    "message_id": str,
    "message_timestamp": int,
}
_OPTIONS: dict[str, type | tuple[type, ...]] = {
    "eta": int,
    "retries": int,
    "traceback": str,
    "requeue_timestamp": int,
}
"""What our own retries write. Any other option (pipes, callbacks, groups) is not ours."""
KEPT = 10.0
"""Seconds for which an order that this worker is too old for is kept before it is put back, so that it does not come
at once again."""
LONGEST_WAIT = 10 * 60 * 1000
"""Milliseconds. Our own retries wait for less."""


class StrictEncoder(dramatiq.JSONEncoder):
    """JSON of exactly the shape that our own messages have."""

    def decode(self, data: bytes) -> MessageData:
        """The message; DecodeError for anything else."""
        try:
            message = json.loads(data.decode("utf-8"))
            _check(message)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            log.error("a message that is not ours goes to the dead letters: %s", type(error).__name__)  # noqa: TRY400
            raise DecodeError("not a message of ours", data, error) from None
        return message  # type: ignore[no-any-return]


class OwnConsumer(_RabbitmqConsumer):
    """Accepts from a queue only what belongs there; the rest becomes dead letters.

    Dramatiq believes the queue and the actor that a message names: a message for another queue would end its
    worker thread, one for another actor would run it where its database is not. A message that waits is held by
    its consumer, which must not wait for ever, and in the queue of orders takes nothing else meanwhile.

    An order of a newer format is kept for a while and put back, so that a newer scanner gets it: to write it into a
    queue of retries, as the service does with what is too new for it, a scanner has no right.

    What an earlier consumer took, before the connection was lost, is no longer there to be acknowledged: RabbitMQ has
    given it to somebody else, and its number may be another message's by now.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._kept: deque[tuple[float, Any]] = deque()  # until when, by the monotonic clock

    def ack(self, message: MessageProxy) -> None:
        """Acknowledge what this consumer took."""
        if self._took(message):
            super().ack(message)

    def nack(self, message: MessageProxy) -> None:
        """Send to the dead letters what this consumer took."""
        if self._took(message):
            super().nack(message)

    def __next__(self) -> MessageProxy | None:
        self._put_back()
        message: MessageProxy | None = super().__next__()
        if message is None:
            return None
        vars(message)["taken_by"] = self
        if not self._belongs(message):
            log.error("a message that does not belong in queue %s goes to the dead letters", self.queue_name)
            self.nack(message)
            return None
        if self.queue_name == "scan" and (newer := newer_order(message.args[0])) is not None:
            log.error("message %s is left to another worker: %s", message.message_id, newer)
            self._kept.append((time.monotonic() + KEPT, message))
            return None
        return message

    def _put_back(self) -> None:
        while self._kept and self._kept[0][0] <= time.monotonic():
            tag = self._kept.popleft()[1]._tag  # noqa: SLF001 - a private attribute of Dramatiq's
            self.known_tags.discard(tag)
            try:
                self.connection.add_callback_threadsafe(partial(self.channel.basic_nack, tag, requeue=True))
            except AMQPError as error:
                raise ConnectionClosed(error) from None

    def _took(self, message: MessageProxy) -> bool:
        if vars(message)["taken_by"] is self:
            return True
        log.warning("message %s was taken before the connection was lost; it comes again", message.message_id)
        return False

    def _belongs(self, message: MessageProxy) -> bool:
        actor = self.broker.actors.get(message.actor_name)
        return (
            message.queue_name == self.queue_name
            and actor is not None
            and actor.queue_name == q_name(self.queue_name)
            and self._may_wait(message.options.get("eta"))
        )

    def _may_wait(self, until: int | None) -> bool:
        """Whether a message may wait until then, in milliseconds since the epoch; in a queue of retries all do.

        Orders are not retried: a scanner may not put them back into their queue.
        """
        if q_name(self.queue_name) == self.queue_name:
            return until is None
        if q_name(self.queue_name) == "scan":
            return False
        return until is not None and until <= time.time() * 1000 + LONGEST_WAIT


def _check(message: Any) -> None:
    if not isinstance(message, dict) or message.keys() != _SHAPE.keys():
        raise TypeError("not shaped like a message")
    for name, kind in _SHAPE.items():
        if not isinstance(message[name], kind):
            raise TypeError(name)
    if len(message["args"]) != 1 or message["kwargs"]:
        raise TypeError("not the one argument that our actors take")
    for name, value in message["options"].items():
        if not isinstance(value, _OPTIONS[name]):
            raise TypeError(name)
