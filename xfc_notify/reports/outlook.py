"""Where the use of a group leads, from its last captures. Pure arithmetic, in bytes or files.

The pace is that between the newest point and the third-newest, or the oldest if there are fewer: u, a days old, and h,
b days old, give (u − h)/(b − a) a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify.domain import Level
from xfc_notify.forecast import days_to

Point = tuple[datetime, float]
"""The time of a capture, and how much there was."""

DAY = timedelta(days=1)
SHARES = {3: (0.80, 0.85), 7: (0.85, 0.95)}
"""Days ahead → shares of the quota above which the forecast is a notice, and a warning."""


def pace(points: Sequence[Point]) -> float:
    """What a day adds, of points with the oldest first; 0 of a single one, or where no time lies between."""
    if not points:
        return 0.0
    before, was = points[max(0, len(points) - 3)]
    time, is_now = points[-1]
    return (is_now - was) / ((time - before) / DAY) if time > before else 0.0


def ahead(points: Sequence[Point], days: float) -> float:
    """How much there will be so many days after the newest point."""
    return points[-1][1] + days * pace(points)


def full_date(points: Sequence[Point], quota: float) -> datetime | None:
    """When the quota will be full; None without a quota, if nothing is added, or not within 5 × 365 days.

    What is full already has been so since its newest point, at the latest.
    """
    if not points or quota <= 0:
        return None
    time, used = points[-1]
    if used >= quota:
        return time
    daily = pace(points)
    days = days_to(quota - used, daily) if daily > 0 else None
    return None if days is None else time + timedelta(days=days)


def worst(points: Sequence[Point], quota: float) -> tuple[Level, int, float]:
    """The level that the forecasts come to, how many days ahead, and how much there will be then.

    Strictly above a share; ok without a quota, or where nothing grows.
    """
    grows = quota > 0 and pace(points) > 0
    found = [
        (Level(sum(grows and used > share * quota for share in shares)), days, used)
        for days, shares in SHARES.items()
        for used in [ahead(points, days)]
    ]
    return max(found, key=lambda one: (one[0], one[1]))
