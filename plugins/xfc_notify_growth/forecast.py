"""How fast an area grows, and where that leads. Pure arithmetic; sizes in bytes, paces in bytes a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt

Point = tuple[datetime, int]
"""When an area was measured, and its size."""

DAY = timedelta(days=1)
FAR = 5 * 365
"""Days beyond which no date is told."""

_LEAST_SCANS = 3
_LEAST_SPAN = timedelta(hours=48)
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


def trend(points: Sequence[Point]) -> float | None:
    """Bytes a day by least squares; None for fewer than 3 points, or less than 48 hours."""
    if len(points) < _LEAST_SCANS or points[-1][0] - points[0][0] < _LEAST_SPAN:
        return None
    days = [(time - points[0][0]) / DAY for time, _ in points]
    middle = sum(days) / len(days)
    along = sum((day - middle) * size for day, (_, size) in zip(days, points, strict=True))
    return along / sum((day - middle) ** 2 for day in days)


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


def days_to(left: float, pace: float, growth: float = 0.0) -> float | None:
    """The t ≥ 0 at which pace·t + growth·t²/2 = left; None if that never comes, or not within five years.

    Of a size, `pace` is its growth. Of byte-days, `pace` is the size, and `growth` the growth of the size.
    """
    if not 0 <= left <= FAR * pace + max(0.0, growth) * FAR**2 / 2:
        return None
    discriminant = pace * pace + 2 * growth * left
    if discriminant < 0 or (divisor := pace + sqrt(discriminant)) <= 0:
        return None
    days = 2 * left / divisor
    return days if days <= FAR else None
