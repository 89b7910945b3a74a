"""Pictures of messages: what is to be drawn, kept with the message, and drawn when somebody looks at it.

A picture has a light ground of its own, so that it reads the same in a light and in a dark mail. Colours are not the
only sign: the curves differ in their line too. Their names stand above the drawing, where no curve comes. matplotlib
is imported when the first picture is drawn, not before; no state of its is shared between pictures but its fonts,
hence the lock.
"""

import logging
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 420, 296
"""In pixels of a mail; the picture has two dots for each. A narrow mail shows it at three quarters."""

_GROUND, _INK, _SOFT, _FUTURE = "#f7f9fb", "#1f2933", "#52606d", "#e6ebf0"
STYLES: tuple[tuple[str, Any, float], ...] = (
    ("#1f6fb2", "-", 2.4),
    ("#b5541c", (0, (5, 1.6)), 2.2),
    ("#3f7d4e", (0, (1.5, 1.2)), 2.2),
)
"""Colour, line and weight of the curves, of which there are no more."""
_SMALL, _LABEL = 11.0, 11.5
_COLUMNS = 36
"""Longer names are smaller."""
_ROW = 22
"""How much of the height a name takes, in pixels."""
_LEFT, _RIGHT, _BELOW, _ABOVE = 60, 8, 30, 8
"""Margins of the drawing, in pixels."""
DATE_STEP = 0.13
"""How much of the height the date of passing takes."""
_GAP_DAYS = 2.0
_KEPT = 500
"""How many drawings of pages are kept: to draw one takes a hundred times as long as to show a page."""
_EMPTY = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
"""A picture with nothing on it."""
_LOCK = Lock()
log = logging.getLogger(__name__)

Point = tuple[float, float]
"""Days from now, and percent of the limit."""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its points, oldest first, the last one now; where it leads, if it is known; and its name.

    passes, date   in how many days it passes the limit, and that date; None and empty if it does not
    """

    points: tuple[Point, ...]
    forecast: tuple[Point, ...]
    name: str
    passes: float | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a picture shows, with its words; what is to be kept of it.

    left, right, top   where the axes end: days from now, percent
    days, shares       what stands at the axes: (place, words)
    limit, forecast    words for the line at 100 % and for what lies ahead, empty if there is none
    """

    lines: tuple[Line, ...]
    left: float
    right: float
    top: float
    days: tuple[tuple[float, str], ...]
    shares: tuple[tuple[float, str], ...]
    limit: str
    forecast: str

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `as_json` made."""
        lines = tuple(
            Line(**{**line, "points": _pairs(line["points"]), "forecast": _pairs(line["forecast"])})
            for line in stored["lines"]
        )
        axes = {name: _pairs(stored[name]) for name in ("days", "shares")}
        return cls(**{**stored, "lines": lines, **axes})


class Pictures(Mapping[str, bytes]):
    """Content id → PNG, drawn when it is looked at. One that cannot be drawn is empty: it costs nobody a message."""

    def __init__(self, drawings: Mapping[str, Drawing]) -> None:
        self.drawings = drawings

    def __getitem__(self, name: str) -> bytes:
        drawing = self.drawings[name]
        try:
            return draw(drawing)
        except Exception:
            log.exception("the picture %s could not be drawn", name)
            return _EMPTY

    def __iter__(self) -> Iterator[str]:
        return iter(self.drawings)

    def __len__(self) -> int:
        return len(self.drawings)


def draw(drawing: Drawing) -> bytes:
    """The picture as a small PNG."""
    from PIL import Image

    drawn, png = BytesIO(), BytesIO()
    with _LOCK:
        figure_of(drawing).savefig(drawn, format="png")  # by Agg, whatever display there is
    Image.open(drawn).convert("RGB").quantize(64).save(png, "PNG", optimize=True)
    return png.getvalue()


@lru_cache(maxsize=_KEPT)
def draw_svg(drawing: Drawing) -> bytes:
    """The same as an SVG, whose letters are drawn as lines."""
    drawn = BytesIO()
    with _LOCK:
        figure_of(drawing).savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def figure_of(drawing: Drawing) -> "Figure":
    """The drawing, before it becomes a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200, facecolor=_GROUND)
    head = _ABOVE + _ROW * len(drawing.lines) + _BELOW / 3
    inner = (
        _LEFT / WIDTH,
        _BELOW / HEIGHT,
        1 - (_LEFT + _RIGHT) / WIDTH,
        1 - (_BELOW + head) / HEIGHT,
    )
    axes = figure.add_axes(inner, facecolor="none")
    _frame(axes, drawing)
    for place, (line, (colour, stroke, weight)) in enumerate(zip(drawing.lines, STYLES, strict=False)):
        for run in runs(line.points):
            mark = "o" if len(run) == 1 else ""
            axes.plot(
                *zip(*run, strict=True),
                marker=mark,
                markersize=3,
                color=colour,
                linestyle=stroke,
                linewidth=weight,
                zorder=3,
            )
        days, share = line.points[-1]
        axes.plot([days], [share], "o", color=colour, markersize=5, zorder=4)
        if line.forecast:
            axes.plot(*zip(*line.forecast, strict=True), color=colour, linestyle=":", linewidth=2, zorder=3)
        _name(figure, line, place)
    _mark_passing(axes, drawing)
    return figure


