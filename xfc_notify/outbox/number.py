"""The number of a delivery as a message for the queue."""

from xfc_notify.queues import frame
from xfc_notify.queues.declared import DELIVERY
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json

LARGEST_NUMBER = 2**31 - 1
"""Of a delivery: what the column holds."""


def dump_delivery(number: int) -> Json:
    """The number of a delivery that is due, as JSON."""
    return {"format": DELIVERY.format, "number": number}


def load_delivery(data: object) -> int:
    """The number that `dump_delivery` wrote; BadMessage if it did not."""
    return frame.message(DELIVERY, data, _number)


def _number(data: Json) -> int:
    return read.count(data["number"], LARGEST_NUMBER + 1, least=1)
