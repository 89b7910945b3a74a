"""Reads messages from the queue, which nobody of ours may have sent.

A message that is not even shaped like one of Dramatiq's would crash its consumer again and again and block
the queue behind it. Here it fails to decode instead, which sends it to the dead letters.
"""

import json
import logging
from typing import Any

import dramatiq
from dramatiq.encoder import MessageData
from dramatiq.errors import DecodeError

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
LARGEST = 16 * 2**20
"""Bytes of a message. A larger one is refused before it is parsed: JSON takes many times its size in memory."""


class StrictEncoder(dramatiq.JSONEncoder):
    """JSON of exactly the shape that our own messages have."""

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
