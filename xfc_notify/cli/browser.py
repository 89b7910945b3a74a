"""The browser of browsing.py: one directory at a time, as a list with bars."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.widgets import DataTable, Label

from xfc_notify.cli.bars import bar
from xfc_notify.cli.browsing import Place
from xfc_notify.cli.where_table import BAR, age, name
from xfc_notify.paths import show
from xfc_notify.units import at, format_byte_days, format_size
from xfc_notify.usage.directories import parent
from xfc_notify.usage.where import DAY, By, Item

_KEYS = "↑↓ move  → open  ← back  s size  t byte-days  c files  m age  q quit"
_LEAST = (24, 5)
"""Columns and lines that something fits into."""
_DIRECTORY = ("", "%", "size", "newest file", "directory", "files", "byte-days")
_PLACES = ("size", "files", "area")
_LOOK = 1.0
"""Seconds after which the terminal is looked at again."""
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


class Browser(App[None]):
    """Shows a directory of an area, or the list of areas where there are several."""

    CSS = """
    DataTable { height: 1fr; }
    #small { display: none; height: 1fr; }
    .small DataTable, .small #where, .small #keys { display: none; }
    .small #small { display: block; }
    Label { width: 1fr; height: 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,enter", "open", priority=True),
        Binding("left,h,backspace,less_than_sign", "leave", priority=True),
        Binding("j", "move(1)"),
        Binding("k", "move(-1)"),
        Binding("s", "sort('size')"),
        Binding("t", "sort('byte-days')"),
        Binding("c", "sort('files')"),
        Binding("m", "sort('age')"),
        Binding("q,ctrl+c", "quit", priority=True),
    ]

    def __init__(self, places: Sequence[Place], inside: bytes, by: By) -> None:
        super().__init__()
        self._places = places
        self._at: int | None = 0 if len(places) == 1 else None
        self._path = inside
        self._by = by
        self._items: list[Item] = []
        self._heads: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """A line that says where, the list, a line with the keys; and what stands there where nothing fits."""
        yield Label(id="where", markup=False)
        yield DataTable(cursor_type="row", zebra_stripes=False)
        yield Label(_KEYS, id="keys", markup=False)
        yield Label("too small", id="small", markup=False)

    def on_mount(self) -> None:
        """Restore the terminal whatever ends this process, and end when the terminal does, told of it or not."""
        for number in _ENDINGS:
            with suppress(NotImplementedError, RuntimeError, ValueError):  # where no signal can be waited for
                asyncio.get_running_loop().add_signal_handler(number, self._end)
        if not self.is_headless:
            self.set_interval(_LOOK, self._end_with_terminal)
        self._show()

    def _end(self) -> None:
        self._end_with_terminal()
        self.exit()

    def _end_with_terminal(self) -> None:
        """Textual reads from a terminal that is gone again and again, and what it had set cannot be restored."""
        if _is_gone():
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGHUP)

    def on_resize(self, event: Resize) -> None:
        """Show the list only where it fits."""
        small = event.size.width < _LEAST[0] or event.size.height < _LEAST[1]
        self.screen.set_class(small, "small")

    def action_open(self) -> None:
        """Go into the directory under the cursor."""
        row = self._table.cursor_row
        if self._at is None:
            self._at, self._path = row, b""
            self._show()
        elif (
            row < len(self._items) and (path := self._items[row].path) is not None and self._items[row].opens
        ):
            self._path = path
            self._show()

    def action_leave(self) -> None:
        """Go to the directory above."""
        if self._at is not None and self._path:
            came_from, self._path = self._path, parent(self._path)
            self._show(came_from)
        elif self._at is not None and len(self._places) > 1:
            self._at = None
            self._show()

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._table.move_cursor(row=self._table.cursor_row + lines)

    def action_sort(self, by: str) -> None:
        """Put the directories in another order."""
        self._by = By(by)
        self._show()

    @on(DataTable.RowSelected)
    def _selected(self) -> None:
        self.action_open()

    @property
    def _table(self) -> "DataTable[Text]":
        return self.query_one(DataTable)

    def _show(self, came_from: bytes | None = None) -> None:
        heads = _PLACES if self._at is None else _DIRECTORY
        self._table.clear(columns=heads != self._heads)
        if heads != self._heads:
            self._table.add_columns(*map(Text, heads))
            self._heads = heads
        if self._at is None:
            self._show_places()
            return
        title, where = self._places[self._at]
        self._items = where.items(self._path, self._by)
        total = where.named[self._path].tally
        path = f"{title}/{show(self._path)}" if self._path else title
        self._say(f"{path}  {format_size(total.size)}  {total.files:,} files  {at(where.usage.as_of)} UTC")
        for item in self._items:
            self._table.add_row(*map(Text, _cells(item)))
        rows = [item.path for item in self._items]
        self._table.move_cursor(row=rows.index(came_from) if came_from in rows else 0)

    def _show_places(self) -> None:
        self._items = []
        self._say(f"{len(self._places)} areas")
        for title, where in self._places:
            tally = where.named[b""].tally
            self._table.add_row(*map(Text, (format_size(tally.size), f"{tally.files:,}", title)))

    def _say(self, text: str) -> None:
        self.query_one("#where", Label).update(Text(text, no_wrap=True, overflow="ellipsis"))


def _is_gone() -> bool:
    """Whether the terminal from which we read has hung up."""
    looked = select.poll()
    looked.register(sys.stdin.fileno(), 0)  # which is told of in any case
    return bool(looked.poll(0))


def _cells(item: Item) -> tuple[str, ...]:
    tally = item.tally
    return (
        bar(100 * item.share, BAR),
        f"{item.share:4.0%}",
        format_size(tally.size).rjust(8) + ("" if item.exact else "*"),
        age(item.age).rjust(13),
        ("/" if item.opens else " ") + name(item),
        f"{tally.files:,}".rjust(11),
        format_byte_days(tally.byte_seconds / DAY).rjust(12),
    )
