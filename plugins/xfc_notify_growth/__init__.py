"""Growth: how large an area will be in some days, and when it will be full, at its present pace.

It speaks before a quota is reached, and only of what grows: a large area that stays as it is, or one that
is over already, is the business of the quota itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Fact, Finding, Level, PastScan, Usage, days_to, hookimpl
from xfc_notify_growth.forecast import DAY, Point, lasting, likely, pace, spaced

if TYPE_CHECKING:
    from pydantic import BaseModel

_MOST = 10.0
"""A forecast is shown as at most ten times the limit, and is never over: nobody is over a limit in advance."""
_SILENT = (_MOST, _MOST, _MOST)
"""Thresholds that no forecast reaches."""
_LASTING = 3
"""How many times slower than for a beginning the growth is at which an episode ends at once."""
_POINTS_UNDER = 0.05


@dataclass(frozen=True, slots=True)
class _Limit:
    """What is forecast: an amount in a unit, called by a title, of a policy."""

    amount: float
    unit: str
    title: str
    policy: str | None = None


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.growth]"""
    from xfc_notify_growth.settings import GrowthSettings

    return GrowthSettings


@hookimpl
def evaluate(
    area: Area, usage: Usage, history: Sequence[PastScan], now: datetime, settings: Any
) -> Iterable[Finding]:
    """The size that the area will have in 3 or 7 days against its hard quota, and when this will be passed.

    The same of its files where the settings limit these. Nothing without an earlier scan that could read everything.
    """
    whole = [scan for scan in history if scan.complete and scan.as_of < usage.as_of]
    if not whole:
        return
    measured: list[PastScan | Usage] = [*whole, usage]
    if area.hard_quota > 0:
        sizes = [(found.as_of, area.counted(found)) for found in measured]
        space = _Limit(area.hard_quota, "bytes", "hard quota")
        yield _worst(space, sizes, usage.complete, now, settings)
    if settings.files > 0:
        counts = [(found.as_of, found.files) for found in measured]
        files = _Limit(settings.files, "files", "file quota", "growth_files")
        yield _worst(files, counts, usage.complete, now, settings)


def _worst(limit: _Limit, measured: Sequence[Point], complete: bool, now: datetime, settings: Any) -> Finding:
    """The worst forecast by the table in the settings; silent where the limit is passed already or hardly grows."""
    points = spaced(measured)
    as_of, amount = points[-1]
    left, daily = limit.amount - amount, pace(points)
    forecasts = [
        _ahead(limit, amount + (days + (now - as_of) / DAY) * daily, days, shares)
        for days, shares in settings.thresholds.items()
    ]
    full = days_to(left, likely(points)) if days_to(left, daily) is not None else None
    has_fallen = amount < measured[-2][1]  # somebody has just cleaned up: that is no time to begin
    if full is None or full > settings.soon_days or has_fallen:
        lasts = full is not None and full <= _LASTING * settings.soon_days
        forecasts = [_silenced(forecast, lasts) for forecast in forecasts]
    worst = max(
        forecasts,
        key=lambda forecast: (
            forecast.level,
            forecast.used / forecast.limit - (forecast.left_at or forecast.thresholds)[0],
        ),
    )
    known = measured if complete else measured[:-1]
    steady = lasting([point for point in known if point[0] >= as_of - settings.window])
    days = _days_to_full(worst, left, steady, daily)
    facts = (
        {"Growth": Fact("{amount} a day", amount=(steady, limit.unit))}
        if steady > 0 and days is not None
        else {}
    )
    due = None if days is None else as_of + timedelta(days=days)
    return replace(worst, due=due, facts=facts)


def _days_to_full(finding: Finding, left: float, steady: float, daily: float) -> float | None:
    """Days to the limit by the steady growth or, where that contradicts the finding, by the pace that it forecasts."""
    days = days_to(left, steady)
    if finding.level is Level.OK or finding.ahead is None:
        return days
    passes = finding.used > finding.limit
    agrees = days is not None and (days <= finding.ahead) == passes
    return days if agrees else days_to(left, daily)


def _ahead(limit: _Limit, used: float, days: int, shares: tuple[float, float]) -> Finding:
    """A forecast; unlike a quota, a threshold is passed only above it."""
    used = min(max(0.0, used), _MOST * limit.amount)
    return Finding(
        Level(sum(used > share * limit.amount for share in shares)),
        used,
        limit.amount,
        limit.unit,
        limit.title,
        policy=limit.policy,
        thresholds=(*shares, _MOST),
        ahead=days,
        from_history=True,
    )


def _silenced(finding: Finding, lasts: bool) -> Finding:
    """A finding that begins nothing; what it began before lasts, if it is to, until 5 points under as usual."""
    under = [max(0.0, share - _POINTS_UNDER) for share in finding.thresholds]
    left_at = (under[0], under[1], _MOST) if lasts else None
    return replace(finding, level=Level.OK, thresholds=_SILENT, left_at=left_at)
