"""Writes messages, and reads them from the queue, which nobody of ours may have sent.

A message that is not even shaped like one of Dramatiq's would crash its consumer again and again and block
the queue behind it. Here it fails to decode instead, which sends it to the dead letters.
"""

import json
import logging
from typing import Any

import dramatiq
from dramatiq.encoder import MessageData
from dramatiq.errors import DecodeError

from xfc_notify.errors import MessageTooLarge

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
_MOST_RETRIES = 1_000
_LAST_MOMENT = 2**53
"""Milliseconds since the epoch, beyond all calendars."""
_NUMBERS = {"eta": _LAST_MOMENT, "retries": _MOST_RETRIES, "requeue_timestamp": _LAST_MOMENT}
"""The options that our own retries write, and how large they can be; beside them there is `traceback`, a text.

Any other (pipes, callbacks, groups) would be somebody else's. Dramatiq believes them: retries below 0 mean for ever."""
LARGEST_SENT = 4 * 10**6
"""Bytes of a message that we send."""
LARGEST = 4 * 2**20
"""Bytes of a message that we read: with room for what a retry adds. A larger one is refused before it is parsed, since
JSON takes many times its size in memory; RabbitMQ can refuse it as well (`max_message_size`)."""


class StrictEncoder(dramatiq.JSONEncoder):
    """JSON of exactly the shape that our own messages have."""

    def encode(self, data: MessageData) -> bytes:
        """The message; MessageTooLarge for one that nobody would read."""
        encoded = as_json(data)
        if len(encoded) > LARGEST_SENT:
            raise MessageTooLarge(too_large(len(encoded)))
        return encoded

    def decode(self, data: bytes) -> MessageData:
        """The message; DecodeError for anything else."""
        try:
            if len(data) > LARGEST:
                raise ValueError("too large")  # noqa: TRY301 - one place makes the DecodeError
            message = json.loads(data.decode("utf-8"))
            _check(message)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            log.error("a message that is not ours goes to the dead letters: %s", type(error).__name__)  # noqa: TRY400
            raise DecodeError("not a message of ours", data, error) from None
        return message  # type: ignore[no-any-return]


def as_json(data: object) -> bytes:
    """Compact JSON in UTF-8, with text as it is; only half a surrogate pair, which UTF-8 has not, is escaped."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def too_large(size: int) -> str:
    """What to say of a message of so many bytes."""
    return f"a message of {size / 1e6:.1f} MB; at most {LARGEST_SENT / 1e6:g} MB are sent"


def _check(message: Any) -> None:
    if not isinstance(message, dict) or message.keys() != _SHAPE.keys():
        raise TypeError("not shaped like a message")
    for name, kind in _SHAPE.items():
        if not isinstance(message[name], kind):
            raise TypeError(name)
    if len(message["args"]) != 1 or message["kwargs"]:
        raise TypeError("not the one argument that our actors take")
    for name, value in message["options"].items():
        if name == "traceback" and isinstance(value, str):
            continue
        if type(value) is not int or not 0 <= value <= _NUMBERS[name]:
            raise TypeError(name)
