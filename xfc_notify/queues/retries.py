"""Retries that lose nothing."""

import logging
from typing import Any

import dramatiq.middleware
from dramatiq import Broker, MessageProxy
from dramatiq.errors import Retry

from xfc_notify.errors import BadMessage, NewerMessage

log = logging.getLogger(__name__)


class Retries(dramatiq.middleware.Retries):
    """Sends a message that failed again; where even that fails, to the dead letters.

    Dramatiq's own would acknowledge the message although its retry could not be sent, and it would be gone.
    """

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Retry, or keep as a dead letter. What is too new for this worker comes to another one by its retries."""
        if isinstance(exception, NewerMessage):
            log.error("message %s is left to another worker: %s", message.message_id, exception)
            exception = Retry(str(exception))
        elif isinstance(exception, BadMessage):
            log.error("message %s goes to the dead letters: %s", message.message_id, exception)
        try:
            super().after_process_message(broker, message, result=result, exception=exception)
        except Exception:
            log.exception(
                "message %s could not be sent again; it is kept as a dead letter", message.message_id
            )
            message.fail()
