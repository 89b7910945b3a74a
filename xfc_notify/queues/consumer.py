"""Takes from a queue of RabbitMQ only what belongs there; the rest goes to the dead letters.

Dramatiq believes the queue and the actor that a message names: a message for another queue would end its worker thread,
one for another actor would run it where its database is not. A message that waits is held by its consumer, which must
not wait for ever, and in a queue without retries nothing waits.
"""

import logging
import time
from typing import Any

from dramatiq import MessageProxy
from dramatiq.common import q_name

from xfc_notify.queues import frame
from xfc_notify.queues.declared import QUEUES
from xfc_notify.queues.internals import Consumer
from xfc_notify.queues.kept import Kept

log = logging.getLogger(__name__)

LONGEST_WAIT = 10 * 60 * 1000
"""Milliseconds. Our own retries wait for less."""


def _is_news(record: logging.LogRecord) -> bool:
    """What cannot be decoded is one line in the log, which the encoder writes; Dramatiq adds a traceback."""
    return not record.msg.startswith("Failed to decode message")


class OwnConsumer(Consumer):
    """Our consumer.

    A message of a newer format, in a queue without retries, is kept for a while and put back, so that a newer worker
    gets it; after a few returns it is a dead letter. Its readers have no right to write it into a queue of retries.

    What an earlier consumer took, before the connection was lost, can no longer be acknowledged: RabbitMQ has
    given it to somebody else, and its number may be another message's by now.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._kept = Kept()
        self.logger.addFilter(_is_news)

    def ack(self, message: MessageProxy) -> None:
        """Acknowledge what this consumer took."""
        if self._took(message):
            super().ack(message)

    def nack(self, message: MessageProxy) -> None:
        """Send to the dead letters what this consumer took."""
        if self._took(message):
            super().nack(message)

    def __next__(self) -> MessageProxy | None:
        self.known_tags.difference_update(self._kept.put_back(self.connection, self.channel))
        message: MessageProxy | None = super().__next__()
        if message is None:
            return None
        vars(message)["taken_by"] = self
        if not self._belongs(message):
            log.error("a message that does not belong in queue %s goes to the dead letters", self.queue_name)
            self.nack(message)
            return None
        queue = QUEUES.get(self.queue_name)
        if queue is not None and not queue.retried:
            newer = frame.newer(queue, message.args[0])
            if newer is not None:
                if self._kept.keep(message):
                    log.error("message %s is left to another worker: %s", message.message_id, newer)
                else:
                    log.error("message %s goes to the dead letters: %s", message.message_id, newer)
                    self.nack(message)
                return None
        return message

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
        """Whether a message may wait until then, in milliseconds since the epoch; in a queue of retries all do."""
        name = q_name(self.queue_name)
        if name == self.queue_name:
            return until is None
        if name in QUEUES and not QUEUES[name].retried:
            return False
        return until is not None and until <= time.time() * 1000 + LONGEST_WAIT
