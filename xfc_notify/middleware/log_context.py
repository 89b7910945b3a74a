"""Puts the message that is being worked on into every log line of its thread."""

import logging
from contextvars import ContextVar
from typing import Any

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware

_current: ContextVar[str] = ContextVar("xfc_notify_message", default="-")


class LogContext(Middleware):
    """Remembers actor and message id while a message is processed."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Begin."""
        _current.set(f"{message.actor_name}/{message.message_id[:8]}")

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,  # noqa: ARG002
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,  # noqa: ARG002
    ) -> None:
        """End."""
        _current.set("-")

    after_skip_message = after_process_message


class ContextFilter(logging.Filter):
    """Gives every record the field `context`: actor/message, or "-" outside of messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the field; every record passes."""
        record.context = _current.get()
        return True
