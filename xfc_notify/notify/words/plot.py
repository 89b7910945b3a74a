"""Draws the course of an area: shares of each limit over 90 days, and the forecast, as a small PNG.

It has a light ground of its own, so that it reads the same in a light and in a dark mail. Colours are not the only
sign: the curves differ in their line too, and are labelled where they end. matplotlib is imported when the first
plot is drawn, not before; no state of its is shared between drawings but its fonts, hence the lock.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from xfc_notify.notify.words.course import AHEAD, WINDOW, Curve
from xfc_notify.notify.words.language import Language, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 420, 250
"""In pixels of a mail; the picture has two dots for each."""

_GROUND, _INK, _SOFT, _FUTURE = "#f7f9fb", "#1f2933", "#52606d", "#e9edf1"
_STYLES = (("#1f6fb2", "-", 2.4), ("#b5541c", (0, (5, 1.6)), 2.0), ("#3f7d4e", (0, (1.5, 1.2)), 2.0))
_SMALL, _LABEL = 9.5, 10.0
_LABEL_DAYS = 55
_LABEL_SHARE = 0.2
"""How much of the height a label takes, with its distance."""
_LOCK = Lock()


def plot(curves: Sequence[Curve], now: datetime, language: Language) -> bytes:
    """The curves as a PNG; at most three are drawn."""
    from PIL import Image

    drawn, png = BytesIO(), BytesIO()
    with _LOCK:
        _drawn(curves[: len(_STYLES)], now, language).savefig(drawn, format="png")  # by Agg, whatever display
    Image.open(drawn).convert("RGB").quantize(64).save(png, "PNG", optimize=True)
    return png.getvalue()


def plot_svg(curves: Sequence[Curve], now: datetime, language: Language) -> bytes:
    """The same as an SVG, whose letters are drawn as lines."""
    drawn = BytesIO()
    with _LOCK:
        _drawn(curves[: len(_STYLES)], now, language).savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _drawn(curves: Sequence[Curve], now: datetime, language: Language) -> "Figure":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200, facecolor=_GROUND)
    axes = figure.add_axes((0.12, 0.115, 0.86, 0.865), facecolor="none")
    _frame(axes, curves, now, language)
    for place, (curve, (colour, line, weight)) in enumerate(zip(curves, _STYLES, strict=False)):
        days = [_days(time, now) for time, _ in curve.points]
        shares = [100 * share for _, share in curve.points]
        axes.plot(days, shares, color=colour, linestyle=line, linewidth=weight, zorder=3)
        axes.plot([days[-1]], [shares[-1]], "o", color=colour, markersize=5, zorder=4)
        if curve.forecast:
            ahead = [(_days(time, now), 100 * share) for time, share in curve.forecast]
            axes.plot(*zip(*ahead, strict=True), color=colour, linestyle=":", linewidth=1.8, zorder=3)
        _label(axes, curves, place, now, colour, language)
    return figure


def _frame(axes: "Axes", curves: Sequence[Curve], now: datetime, language: Language) -> None:
    """The axes: days before and after now, shares of the limit, the limit itself."""
    days = -_days(min(curve.points[0][0] for curve in curves), now)
    left = -90.0 if days > 80 else -max(7.0, days)
    forecast = any(curve.forecast for curve in curves)
    right = -left * (AHEAD / WINDOW if forecast else 0.04)
    top = 100 * max(share for curve in curves for _, share in curve.points)
    axes.set_xlim(left, right)
    axes.set_ylim(0, max(132, 1.32 * top))
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axhline(0, color=_SOFT, linewidth=0.8)
    axes.axhline(100, color=_INK, linewidth=1.2, zorder=2)
    axes.text(left, 102, language.say("limit"), color=_INK, fontsize=_SMALL, va="bottom")
    step = 50 * max(1, round(top / 150))
    shares = range(0, int(max(132, 1.2 * top)), step)
    axes.set_yticks(shares, [language.percent(share) for share in shares])
    ticks = [-60, -30, 0] if left <= -75 else [round(left * 0.7), 0]
    axes.set_xticks(ticks, [_date(day, now, language) for day in ticks])
    axes.tick_params(length=0, labelsize=_SMALL, labelcolor=_SOFT, pad=4)
    if forecast:
        axes.axvspan(0, right, color=_FUTURE, zorder=0)
        axes.text(
            right * 0.96, 2, language.say("forecast"), color=_SOFT, fontsize=_SMALL, ha="right", va="bottom"
        )


def _label(
    axes: "Axes", curves: Sequence[Curve], place: int, now: datetime, colour: str, language: Language
) -> None:
    """The name of a curve, today's share and the limit: above the upper curve, below the others."""
    curve = curves[place]
    now_used = curve.points[-1][1]
    upper = now_used >= max(other.points[-1][1] for other in curves)
    near = [
        100 * share
        for time, share in curve.points
        if _days(time, now) > axes.get_xlim()[0] * _LABEL_DAYS / 90
    ]
    height = _LABEL_SHARE * axes.get_ylim()[1]
    edge = max(near) if upper else max(min(near), height)
    if upper and 100 - height < edge < 101:
        edge = 101.0  # not across the limit's line
    share = language.percent(math.floor(100 * now_used) if now_used <= 1 else math.ceil(100 * now_used))
    axes.annotate(
        curve.title + "\n" + language.say("{used} of {limit}", used=share, limit=curve.limit),
        (0, edge),
        xytext=(-4, 6 if upper else -6),
        textcoords="offset points",
        color=colour,
        fontsize=_LABEL,
        fontweight="bold",
        linespacing=1.15,
        ha="right",
        va="bottom" if upper else "top",
        zorder=5,
        bbox={"facecolor": _GROUND, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
    )


def _days(time: datetime, now: datetime) -> float:
    return (time - now) / timedelta(days=1)


def _date(day: int, now: datetime, language: Language) -> str:
    if day == 0:
        return language.say("today")
    return language.date(now + timedelta(days=day), mark("d MMM"))
