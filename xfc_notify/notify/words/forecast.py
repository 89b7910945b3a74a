"""How fast an area has grown lately, and when a limit will be passed. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from xfc_notify.domain import Finding
from xfc_notify.forecast import trend

WINDOW = timedelta(days=28)


def due_of(finding: Finding, findings: Iterable[Finding]) -> datetime | None:
    """When the finding's limit will be passed: as its policy says, or one that looks ahead at the same limit."""
    ahead = (other for other in findings if other.ahead is not None and other.due is not None)
    same = (other.due for other in ahead if (other.unit, other.title) == (finding.unit, finding.title))
    return finding.due or next(same, None)


def growth(points: Sequence[tuple[datetime, float]]) -> float | None:
    """How much is added a day over the last four weeks of (time, amount), oldest first; as `forecast.trend`."""
    return trend([point for point in points if points[-1][0] - point[0] <= WINDOW])
