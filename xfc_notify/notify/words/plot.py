"""The course of an area as a drawing: shares of each limit over 90 days, and the forecast. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify import units
from xfc_notify.notify.words.course import AHEAD, WINDOW, Curve
from xfc_notify.notify.words.language import Language, mark
from xfc_notify.outbox.picture import DATE_STEP, STYLES, Drawing, Line, Point


def plot(
    curves: Sequence[Curve], now: datetime, language: Language, today: datetime | None = None
) -> Drawing:
    """The curves with their words; at most three are drawn. `now` is the time of their last points, which is called
    today unless that is another day."""
    curves = curves[: len(STYLES)]
    days = -_days(min(curve.points[0][0] for curve in curves), now)
    left = -90.0 if days > 80 else -max(7.0, days)
    forecast = any(curve.forecast for curve in curves)
    most = 100 * max(share for curve in curves for _, share in (*curve.points, *curve.forecast))
    dates = sum(curve.passes is not None for curve in curves)
    top = max(112.0, 1.06 * most) / (1 - DATE_STEP * dates)
    step = 50 * max(1, round(most / 200))
    shares = (share for share in range(0, int(top), step) if share != 100)
    ticks = [-60, -30, 0] if left <= -75 else [round(left * 0.7), 0]
    return Drawing(
        lines=tuple(_line(curve, now, language) for curve in curves),
        left=left,
        right=-left * (AHEAD / WINDOW if forecast else 0.07),
        top=top,
        days=tuple((day, _date(day, now, language, today or now)) for day in ticks),
        shares=tuple((share, language.percent(share)) for share in shares),
        limit=language.say("limit"),
        forecast=language.say("forecast") if forecast else "",
    )


def _line(curve: Curve, now: datetime, language: Language) -> Line:
    """A curve, with its name, today's share and the limit, and the date of passing."""
    share = language.percent(units.percent(curve.points[-1][1], 1.0))
    of_limit = language.say("{used} of {limit}", used=share, limit=curve.limit)
    return Line(
        points=_points(curve.points, now),
        forecast=_points(curve.forecast, now),
        name=f"{curve.title}: {of_limit}",
        passes=None if curve.passes is None else round(_days(curve.passes, now), 2),
        date="" if curve.passes is None else language.date(curve.passes, mark("d MMMM")),
    )


def _points(points: Sequence[tuple[datetime, float]], now: datetime) -> tuple[Point, ...]:
    """As exact as can be seen, since they are kept: a quarter of an hour, and a hundredth of a percent."""
    return tuple((round(_days(time, now), 2), round(100 * share, 2)) for time, share in points)


def _days(time: datetime, now: datetime) -> float:
    return (time - now) / timedelta(days=1)


def _date(day: int, now: datetime, language: Language, today: datetime) -> str:
    if day == 0 and language.days_until(now, today) == 0:
        return language.say("today")
    return language.date(now + timedelta(days=day), mark("d MMM"))