def runs(points: Sequence[Point]) -> list[list[Point]]:
    """The points in runs without a gap: where nothing was measured for three times as long as usual, and more than two
    days, no line tells what was there."""
    steps = sorted(after[0] - before[0] for before, after in pairwise(points))
    most = max(_GAP_DAYS, 3 * steps[len(steps) // 2]) if steps else 0
    found = [[points[0]]]
    for before, after in pairwise(points):
        if after[0] - before[0] > most:
            found.append([])
        found[-1].append(after)
    return found


def _frame(axes: "Axes", drawing: Drawing) -> None:
    """The axes: days before and after now, shares of the limit, the limit itself."""
    axes.set_xlim(drawing.left, drawing.right)
    axes.set_ylim(0, drawing.top)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axhline(0, color=_SOFT, linewidth=0.8)
    shares = drawing.shares
    if drawing.limit:
        axes.axhline(100, color=_INK, linewidth=1.2, zorder=2)
        shares = (*shares, (100, drawing.limit))
    axes.set_yticks([share for share, _ in shares], [words for _, words in shares])
    axes.set_xticks([day for day, _ in drawing.days], [words for _, words in drawing.days])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")  # what comes after it is the forecast
    axes.tick_params(length=0, labelsize=_SMALL, labelcolor=_SOFT, pad=5)
    if drawing.limit:
        axes.get_yticklabels()[-1].set(color=_INK, fontweight="bold")
    if drawing.forecast:
        axes.axvspan(0, drawing.right, color=_FUTURE, zorder=0)
        axes.annotate(
            drawing.forecast,
            (drawing.right, 0),
            xytext=(0, -5),
            textcoords="offset points",
            color=_SOFT,
            fontsize=_SMALL,
            ha="right",
            va="top",
        )


def _name(figure: "Figure", line: Line, place: int) -> None:
    """The name of a curve with its line, in a row above the drawing."""
    from matplotlib.lines import Line2D

    colour, stroke, weight = STYLES[place]
    height = 1 - (_ABOVE + _ROW * (place + 0.5)) / HEIGHT
    ends = [12 / WIDTH, 42 / WIDTH]
    figure.add_artist(Line2D(ends, [height, height], color=colour, linestyle=stroke, linewidth=weight))
    figure.text(
        50 / WIDTH,
        height,
        line.name,
        color=colour,
        fontsize=_LABEL * min(1, _COLUMNS / len(line.name)),
        fontweight="bold",
        va="center_baseline",
    )


def _mark_passing(axes: "Axes", drawing: Drawing) -> None:
    """The days on which limits are passed: a mark on the line of the limit, and the date above all curves.

    The dates stand in the order of the names.
    """
    passing = [
        (line, line.passes, style[0])
        for line, style in zip(drawing.lines, STYLES, strict=False)
        if line.passes is not None
    ]
    for place, (line, day, colour) in enumerate(passing):
        height = 1 - DATE_STEP * (place + 0.5)
        axes.plot([day], [100], "D", color=colour, markersize=6, zorder=5)
        axes.text(
            drawing.right,
            height * drawing.top,
            line.date,
            color=colour,
            fontsize=_LABEL,
            fontweight="bold",
            ha="right",
            va="center",
            zorder=5,
        )


def _pairs(stored: Any) -> tuple[tuple[Any, Any], ...]:
    return tuple((one, other) for one, other in stored)
