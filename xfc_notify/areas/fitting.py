"""An answer that fits into a message: names are bytes that a user chooses, up to 255 of them, 10,000 times."""

from dataclasses import replace

from xfc_notify.areas.messages import dump_result
from xfc_notify.queues.encoder import LARGEST_SENT, as_json
from xfc_notify.scan.order import SliceResult
from xfc_notify.store.json_values import Json

FRAME = 1_000
"""Bytes of a message around its body."""
_SMALLEST = 1 / 128


def fitting(result: SliceResult, most: int = LARGEST_SENT - FRAME) -> Json:
    """The answer as JSON, of at most so many bytes: what has a name is named as far as there is room, and else pooled.

    What remains of the order cannot be left out, so an answer can still be too large.
    """
    share = 1.0
    body = dump_result(result)
    while len(as_json(body)) > most and share > 0:
        share = share / 2 if share > _SMALLEST else 0
        body = dump_result(replace(result, usage=result.usage.bounded(share=share)))
    return body
