"""Draws the course of an area: shares of each limit over 90 days, and the forecast, as a small PNG.

It has a light ground of its own, so that it reads the same in a light and in a dark mail. Colours are not the only
sign: the curves differ in their line too. Their names stand above the drawing, where no curve comes. matplotlib is
imported when the first plot is drawn, not before; no state of its is shared between drawings but its fonts, hence the
lock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from xfc_notify import units
from xfc_notify.notify.words.course import AHEAD, WINDOW, Curve
from xfc_notify.notify.words.language import Language, mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 420, 296
"""In pixels of a mail; the picture has two dots for each. A narrow mail shows it at three quarters."""

_GROUND, _INK, _SOFT, _FUTURE = "#f7f9fb", "#1f2933", "#52606d", "#e6ebf0"
_STYLES: tuple[tuple[str, Any, float], ...] = (
    ("#1f6fb2", "-", 2.4),
    ("#b5541c", (0, (5, 1.6)), 2.2),
    ("#3f7d4e", (0, (1.5, 1.2)), 2.2),
)
_SMALL, _LABEL = 11.0, 11.5
_COLUMNS = 36
"""Longer names are smaller."""
_ROW = 22
"""How much of the height a name takes, in pixels."""
_LEFT, _RIGHT, _BELOW, _ABOVE = 60, 8, 30, 8
"""Margins of the drawing, in pixels."""
_DATE_STEP = 0.13
"""How much of the height the date of passing takes."""
_LOCK = Lock()


def plot(curves: Sequence[Curve], now: datetime, language: Language) -> bytes:
    """The curves as a PNG; at most three are drawn."""
    from PIL import Image

    drawn, png = BytesIO(), BytesIO()
    with _LOCK:
        figure_of(curves[: len(_STYLES)], now, language).savefig(
            drawn, format="png"
        )  # by Agg, whatever display
    Image.open(drawn).convert("RGB").quantize(64).save(png, "PNG", optimize=True)
    return png.getvalue()


def plot_svg(curves: Sequence[Curve], now: datetime, language: Language) -> bytes:
    """The same as an SVG, whose letters are drawn as lines."""
    drawn = BytesIO()
    with _LOCK:
        figure_of(curves[: len(_STYLES)], now, language).savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def figure_of(curves: Sequence[Curve], now: datetime, language: Language) -> "Figure":
    """The drawing, before it becomes a picture; at most three curves."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200, facecolor=_GROUND)
    head = _ABOVE + _ROW * len(curves) + _BELOW / 3
    inner = (
        _LEFT / WIDTH,
        _BELOW / HEIGHT,
        1 - (_LEFT + _RIGHT) / WIDTH,
        1 - (_BELOW + head) / HEIGHT,
    )
    axes = figure.add_axes(inner, facecolor="none")
    _frame(axes, curves, now, language)
    for place, (curve, (colour, line, weight)) in enumerate(zip(curves, _STYLES, strict=False)):
        days = [_days(time, now) for time, _ in curve.points]
        shares = [100 * share for _, share in curve.points]
        axes.plot(days, shares, color=colour, linestyle=line, linewidth=weight, zorder=3)
        axes.plot([days[-1]], [shares[-1]], "o", color=colour, markersize=5, zorder=4)
        if curve.forecast:
            ahead = [(_days(time, now), 100 * share) for time, share in curve.forecast]
            axes.plot(*zip(*ahead, strict=True), color=colour, linestyle=":", linewidth=2, zorder=3)
        _name(figure, curve, place, language)
    _mark_passing(axes, curves, now, language)
    return figure


def _frame(axes: "Axes", curves: Sequence[Curve], now: datetime, language: Language) -> None:
    """The axes: days before and after now, shares of the limit, the limit itself."""
    days = -_days(min(curve.points[0][0] for curve in curves), now)
    left = -90.0 if days > 80 else -max(7.0, days)
    forecast = any(curve.forecast for curve in curves)
    right = -left * (AHEAD / WINDOW if forecast else 0.07)
    top = 100 * max(share for curve in curves for _, share in (*curve.points, *curve.forecast))
    dates = sum(curve.passes is not None for curve in curves)
    axes.set_xlim(left, right)
    axes.set_ylim(0, max(112.0, 1.06 * top) / (1 - _DATE_STEP * dates))
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axhline(0, color=_SOFT, linewidth=0.8)
    axes.axhline(100, color=_INK, linewidth=1.2, zorder=2)
    step = 50 * max(1, round(top / 200))
    shares = [share for share in range(0, int(axes.get_ylim()[1]), step) if share != 100]
    names = [language.percent(share) for share in shares]
    axes.set_yticks([*shares, 100], [*names, language.say("limit")])
    ticks = [-60, -30, 0] if left <= -75 else [round(left * 0.7), 0]
    axes.set_xticks(ticks, [_date(day, now, language) for day in ticks])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")  # what comes after it is the forecast
    axes.tick_params(length=0, labelsize=_SMALL, labelcolor=_SOFT, pad=5)
    axes.get_yticklabels()[-1].set(color=_INK, fontweight="bold")
    if forecast:
        axes.axvspan(0, right, color=_FUTURE, zorder=0)
        axes.annotate(
            language.say("forecast"),
            (right, 0),
            xytext=(0, -5),
            textcoords="offset points",
            color=_SOFT,
            fontsize=_SMALL,
            ha="right",
            va="top",
        )


def _name(figure: "Figure", curve: Curve, place: int, language: Language) -> None:
    """The name of a curve with its line, today's share and the limit, in a row above the drawing."""
    from matplotlib.lines import Line2D

    colour, line, weight = _STYLES[place]
    height = 1 - (_ABOVE + _ROW * (place + 0.5)) / HEIGHT
    used = curve.points[-1][1]
    share = language.percent(units.percent(used, 1.0))
    of_limit = language.say("{used} of {limit}", used=share, limit=curve.limit)
    ends = [12 / WIDTH, 42 / WIDTH]
    figure.add_artist(Line2D(ends, [height, height], color=colour, linestyle=line, linewidth=weight))
    name = f"{curve.title}: {of_limit}"
    figure.text(
        50 / WIDTH,
        height,
        name,
        color=colour,
        fontsize=_LABEL * min(1, _COLUMNS / len(name)),
        fontweight="bold",
        va="center_baseline",
    )


def _mark_passing(axes: "Axes", curves: Sequence[Curve], now: datetime, language: Language) -> None:
    """The days on which limits are passed: a mark on the line of the limit, and the date above all curves.

    The dates stand in the order of the names.
    """
    passing = [
        (curve.passes, style[0]) for curve, style in zip(curves, _STYLES, strict=False) if curve.passes
    ]
    top = axes.get_ylim()[1]
    for place, (time, colour) in enumerate(passing):
        height = 1 - _DATE_STEP * (place + 0.5)
        axes.plot([_days(time, now)], [100], "D", color=colour, markersize=6, zorder=5)
        axes.text(
            axes.get_xlim()[1],
            height * top,
            language.date(time, mark("d MMMM")),
            color=colour,
            fontsize=_LABEL,
            fontweight="bold",
            ha="right",
            va="center",
            zorder=5,
        )


def _days(time: datetime, now: datetime) -> float:
    return (time - now) / timedelta(days=1)


def _date(day: int, now: datetime, language: Language) -> str:
    if day == 0:
        return language.say("today")
    return language.date(now + timedelta(days=day), mark("d MMM"))
