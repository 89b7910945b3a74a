"""How fast something grows, and when it reaches a limit. Pure arithmetic, in any unit and that unit a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

DAY = timedelta(days=1)
FAR = 5 * 365.0
"""Days beyond which no date is told."""
WINDOW = timedelta(days=28)
"""How far back scans tell what is to come."""
LEAST_STEP = timedelta(hours=12)
"""Less time between two scans tells nothing of the days to come."""

Point = tuple[datetime, float]
"""A time, and the amount found then."""


def trend(points: Sequence[Point]) -> float | None:
    """How much is added a day, by least squares over (time, amount), oldest first.

    None for fewer than 2 points, or over less than 12 hours.
    """
    if len(points) < 2 or points[-1][0] - points[0][0] < LEAST_STEP:
        return None
    days = [(time - points[-1][0]) / DAY for time, _ in points]
    middle = sum(days) / len(days)
    along = sum((day - middle) * amount for day, (_, amount) in zip(days, points, strict=True))
    return along / sum((day - middle) ** 2 for day in days)


def pace_of_byte_days(sizes: Sequence[Point], byte_days: Sequence[Point]) -> tuple[float, float] | None:
    """How many byte-days a day adds at the end of these scans, and how much more from day to day.

    Both lists are of the same times. Where nothing is deleted a day adds the size, and more as the size grows; where
    files are replaced it adds less, and always the same. `kept`, the share of the byte-days to come that stayed, tells
    how much of either holds. None as of `trend`.
    """
    pace, growth = trend(byte_days), trend(sizes)
    if pace is None or growth is None:
        return None
    steady, more = _pace_of_replaced(byte_days, pace, growth)
    kept = _kept_share(sizes, byte_days)
    weight = kept**2
    size = sizes[-1][1]
    return (
        weight * kept * size + (1 - weight) * min(steady, size),
        weight * kept * growth + (1 - weight) * more,
    )


def _pace_of_replaced(byte_days: Sequence[Point], pace: float, growth: float) -> tuple[float, float]:
    """The pace at the end as the two halves of the byte-days tell it, and its growth: never more than the size's."""
    middle, span = len(byte_days) // 2, (byte_days[-1][0] - byte_days[0][0]) / DAY
    first, second = trend(byte_days[: middle + 1]), trend(byte_days[middle:])
    more = growth if first is None or second is None else (second - first) / (span / 2)
    more = min(max(more, min(0.0, growth)), max(0.0, growth))
    return pace + more * span / 2, more


def _kept_share(sizes: Sequence[Point], byte_days: Sequence[Point]) -> float:
    """Of the byte-days that came at least, the area under the sizes, the share that no deletion took away; 0 to 1."""
    came = sum(min(was, now) * ((time - before) / DAY) for (before, was), (time, now) in pairwise(sizes))
    return min(1.0, max(0.0, (byte_days[-1][1] - byte_days[0][1]) / came)) if came > 0 else 1.0


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
    used: float, limit: float, per_day: float, as_of: datetime, growth: float = 0.0
) -> datetime | None:
    """When the limit will be passed if so much is added every day, and `growth` more from day to day.

    None if it is passed already, nothing is added, or not within five years.
    """
    days = days_to(limit - used, per_day, growth) if per_day > 0 else None
    return None if days is None else as_of + timedelta(days=days)
