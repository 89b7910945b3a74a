"""Puts what is being worked on into every log line of its thread, and every record on one line: for people or as JSON.

A scan keeps its scan_id from order to record, a message its message_id from record to delivery; the line that says that
a message was written has both.
"""

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware

from xfc_notify.paths import harmless

FORMAT = (
    "[%(asctime)s] [PID %(process)d] [%(threadName)s] [%(context)s] [%(name)s] [%(levelname)s] %(message)s"
)
IDS = ("scan_id", "slice_id", "delivery", "message_id")
"""What `about` can name, and a log call in its `extra`."""
_NOTHING: Mapping[str, Any] = {}
_current: ContextVar[Mapping[str, Any]] = ContextVar("xfc_notify_work", default=_NOTHING)


def about(
    *,
    scan_id: str | None = None,
    slice_id: str | None = None,
    delivery: int | None = None,
    message_id: str | None = None,
) -> None:
    """Name in all log lines of this thread, until the work on its message ends, what the work is about."""
    given = zip(IDS, (scan_id, slice_id, delivery, message_id), strict=True)
    _current.set({**_current.get(), **{name: value for name, value in given if value is not None}})


class LogContext(Middleware):
    """Remembers actor and message id while a message is processed."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Begin."""
        _current.set({"actor": message.actor_name, "queue_message_id": message.message_id})

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,  # noqa: ARG002
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,  # noqa: ARG002
    ) -> None:
        """End."""
        _current.set(_NOTHING)

    after_skip_message = after_process_message


class ContextFilter(logging.Filter):
    """Gives every record `work`, what is being worked on, and the same as text in `context`, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields; every record passes."""
        said = {name: value for name, value in vars(record).items() if name in IDS}
        record.work = work = {**_current.get(), **said}
        ids = [f" {name}={str(work[name])[:8]}" for name in IDS if name in work]
        actor = f"{work['actor']}/{work['queue_message_id'][:8]}" if "actor" in work else "-"
        record.context = actor + "".join(ids)
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


class JsonFormatter(HarmlessFormatter):
    """One JSON object a line, all text in ASCII: time, level, logger, message, what is being worked on, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": harmless(record.getMessage()),
            "process": record.process,
            **getattr(record, "work", _NOTHING),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def install(form: Literal["text", "json"] = "text") -> None:
    """Let the handlers of the root logger, as Dramatiq's command set them up, show the context and no escapes."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(ContextFilter())
        handler.setFormatter(JsonFormatter() if form == "json" else HarmlessFormatter(FORMAT))
