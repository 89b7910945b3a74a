"""Puts the message that is being worked on into every log line of its thread, and every record on one line."""

import logging
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware

from xfc_notify.paths import harmless

FORMAT = (
    "[%(asctime)s] [PID %(process)d] [%(threadName)s] [%(context)s] [%(name)s] [%(levelname)s] %(message)s"
)

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


class HarmlessFormatter(logging.Formatter):
    """Prints what messages and file names hold as `paths.harmless` does; a traceback keeps its line breaks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """One line."""
        return harmless(super().formatMessage(record))

    def formatException(  # noqa: N802
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The lines of a traceback."""
        return "\n".join(map(harmless, super().formatException(ei).split("\n")))


def install() -> None:
    """Let the handlers of the root logger, as Dramatiq's command set them up, show the context and no escapes."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(ContextFilter())
        handler.setFormatter(HarmlessFormatter(FORMAT))
