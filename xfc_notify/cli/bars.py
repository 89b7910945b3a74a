"""Figures that are seen before they are read: bars and sparklines in characters. Pure."""

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_STEPS = "▁▂▃▄▅▆▇█"


def bar(percent: float, columns: int = 6) -> str:
    """A share as a bar of so many columns: full from 100 %."""
    eighths = max(0, min(8 * columns, round(percent * 8 * columns / 100)))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(columns)


def sparkline(values: Sequence[float]) -> str:
    """A column for each value, oldest first, as high as its share of the largest: "▁▄█"."""
    most = max(values, default=0)
    if most <= 0:
        return _STEPS[0] * len(values)
    return "".join(_STEPS[max(0, min(7, int(8 * value / most)))] for value in values)
