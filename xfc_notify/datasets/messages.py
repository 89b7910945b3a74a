"""Orders of commands and slices as JSON, for the queue, and back with every value checked."""

from xfc_notify.queues import frame
from xfc_notify.queues.declared import TRANSFERS
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json


def dump_command(command: str) -> Json:
    """The order to carry a command on."""
    return {"format": TRANSFERS.format, "journal_id": command, "slice_id": None}


def dump_slice(slice_: str) -> Json:
    """The order to do a slice."""
    return {"format": TRANSFERS.format, "journal_id": None, "slice_id": slice_}


def load_order(data: object) -> tuple[str | None, str | None]:
    """The ids of a command and of a slice, one of them None, as one of the above wrote it; BadMessage if none did."""
    return frame.message(TRANSFERS, data, _order)


def _order(data: Json) -> tuple[str | None, str | None]:
    command, slice_ = data["journal_id"], data["slice_id"]
    if (command is None) == (slice_ is None):
        raise ValueError("either a command or a slice")
    return (
        None if command is None else read.identifier(command),
        None if slice_ is None else read.identifier(slice_),
    )
