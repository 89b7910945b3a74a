"""How commands print: tables for people, JSON for machines, progress on a terminal only."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

STYLES = {"ok": "green", "notice": "cyan", "warning": "yellow", "over": "bold red", "failed": "bold red"}
_GAP = 2
_FOLDED = 24
"""To how many columns a longer cell may be folded before whole columns are left out."""

_LONG = 20
"""Letters of a URL of which four tell it from others and give nothing away."""


class Column(NamedTuple):
    """A column of a table. `spare`: where there is no room, the columns with 1 go first, then 2 …; 0 stays."""

    header: str
    right: bool = False
    spare: int = 0


def say(text: str) -> None:
    """Lines to the reader; only the line breaks that we wrote get through."""
    for line in text.split("\n"):
        print(harmless(line))


def print_json(data: Any) -> None:
    """Exact numbers, times in ISO 8601, all text in ASCII: a terminal shows it as harmlessly as a file."""
    print(json.dumps(data, indent=2, default=_plain))


def print_json_list(items: Iterable[Any]) -> None:
    """The same for a list of any length: nothing of it is kept."""
    from textwrap import indent

    before = "[\n"
    for item in items:
        sys.stdout.write(before + indent(json.dumps(item, indent=2, default=_plain), "  "))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def console(*, stderr: bool = False) -> "Console":
    """Where tables and progress go; as wide as the terminal, or wide enough where there is none."""
    from rich.console import Console

    to_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, width=None if to_terminal else 160)


def print_table(columns: Sequence[str | Column], rows: Sequence[Sequence[object]]) -> None:
    """A table; levels get their colour. Says which columns were left out for want of room."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    heads = [Column(column) if isinstance(column, str) else column for column in columns]
    cells = [[harmless(str(cell)) for cell in row] for row in rows]
    screen = console()
    kept = _fitting(heads, cells, screen.width)
    table = Table(box=SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False)
    for i in kept:
        table.add_column(heads[i].header, justify="right" if heads[i].right else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(row[i], style=STYLES.get(row[i], "")) for i in kept))
    with screen.capture() as printed:
        screen.print(table)
    for line in printed.get().splitlines():
        print(line.rstrip())
    if len(kept) < len(heads):
        from textwrap import fill

        left_out = ", ".join(head.header for i, head in enumerate(heads) if i not in kept)
        print(fill(f"(no room here for: {left_out})", screen.width))


def _fitting(heads: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """The numbers of the columns that have room."""
    from rich.cells import cell_len

    widths = [
        max(cell_len(head.header), min(_FOLDED, max((cell_len(row[i]) for row in cells), default=0)))
        for i, head in enumerate(heads)
    ]
    kept = list(range(len(heads)))
    for spare in sorted((i for i in kept if heads[i].spare), key=lambda i: heads[i].spare):
        if sum(widths[i] + _GAP for i in kept) - _GAP <= width:
            break
        kept.remove(spare)
    return kept


@contextmanager
def progress(description: str) -> Iterator["Progress | None"]:
    """A progress display on stderr while the block runs; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn(description),
        BarColumn(),
        TextColumn("{task.fields[what]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        yield shown


def address(text: str) -> str:
    """An address that may be shown: of a URL, where any part may be the secret, the scheme and the last letters."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    place = rest.partition("?")[0].rstrip("/")
    return f"{scheme}://…{place[-4:] if len(place) >= _LONG else ''}"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
