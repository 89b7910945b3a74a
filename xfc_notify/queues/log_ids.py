"""Names in every log line of a worker the message that it works on."""

from typing import Any

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware

from xfc_notify import log_context


class LogIds(Middleware):
    """Remembers actor and message id while a message is processed."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Begin."""
        log_context.begin(message.actor_name, message.message_id)

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,  # noqa: ARG002
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,  # noqa: ARG002
    ) -> None:
        """End."""
        log_context.end()

    after_skip_message = after_process_message
