"""Messages that a worker is too old for: kept for a while, then put back for another worker.

Put back at once they would come back at once, for ever: RabbitMQ returns a message to the head of its queue.
"""

import time
from collections import deque
from functools import partial
from typing import Any

from dramatiq import MessageProxy
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPError

from xfc_notify.queues.internals import delivery_tag

SECONDS = 10.0
"""For how long a message is kept."""


class Kept:
    """The messages that one consumer keeps, in the order in which they are put back."""

    def __init__(self) -> None:
        self._messages: deque[tuple[float, MessageProxy]] = deque()  # until when, by the monotonic clock

    def keep(self, message: MessageProxy) -> None:
        """Keep a message from now on."""
        self._messages.append((time.monotonic() + SECONDS, message))

    def put_back(self, connection: Any, channel: Any) -> list[int]:
        """Give back what was kept long enough; the delivery tags. ConnectionClosed where RabbitMQ is away."""
        tags = []
        while self._messages and self._messages[0][0] <= time.monotonic():
            tag = delivery_tag(self._messages.popleft()[1])
            tags.append(tag)
            try:
                connection.add_callback_threadsafe(partial(channel.basic_nack, tag, requeue=True))
            except AMQPError as error:
                raise ConnectionClosed(error) from None
        return tags
