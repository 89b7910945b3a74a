"""How commands print: tables for people, JSON for machines, progress on a terminal only."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from xfc_notify.as_json import as_json
from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

STYLES = {"ok": "green", "notice": "cyan", "warning": "yellow", "over": "bold red", "failed": "bold red"}
_GAP = 2
_FOLDED = 24
"""How narrow a long cell may be folded before whole columns are left out."""

T = TypeVar("T")
_quiet = False


def be_quiet() -> None:
    """Show no progress from here on."""
    global _quiet  # noqa: PLW0603 - of the whole process, as its terminal is
    _quiet = True


class Column(NamedTuple):
    """A column of a table. `spare`: where there is no room, the columns with 1 go first, then 2 …; 0 stays."""

    header: str
    right: bool = False
    spare: int = 0


def say(*lines: str) -> None:
    """Print lines; a line break in one of them is shown as `\\x0a`, since others may have written it."""
    for line in lines:
        print(harmless(line))


def say_filled(text: str, indent: int) -> None:
    """Print a paragraph, wrapped at spaces where the terminal ends; what goes on is indented by two more."""
    from textwrap import fill

    for line in fill(
        harmless(text),
        max(40, console().width),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    ).split("\n"):
        print(line)


def or_dash(value: T | None, show: Callable[[T], str]) -> str:
    """A cell for what may not be known: shown, or a dash."""
    return "-" if value is None else show(value)


def print_json(data: object) -> None:
    """Views, or what is made of them, as JSON. All text is ASCII: a terminal shows it as harmlessly as a file."""
    print(json.dumps(as_json(data), indent=2))


def json_line(data: object) -> str:
    """The same in one line, to be printed with `typer.echo`: while progress is shown, it takes what is printed."""
    return json.dumps(as_json(data))


def print_json_list(items: Iterable[object]) -> None:
    """The same for a list of any length, without holding it in memory."""
    from textwrap import indent

    before = "[\n"
    for item in items:
        sys.stdout.write(before + indent(json.dumps(as_json(item), indent=2), "  "))
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
    """The numbers of the columns that fit."""
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
    """A progress display on stderr while the block runs; None if stderr is no terminal."""
    if _quiet or not sys.stderr.isatty():
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
