"""Growth: how large an area will be in some days, and when it will pass its quotas, at its present pace.

It speaks before the quotas are reached, and only of what grows: a large area that stays as it is, or one that
is over already, is the business of the quotas themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from xfc_notify import Area, Finding, Level, PastScan, Usage, days_to, format_size, hookimpl, trend
from xfc_notify_growth.forecast import DAY, Point, pace, spaced

if TYPE_CHECKING:
    from pydantic import BaseModel

_MOST = 10.0
"""A forecast is shown as at most ten times the limit, and is never over: nobody is over a limit in advance."""
_SILENT = (_MOST, _MOST, _MOST)
"""Thresholds that no forecast reaches."""
_WEEK = 7
_LASTING = 3
"""How many times slower than for a beginning the growth is at which an episode ends at once."""
_POINTS_UNDER = 0.05


@hookimpl
def settings_model() -> "type[BaseModel]":
    """[plugins.growth]"""
    from xfc_notify_growth.settings import GrowthSettings

    return GrowthSettings


@hookimpl
def evaluate(
    area: Area, usage: Usage, history: Sequence[PastScan], now: datetime, settings: Any
) -> Iterable[Finding]:
    """The size that the area will have in 3 or 7 days against its hard quota, and when both quotas will be passed.

    Nothing without a scan at least 12 hours earlier that could read everything.
    """
    earlier: list[PastScan | Usage] = [scan for scan in history if scan.complete and scan.as_of < usage.as_of]
    points = spaced([(measured.as_of, area.counted(measured)) for measured in (*earlier, usage)])
    if len(points) < 2:
        return
    known = [*earlier, usage] if usage.complete else earlier
    lately = [measured for measured in known if measured.as_of >= usage.as_of - settings.window]
    if area.hard_quota > 0:
        steady = trend([(measured.as_of, area.counted(measured)) for measured in lately])
        yield _of_space(area, points, steady, now, settings)
    longer = trend([(measured.as_of, measured.size) for measured in lately])
    if area.temporal_quota > 0 and longer is not None:
        yield _of_byte_days(area, usage, longer)


def _of_space(
    area: Area, points: Sequence[Point], steady: float | None, now: datetime, settings: Any
) -> Finding:
    """The worst forecast by the table in the settings; silent where the area is over already or hardly grows."""
    as_of, size = points[-1]
    left, daily = area.hard_quota - size, pace(points, steady)
    due = _due(as_of, days_to(left, steady or 0))
    forecasts = [
        _ahead(area, size + (days + (now - as_of) / DAY) * daily, days, shares)
        for days, shares in settings.thresholds.items()
    ]
    full = days_to(left, daily)
    if full is None or full > settings.soon_days:
        lasts = full is not None and full <= _LASTING * settings.soon_days
        forecasts = [_silenced(forecast, lasts) for forecast in forecasts]
    worst = max(
        forecasts,
        key=lambda forecast: (
            forecast.level,
            forecast.used / forecast.limit - (forecast.left_at or forecast.thresholds)[0],
        ),
    )
    facts = {"Growth": f"{format_size(steady)} a day"} if steady and due else {}
    return replace(worst, due=due, facts=facts)


def _ahead(area: Area, used: float, days: int, shares: tuple[float, float]) -> Finding:
    """A forecast; unlike a quota, a threshold is passed only above it."""
    quota = area.hard_quota
    used = min(max(0.0, used), _MOST * quota)
    level = Level(sum(used > share * quota for share in shares))
    return Finding(level, used, quota, "bytes", "hard quota", thresholds=(*shares, _MOST), ahead=days)


def _silenced(finding: Finding, lasts: bool) -> Finding:
    """A finding that begins nothing; what it began before lasts, if it is to, until 5 points under as usual."""
    under = [max(0.0, share - _POINTS_UNDER) for share in finding.thresholds]
    left_at = (under[0], under[1], _MOST) if lasts else None
    return replace(finding, level=Level.OK, thresholds=_SILENT, left_at=left_at)


def _of_byte_days(area: Area, usage: Usage, steady: float) -> Finding:
    """The day on which the temporal quota will be passed with the growth taken in: TU + S·t + ½·g·t².

    Never above ok: the quota itself speaks of what is used, and this only tells a better date.
    """
    used, quota, size = usage.temporal_usage, area.temporal_quota, usage.size
    due = _due(usage.as_of, days_to(quota - used, size, steady))
    then = used + size * _WEEK + steady * _WEEK**2 / 2
    facts = (
        {"Temporal quota": f"passed on {due.day} {due:%B %Y} if growth goes on"} if due and steady > 0 else {}
    )
    return Finding(
        Level.OK,
        min(max(0.0, then), _MOST * quota),
        quota,
        "byte-days",
        "temporal quota",
        due,
        facts,
        policy="growth_temporal",
        thresholds=_SILENT,
        ahead=_WEEK,
    )


def _due(as_of: datetime, days: float | None) -> datetime | None:
    return None if days is None else as_of + timedelta(days=days)
