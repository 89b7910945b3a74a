"""The frame of messages: each has the number of its format.

Keys that are not known are passed over, so that a newer version may add what an older one can do without. What it
cannot do without, or would misread, takes the next number: an older worker refuses it as a NewerMessage. The formats
before are read for ever.
"""

from collections.abc import Callable
from typing import TypeVar

from xfc_notify.errors import NewerMessage
from xfc_notify.queues.declared import Queue
from xfc_notify.store import json_values as read
from xfc_notify.store.json_values import Json

T = TypeVar("T")


def message(queue: Queue, data: object, load: Callable[[Json], T]) -> T:
    """What `load` reads of a message of this queue; BadMessage if it is not one of ours."""
    if (too_new := newer(queue, data)) is not None:
        raise too_new

    def of_known_format(found: Json) -> T:
        read.count(found["format"], queue.format + 1, least=1)
        return load(found)

    return read.checked(queue.carries, data, of_known_format)


def newer(queue: Queue, data: object) -> NewerMessage | None:
    """What to raise of a message in a format that came after this version; None for any other."""
    number = data.get("format") if isinstance(data, dict) else None
    if not isinstance(number, int) or not queue.format < number < read.COUNT:
        return None
    return NewerMessage(
        f"a {queue.carries} of format {number}, of which this version knows formats up to {queue.format}: "
        "upgrade this worker"
    )
