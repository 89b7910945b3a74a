"""Messages that a worker is too old for: kept for a while, then put back for another worker, and in the end given up.

Put back at once they would come back at once, for ever: RabbitMQ returns a message to the head of its queue. While one
is kept, its consumer takes no other; so after a few returns it is a dead letter, and the others have their turn. The
database sends again what it is owed.
"""

import time
from collections import OrderedDict, deque
from functools import partial
from typing import Any

from dramatiq import MessageProxy
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPError

from xfc_notify.queues.internals import delivery_tag

SECONDS = 10.0
"""For how long a message is kept."""
MOST_RETURNS = 3
"""How often this worker puts one message back."""
_REMEMBERED = 10_000


class Kept:
    """The messages that one consumer keeps, in the order in which they are put back."""

    def __init__(self) -> None:
        self._messages: deque[tuple[float, MessageProxy]] = deque()  # until when, by the monotonic clock
        self._returns: OrderedDict[str, int] = OrderedDict()  # message id → how often it was put back

    def keep(self, message: MessageProxy) -> bool:
        """Keep a message from now on; False for one that came back too often."""
        if self._returns.get(message.message_id, 0) >= MOST_RETURNS:
            del self._returns[message.message_id]
            return False
        self._messages.append((time.monotonic() + SECONDS, message))
        return True

    def put_back(self, connection: Any, channel: Any) -> list[int]:
        """Give back what was kept long enough; the delivery tags. ConnectionClosed where RabbitMQ is away."""
        tags = []
        while self._messages and self._messages[0][0] <= time.monotonic():
            message = self._messages.popleft()[1]
            self._count(message.message_id)
            tag = delivery_tag(message)
            tags.append(tag)
            try:
                connection.add_callback_threadsafe(partial(channel.basic_nack, tag, requeue=True))
            except AMQPError as error:
                raise ConnectionClosed(error) from None
        return tags

    def _count(self, message_id: str) -> None:
        self._returns[message_id] = self._returns.get(message_id, 0) + 1
        if len(self._returns) > _REMEMBERED:
            self._returns.popitem(last=False)
