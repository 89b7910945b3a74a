"""How fast something grows, and where that leads. Pure arithmetic; amounts in bytes or files, paces in those a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from xfc_notify import trend

Point = tuple[datetime, float]
"""When an area was measured, and how much was found."""

DAY = timedelta(days=1)
_LEAST_STEP = timedelta(hours=12)
_USUAL = timedelta(days=14)
_FASTER = 2
_COPY_SCANS = 7
"""Of fewer scans a single step says all that is known."""


def spaced(points: Sequence[Point]) -> list[Point]:
    """The points without those less than 12 hours before the next: what an hour adds says nothing of a week."""
    kept = [points[-1]]
    for point in reversed(points[:-1]):
        if kept[-1][0] - point[0] >= _LEAST_STEP:
            kept.append(point)
    return kept[::-1]


def pace(points: Sequence[Point]) -> float:
    """The amount a day at which the next days are forecast: (u − h)/(b − a).

    u is the latest, a days old; h, b days old, is the one before the one before it, or the oldest. Of a single point
    it is 0.
    """
    before, was = points[max(0, len(points) - 3)]
    time, is_now = points[-1]
    return (is_now - was) / ((time - before) / DAY) if time > before else 0.0


def likely(points: Sequence[Point]) -> float:
    """The pace that is likely to last: at least the usual one of the last two weeks, and at most twice that.

    A single large copy and a day's pause tell little of the weeks to come.
    """
    last, usual = pace(points), trend([point for point in points if point[0] >= points[-1][0] - _USUAL])
    return last if usual is None else min(max(last, usual), _FASTER * max(0.0, usual))


def lasting(points: Sequence[Point]) -> float:
    """The pace of these weeks, by least squares; 0 where nothing but a single copy has added anything."""
    usual = trend(points)
    steps = [now - was for (_, was), (_, now) in pairwise(points)]
    if usual is None or (len(points) >= _COPY_SCANS and sum(steps) <= max(steps)):
        return 0.0
    return usual
