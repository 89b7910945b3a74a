"""Pictures of messages: what is to be drawn, kept with the message, and drawn when somebody looks at it.

A picture has a light ground of its own, so that it reads the same in a light and in a dark mail. Colours are not the
only sign: the curves differ in their line too, and are labelled where they end. matplotlib is imported when the first
picture is drawn, not before; no state of its is shared between pictures but its fonts, hence the lock.
"""

import logging
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 420, 250
"""In pixels of a mail; the picture has two dots for each."""

_GROUND, _INK, _SOFT, _FUTURE = "#f7f9fb", "#1f2933", "#52606d", "#e9edf1"
STYLES = (("#1f6fb2", "-", 2.4), ("#b5541c", (0, (5, 1.6)), 2.0), ("#3f7d4e", (0, (1.5, 1.2)), 2.0))
"""Colour, line and weight of the curves, of which there are no more."""
_SMALL, _LABEL = 9.5, 10.0
_LABEL_DAYS = 55
_LABEL_SHARE = 0.2
"""How much of the height a label takes, with its distance."""
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
    """A curve: its points, oldest first, the last one now; where it leads, if it is known; and its label."""

    points: tuple[Point, ...]
    forecast: tuple[Point, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a picture shows, with its words; what is to be kept of it.

    left, right, top   where the axes end: days from now, percent
    days, shares       what stands at the axes: (place, words)
    limit, forecast    words for the line at 100 % and for what lies ahead, empty if nothing does
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
            Line(_pairs(line["points"]), _pairs(line["forecast"]), line["label"]) for line in stored["lines"]
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
    with _LOCK:
        return _draw(drawing)


def _draw(drawing: Drawing) -> bytes:
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=200, facecolor=_GROUND)
    axes = figure.add_axes((0.12, 0.115, 0.86, 0.865), facecolor="none")
    _frame(axes, drawing)
    for line, (colour, stroke, weight) in zip(drawing.lines, STYLES, strict=False):
        axes.plot(*zip(*line.points, strict=True), color=colour, linestyle=stroke, linewidth=weight, zorder=3)
        days, share = line.points[-1]
        axes.plot([days], [share], "o", color=colour, markersize=5, zorder=4)
        if line.forecast:
            axes.plot(*zip(*line.forecast, strict=True), color=colour, linestyle=":", linewidth=1.8, zorder=3)
        _label(axes, drawing, line, colour)
    drawn, png = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png")  # by Agg, whatever display there is
    Image.open(drawn).convert("RGB").quantize(64).save(png, "PNG", optimize=True)
    return png.getvalue()


def _frame(axes: "Axes", drawing: Drawing) -> None:
    """The axes: days before and after now, shares of the limit, the limit itself."""
    axes.set_xlim(drawing.left, drawing.right)
    axes.set_ylim(0, drawing.top)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axhline(0, color=_SOFT, linewidth=0.8)
    axes.axhline(100, color=_INK, linewidth=1.2, zorder=2)
    axes.text(drawing.left, 102, drawing.limit, color=_INK, fontsize=_SMALL, va="bottom")
    for at, set_ticks in ((drawing.shares, axes.set_yticks), (drawing.days, axes.set_xticks)):
        set_ticks([place for place, _ in at], [words for _, words in at])
    axes.tick_params(length=0, labelsize=_SMALL, labelcolor=_SOFT, pad=4)
    if drawing.forecast:
        axes.axvspan(0, drawing.right, color=_FUTURE, zorder=0)
        end = drawing.right * 0.96
        axes.text(end, 2, drawing.forecast, color=_SOFT, fontsize=_SMALL, ha="right", va="bottom")


def _label(axes: "Axes", drawing: Drawing, line: Line, colour: str) -> None:
    """The label of a curve: above the upper one, below the others."""
    upper = line.points[-1][1] >= max(other.points[-1][1] for other in drawing.lines)
    near = [share for days, share in line.points if days > drawing.left * _LABEL_DAYS / 90]
    height = _LABEL_SHARE * drawing.top
    edge = max(near) if upper else max(min(near), height)
    if upper and 100 - height < edge < 101:
        edge = 101.0  # not across the limit's line
    axes.annotate(
        line.label,
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


def _pairs(stored: Any) -> tuple[tuple[Any, Any], ...]:
    return tuple((one, other) for one, other in stored)
