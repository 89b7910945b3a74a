"""How commands print: tables for people, JSON for machines, progress on a terminal only."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

STYLES = {"ok": "green", "notice": "cyan", "warning": "yellow", "over": "bold red", "failed": "bold red"}


def say(text: str) -> None:
    """Lines to the reader; only the line breaks that we wrote get through."""
    for line in text.split("\n"):
        typer.echo(harmless(line))


def print_json(data: Any) -> None:
    """Exact numbers, times in ISO 8601."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=_plain))


def console(*, stderr: bool = False) -> "Console":
    """Where tables and progress go; as wide as the terminal, or wide enough where there is none."""
    from rich.console import Console

    to_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, width=None if to_terminal else 160)


def print_table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = ()
) -> None:
    """A table; the columns named in `right` are aligned to the right, levels get their colour."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, pad_edge=False)
    for header in headers:
        table.add_column(header, justify="right" if header in right else "left", overflow="fold")
    for row in rows:
        cells = [harmless(str(cell)) for cell in row]
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in cells))
    console().print(table)


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


def at(time: datetime | None) -> str:
    """A time for people, or a dash."""
    return f"{time:%Y-%m-%d %H:%M}" if time else "-"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
