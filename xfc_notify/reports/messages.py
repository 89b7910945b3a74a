"""Load orders as JSON, for the queue, and back with every value checked."""

from xfc_notify.queues import frame
from xfc_notify.queues.declared import REPORTS
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json


def dump_order(load: str) -> Json:
    """The order to load this."""
    return {"format": REPORTS.format, "load_id": load}


def load_order(data: object) -> str:
    """The id of the load that `dump_order` wrote; BadMessage if it did not."""
    return frame.message(REPORTS, data, lambda found: read.identifier(found["load_id"]))
