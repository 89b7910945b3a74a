"""Temporal usage from earlier scans, and when a temporal quota will be passed. Pure arithmetic."""

from collections.abc import Sequence
from datetime import datetime, timedelta

DAY = timedelta(days=1)
_FAR = 365 * 100


def usage_from_history(sizes: Sequence[tuple[datetime, int]]) -> float:
    """Byte-days from the sizes found by successive scans, oldest first, the last one now.

    T = Sₙ + Σ min(Sᵢ₋₁, smallest later size) · Δdays, walking backwards: what is there now has been there as
    long as the area was never smaller; Sₙ itself counts one day. Daily 100, 100, 40, 60 give 180.
    """
    latest, size = sizes[-1]
    total, smallest = float(size), size
    for as_of, earlier in reversed(sizes[:-1]):
        smallest = min(smallest, earlier)
        total += smallest * ((latest - as_of) / DAY)
        latest = as_of
    return total


def day_of_passing(used: float, size: int, limit: float, as_of: datetime) -> datetime | None:
    """When the quota will be passed if nothing changes: usage grows by `size` every day.

    None if it is passed already, or will not be within a hundred years.
    """
    if used > limit or size <= 0:
        return None
    days = (limit - used) / size
    return as_of + timedelta(days=days) if days < _FAR else None
