"""How fast an area grows, and when a limit will be passed. Pure arithmetic."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from xfc_notify.domain import Finding

DAY = timedelta(days=1)
WINDOW = timedelta(days=28)
LEAST_SCANS = 3
LEAST_SPAN = timedelta(hours=48)
FAR = timedelta(days=5 * 365)


def due_of(finding: Finding, findings: Iterable[Finding]) -> datetime | None:
    """When the finding's limit will be passed: as its policy says, or one that looks ahead at the same limit."""
    ahead = (it for it in findings if it.ahead is not None and it.due is not None)
    same = (it.due for it in ahead if (it.unit, it.title) == (finding.unit, finding.title))
    return finding.due or next(same, None)


def growth(points: Sequence[tuple[datetime, float]]) -> float | None:
    """How much is added a day, by least squares over the last four weeks of (time, amount), oldest first.

    None with fewer than 3 points, or over less than 48 hours.
    """
    recent = [point for point in points if points[-1][0] - point[0] <= WINDOW]
    if len(recent) < LEAST_SCANS or recent[-1][0] - recent[0][0] < LEAST_SPAN:
        return None
    days = [(time - recent[-1][0]) / DAY for time, _ in recent]
    amounts = [amount for _, amount in recent]
    mean_day, mean_amount = sum(days) / len(days), sum(amounts) / len(amounts)
    rise = sum((day - mean_day) * (it - mean_amount) for day, it in zip(days, amounts, strict=True))
    return rise / sum((day - mean_day) ** 2 for day in days)


def day_of_passing(used: float, limit: float, per_day: float, as_of: datetime) -> datetime | None:
    """When the limit will be passed; None if it is passed, does not grow, or not within five years."""
    if used > limit or per_day <= 0:
        return None
    days = (limit - used) / per_day
    return as_of + days * DAY if days < FAR / DAY else None
