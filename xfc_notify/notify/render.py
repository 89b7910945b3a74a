"""Gives a wording its form: text and HTML from the same data.

Jinja2 and css-inline are imported when the first letter is written, not before.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from xfc_notify.notify.columns import width
from xfc_notify.notify.letter import Letter, Words
from xfc_notify.notify.wording import wording

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

COLUMNS = 74
_AMOUNT = re.compile(r"(?<=\d) (?=%|[kMGTPE]?B\b)")


def put_into_words(letter: Letter) -> Words:
    """The letter as a message: subject, text and HTML. Reads nothing but the templates."""
    words = wording(letter)
    templates = _templates()
    data = {"words": words, "say": letter.language.say}
    html = templates.get_template("message.html.j2").render(data)
    return Words(
        subject=words.subject,
        text=templates.get_template("message.txt.j2").render(data),
        html=_inliner().inline(html),
    )


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    templates = Environment(
        loader=PackageLoader("xfc_notify.notify"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"fill": fill, "held": held, "table": table}
    return templates


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    # The rules for dark mode cannot be inlined and stay in the head.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


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
