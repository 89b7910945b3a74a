"""How fast something grows, and when it reaches a limit. Pure arithmetic, in any unit and that unit a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt

DAY = timedelta(days=1)
FAR = 5 * 365.0
"""Days beyond which no date is told."""
LEAST_POINTS = 3
LEAST_SPAN = timedelta(hours=48)


def trend(points: Sequence[tuple[datetime, float]]) -> float | None:
    """How much is added a day, by least squares over (time, amount), oldest first.

    None for fewer than 3 points, or over less than 48 hours.
    """
    if len(points) < LEAST_POINTS or points[-1][0] - points[0][0] < LEAST_SPAN:
        return None
    days = [(time - points[-1][0]) / DAY for time, _ in points]
    middle = sum(days) / len(days)
    along = sum((day - middle) * amount for day, (_, amount) in zip(days, points, strict=True))
    return along / sum((day - middle) ** 2 for day in days)


def days_to(left: float, pace: float, growth: float = 0.0, far: float = FAR) -> float | None:
    """The t ≥ 0 at which pace·t + growth·t²/2 = left; None if that never comes, or not within `far` days.

    Of a size, `pace` is its growth. Of byte-days, `pace` is the size, and `growth` the growth of the size.
    """
    if not 0 <= left <= far * pace + max(0.0, growth) * far**2 / 2:
        return None
    discriminant = pace * pace + 2 * growth * left
    if discriminant < 0 or (divisor := pace + sqrt(discriminant)) <= 0:
        return None
    days = 2 * left / divisor
    return days if days <= far else None


def day_of_passing(
    used: float, limit: float, per_day: float, as_of: datetime, far: float = FAR
) -> datetime | None:
    """When the limit will be passed if so much is added every day.

    None if it is passed already, nothing is added, or not within `far` days.
    """
    days = days_to(limit - used, per_day, far=far) if per_day > 0 else None
    return None if days is None else as_of + timedelta(days=days)
