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

from xfc_notify.paths import harmless

FORMAT = (
    "[%(asctime)s] [PID %(process)d] [%(threadName)s] [%(context)s] [%(name)s] [%(levelname)s] %(message)s"
)
_NOTHING: Mapping[str, Any] = {}
_ACTOR = ("actor", "queue_message_id")
_OWN = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "work", "context"})
"""What every record has; whatever else it has was given in `extra`, and is an id."""
_LONGEST = 4_000
"""Letters of a line; a path is at most so long. Dramatiq names a message it could not send by all that is in it."""
_current: ContextVar[Mapping[str, Any]] = ContextVar("xfc_notify_work", default=_NOTHING)


def begin(actor: str, queue_message_id: str) -> None:
    """From here on the log lines of this thread are about a message that an actor processes."""
    _current.set({"actor": actor, "queue_message_id": queue_message_id})


def about(**ids: object) -> None:
    """Name in all log lines of this thread, until `end`, what the work is about, like `scan_id=…`."""
    _current.set({**_current.get(), **ids})


def end() -> None:
    """The log lines of this thread are about nothing any more."""
    _current.set(_NOTHING)


class ContextFilter(logging.Filter):
    """Gives every record `work`, what is being worked on, and the same as text in `context`, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields; every record passes."""
        said = {name: value for name, value in vars(record).items() if name not in _OWN}
        record.work = work = {**_current.get(), **said}
        ids = [f" {name}={str(value)[:8]}" for name, value in work.items() if name not in _ACTOR]
        actor = f"{work['actor']}/{work['queue_message_id'][:8]}" if "actor" in work else "-"
        record.context = actor + "".join(ids)
        return True


class HarmlessFormatter(logging.Formatter):
    """Prints what messages and file names hold as `paths.harmless` does; a traceback keeps its line breaks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """One line."""
        return _bounded(super().formatMessage(record))

    def formatException(  # noqa: N802
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The lines of a traceback."""
        return "\n".join(map(_bounded, super().formatException(ei).split("\n")))


class JsonFormatter(HarmlessFormatter):
    """One JSON object a line, all text in ASCII: time, level, logger, message, what is being worked on, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _bounded(record.getMessage()),
            "process": record.process,
            **getattr(record, "work", _NOTHING),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _bounded(text: str) -> str:
    """Any text, harmless and of bounded length."""
    return harmless(text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … {len(text)} letters")


def install(form: Literal["text", "json"] = "text") -> None:
    """Let the handlers of the root logger, as Dramatiq's command set them up, show the context and no escapes."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(ContextFilter())
        handler.setFormatter(JsonFormatter() if form == "json" else HarmlessFormatter(FORMAT))
