"""How a scan is cut: pure arithmetic of slices."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

from xfc_notify.errors import BadMessage
from xfc_notify.paths import show

SHARERS = 8
"""How many slices a scan is divided into, so that as many workers can share it."""

URGENT = datetime(1970, 1, 1, tzinfo=UTC)
"""The order time of a slice that goes before all others, and is sent however many are under way."""


def new_slice(scan_id: str, directories: Sequence[bytes], ordered_at: datetime) -> dict[str, Any]:
    """A slice of these directories, as the values of its row."""
    return {
        "id": str(uuid4()),
        "scan": scan_id,
        "directories": [show(path) for path in directories],
        "ordered_at": ordered_at,
    }


def shares(directories: Sequence[bytes], others: int) -> list[Sequence[bytes]]:
    """Deal out directories to as many slices as keep the scan divided among SHARERS."""
    hands = min(len(directories), max(1, SHARERS - others))
    return [directories[hand::hands] for hand in range(hands)]


def check_remaining(remaining: Sequence[bytes], ordered: set[bytes]) -> None:
    """What remains lies inside what was ordered, is not all of it, and nothing of it twice.

    Else a scan would never end, or something count twice.
    """
    if set(remaining) >= ordered:
        raise BadMessage("an answer that measured nothing of what was ordered")
    for path in remaining:
        above = path
        while above not in ordered:
            if not above:
                raise BadMessage("an answer about directories that were not ordered")
            above = above.rpartition(b"/")[0]
    # With the least of all bytes between its components, a path is followed by what lies inside it.
    in_order = sorted(path.replace(b"/", b"\0") + b"\0" for path in remaining)
    if any(inner.startswith(outer) for outer, inner in pairwise(in_order)):
        raise BadMessage("an answer with directories that lie inside each other")
