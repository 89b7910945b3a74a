"""How fast an area grows, and where that leads. Pure arithmetic; sizes in bytes, paces in bytes per day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify import trend

Point = tuple[datetime, int]
"""When an area was measured, and its size."""

DAY = timedelta(days=1)
_LEAST_STEP = timedelta(hours=12)
_USUAL = timedelta(days=14)
_FASTER = 2


def spaced(points: Sequence[Point]) -> list[Point]:
    """The points without those less than 12 hours before the next: what an hour adds says nothing of a week."""
    kept = [points[-1]]
    for point in reversed(points[:-1]):
        if kept[-1][0] - point[0] >= _LEAST_STEP:
            kept.append(point)
    return kept[::-1]


def pace(points: Sequence[Point], steady: float | None) -> float:
    """The bytes a day at which the next days are forecast: those of the last step, (u − h)/(b − a).

    Of two points or more, u is the latest, a days old, and h the one before it, b days old. A single large copy
    and a day's pause tell little of the days to come: the pace is never less than the usual one of the last two
    weeks, by least squares, nor more than twice that; `steady` is the usual one where these hold too few scans.
    """
    (before, was), (time, size) = points[-2:]
    last = (size - was) / ((time - before) / DAY)
    recent = trend([point for point in points if point[0] >= time - _USUAL])
    usual = steady if recent is None else recent
    if usual is None:
        return last
    return min(max(last, usual), _FASTER * max(0.0, usual))
