"""Text in columns, as a terminal and a plain-text mail count them."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

COLUMNS = 74
SUBJECT_COLUMNS = 77
_AMOUNT = re.compile(r"(?<=\d) (?=%|[kMGTPE]?B\b)")


def width(text: str) -> int:
    """How many columns the text takes on a terminal, combining characters counted as one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shortened(text: str, columns: int) -> str:
    """The text in at most so many columns, with "…" for its middle; a wide character takes two."""
    if width(text) <= columns:
        return text
    head = tail = 0
    while True:  # grow the two ends in turn, as long as they fit
        grown = (head + 1, tail) if head <= tail else (head, tail + 1)
        if width(text[: grown[0]] + text[len(text) - grown[1] :]) >= columns:
            return f"{text[:head]}…{text[len(text) - tail :]}"
        head, tail = grown


def held(text: str) -> str:
    """The text with numbers that no line break parts from their units."""
    return _AMOUNT.sub("\N{NO-BREAK SPACE}", text)


def fill(text: str, first: str = "", rest: str = "") -> str:
    """A paragraph in lines of at most 74 columns; a number stays with its unit, a long path in one piece."""
    lines = textwrap.fill(
        held(text),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace("\N{NO-BREAK SPACE}", " ")


def table(rows: Iterable[Sequence[str]], sides: str) -> str:
    """Rows in aligned columns, two spaces apart; `sides` has "l" or "r" per column."""
    cells = [tuple(row) for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        gaps = [" " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)]
        aligned = [
            gap + cell if side == "r" else cell + gap
            for cell, gap, side in zip(row, gaps, sides, strict=True)
        ]
        lines.append(("  " + "  ".join(aligned)).rstrip())
    return "\n".join(lines)
