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
_OPTIONS: dict[str, type | tuple[type, ...]] = {
    "eta": int,
    "retries": int,
    "traceback": str,
    "requeue_timestamp": int,
}
"""What our own retries write. Any other option (pipes, callbacks, groups) would be somebody else's."""


class StrictEncoder(dramatiq.JSONEncoder):
    """JSON of exactly the shape that our own messages have."""

    def decode(self, data: bytes) -> MessageData:
        """The message; DecodeError for anything else."""
        try:
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
        if not isinstance(value, _OPTIONS[name]):
            raise TypeError(name)
