"""Where it lies: `where` and `scan` show the same, as a table, as JSON, and on a terminal to walk through.

Cases 19 and 22.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.console import XFC, environment, run
from cli.place import HOSTILE, MB, Place
from xfc_notify.paths import show

KEYS = "path size temporal_usage files oldest newest exact"
needs_textual = pytest.mark.skipif(not find_spec("textual"), reason="NO TEXTUAL HERE: browsing goes untested")


def test_where_has_an_object_per_area_and_in_it_the_directories_largest_first(standing: Place) -> None:
    (area,) = run("where", "cleo", "--json", "--settings", standing.settings).json
    assert " ".join(area) == "user area as_of directories"
    assert area["user"] == "cleo"
    assert area["area"] == str(standing.folder / "vol1/cleo")
    found = area["directories"]
    assert {" ".join(one) for one in found} == {KEYS}
    assert [(one["path"], one["size"], one["files"], one["exact"]) for one in found] == [
        ("", 12 * MB, 2, True),
        ("ensemble", 10 * MB, 1, True),
    ]
    assert found[0]["temporal_usage"] > found[1]["temporal_usage"] > 0


def test_scan_has_the_same_list(standing: Place) -> None:
    area = standing.folder / "vol1/cleo"
    found = run("scan", area, "--json", "--settings", standing.settings).json["where"]
    (by_last_scan,) = run("where", "cleo", "--json", "--settings", standing.settings).json
    same = ("path", "size", "files", "oldest", "newest", "exact")
    assert [[one[key] for key in same] for one in found] == [
        [one[key] for key in same] for one in by_last_scan["directories"]
    ]


def test_the_table_has_bars_and_what_else_lies_there(standing: Place) -> None:
    for ran in (
        run("where", "cleo", "--settings", standing.settings),
        run("scan", standing.folder / "vol1/cleo", "--settings", standing.settings),
    ):
        assert ran.code == 0
        assert re.search(r"█+.* 83 +10 MB .* ensemble", ran.out)
        assert re.search(r" 17 +2 MB .* \(files here and smaller directories\)", ran.out)


@pytest.mark.parametrize("by", ["size", "byte-days", "files", "age"])
def test_the_order_can_be_chosen(standing: Place, by: str) -> None:
    assert run("where", "finn", "--by", by, "--depth", "1", "--settings", standing.settings).code == 0


def test_what_is_shown_can_be_typed_as_a_path(standing: Place) -> None:
    for name in HOSTILE:
        (area,) = run("where", "finn", show(name), "--json", "--settings", standing.settings).json
        assert [one["path"] for one in area["directories"]] == [show(name)]
    absolute = str(standing.folder / "vol1/cleo/ensemble")
    (area,) = run("where", "cleo", absolute, "--json", "--settings", standing.settings).json
    assert [one["path"] for one in area["directories"]] == ["ensemble"]


def test_no_name_reaches_the_terminal_raw(standing: Place) -> None:
    ran = run("where", "finn", "--settings", standing.settings)
    assert all(character.isprintable() or character == "\n" for character in ran.out)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["where", "nobody-there"], "There is no user"),
        (["where", "cleo", "no/such"], "has no figures of its own"),
        (["where", "cleo", "/etc"], "lies in no area of cleo"),
        (["where", "cleo", "a\\"], "is not a path as it is shown"),
        (["where", "cleo", "--by", "colour"], "--by"),
        (["where", "cleo", "--depth", "0"], "--depth"),
    ],
)
def test_mistakes_are_one_line_and_a_hint(standing: Place, words: list[str], why: str) -> None:
    ran = run(*words, "--settings", standing.settings)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert len(ran.err.splitlines()) <= 2


def test_a_user_who_was_not_scanned_yet_has_nothing(tmp_path: Path) -> None:
    place = Place.build(tmp_path)
    place.discover()
    ran = run("where", "ada", "--settings", place.settings)
    assert (ran.code, ran.out) == (0, "Nothing of ada has been scanned yet.\n")
    assert run("where", "ada", "--json", "--settings", place.settings).json == []


def test_what_grew_since_last_month_is_said(tmp_path: Path) -> None:
    from xfc_notify.areas.tables import AreaRow, ScanRow
    from xfc_notify.store import database

    place = Place.build(tmp_path)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    database.prepare(f"sqlite:///{tmp_path}/xfc-notify.db")
    with database.connected():
        last = ScanRow.get(ScanRow.id == AreaRow.get(AreaRow.path.endswith("/cleo")).last_scan)
        tree = [
            row if row[1] != "ensemble" else [0, "ensemble", [1, MB, MB, 0, 0, 0], 0, 0]
            for row in last.usage["tree"]
        ]
        before = last.as_of.replace(year=last.as_of.year - 1)
        ScanRow.insert(
            id="00000000-0000-0000-0000-000000000000", area=last.area_id, state="whole", clock="mtime", as_of=before,
            progress_at=before, tree=tree,
        ).execute()  # fmt: skip
    ran = run("where", "cleo", "--settings", place.settings)
    assert re.search(r"grown most since .*: ensemble by 9 MB\n", ran.out)


def test_without_a_terminal_the_table_is_printed(standing: Place) -> None:
    ran = run("where", "cleo", "--browse", "--settings", standing.settings)
    assert (ran.code, "ensemble" in ran.out) == (0, True)


# On a terminal


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.seen = b""
        self._master = master

    def until(self, what: str, seconds: float = 60) -> None:
        """Read what it draws until this is seen."""
        self.wait(lambda: what.encode() in self.seen, what, seconds)

    def wait(self, done: Callable[[], bool], what: str, seconds: float = 60) -> None:
        ends = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < ends, f"no {what!r} in {self.seen[-2000:]!r}"
            self._read()

    def press(self, keys: str) -> None:
        """Forget what was seen, and press keys."""
        self.seen = b""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def ended(self) -> int:
        """Its exit code."""
        self.wait(lambda: self.process.poll() is not None, "end")
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.1)[0]:
            try:
                self.seen += os.read(self._master, 65_536)
            except OSError:  # nobody is there any more
                time.sleep(0.05)


@contextmanager
def terminal(*words: str | Path, columns: int = 120, lines: int = 24, **more: str) -> Iterator[Terminal]:
    """A command on a terminal; in the end the terminal has to be as it was."""
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [*XFC, *map(str, words)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=environment() | {"TERM": "xterm-256color"} | more,
    )  # fmt: skip
    shown = Terminal(master, process)
    try:
        yield shown
        assert termios.tcgetattr(slave)[:4] == before[:4]
        if b"\x1b[?1049h" in shown.seen:
            assert shown.seen.rindex(b"\x1b[?1049l") > shown.seen.rindex(b"\x1b[?1049h")
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


ODD = [b"[/", b"[b +", b"[red]x[", b"[@click=app.quit]x[", "漢字".encode(), "🙂é\u0301".encode(), b"=1"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Directories with names that mean something to terminals and to Textual."""
    for number, name in enumerate([*ODD, *HOSTILE]):
        for part in name.split(b"/"):
            folder = os.fsencode(tmp_path) + b"/area/" + (part or b"x") + b"/inner"
            os.makedirs(folder, exist_ok=True)
            with open(folder + b"/file", "wb") as file:
                file.truncate(MB * (number + 1))
    return tmp_path / "area"


@needs_textual
def test_one_can_walk_through_directories_with_the_keys_of_ncdu(tree: Path) -> None:
    with terminal("scan", tree, "--browse") as shown:
        shown.until("q quit")
        shown.until("[@click=app.quit]x[")
        assert b"\x1b]0;owned" not in shown.seen
        assert b"\x9b2J" not in shown.seen
        shown.press("\x1b[C")
        shown.until("inner")
        shown.press("\x1b[D")
        shown.until("[red]x[")
        for key in "tcms":
            shown.press(key + "jjk")
        shown.press("q")
        assert shown.ended() == 0


@needs_textual
def test_a_terminal_that_is_too_small_says_so_and_grows_again(tree: Path) -> None:
    with terminal("scan", tree, "--browse", columns=20, lines=5) as shown:
        shown.until("too small")
        shown.press("jjjj")
        shown.resize(1, 1)
        shown.press("\x1b[C\x1b[Dj")
        time.sleep(0.5)
        shown.resize(120, 24)
        shown.until("q quit")
        shown.press("q")
        assert shown.ended() == 0


@needs_textual
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_it_the_terminal_is_as_it_was(tree: Path, number: int) -> None:
    with terminal("scan", tree, "--browse") as shown:
        shown.until("q quit")
        shown.process.send_signal(number)
        shown.ended()
        shown.seen = b"\x1b[?1049h" + shown.seen  # which was seen before


@needs_textual
@pytest.mark.parametrize("is_told", [True, False])
def test_it_ends_when_its_terminal_vanishes_told_of_it_or_not(tree: Path, is_told: bool) -> None:
    """Only who has a terminal as the controlling one is told."""
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    command = [*XFC, "scan", str(tree), "--browse"]
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command] if is_told else command,
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=environment() | {"TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(slave)
    try:
        shown = Terminal(master, process)
        shown.until("q quit")
        os.close(master)
        assert process.wait(timeout=60) != 0
    finally:
        process.kill()
        process.wait()


@needs_textual
def test_it_can_be_suspended_and_goes_on(tree: Path) -> None:
    with terminal("scan", tree, "--browse") as shown:
        shown.until("q quit")
        shown.process.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        shown.process.send_signal(signal.SIGCONT)
        shown.press("j")
        shown.press("q")
        assert shown.ended() == 0


@pytest.mark.parametrize("more", [{"TERM": "dumb"}, {"LANG": "C", "LC_ALL": "C", "TERM": "dumb"}])
def test_a_terminal_that_cannot_show_it_gets_the_table(tree: Path, more: dict[str, str]) -> None:
    with terminal("scan", tree, "--browse", **more) as shown:
        shown.until("inner")
        assert shown.ended() == 0
        assert b"\x1b[?1049h" not in shown.seen


@needs_textual
def test_several_areas_are_a_list_to_begin_with() -> None:
    done = subprocess.run([sys.executable, "-c", TWO_AREAS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


TWO_AREAS = """
import asyncio
from datetime import UTC, datetime
from xfc_notify.cli.browser import Browser
from xfc_notify.usage.directories import Directory, Subtotal
from xfc_notify.usage.tally import Tally
from xfc_notify.usage import Usage
from xfc_notify.usage.where import By, Where

def where(name):
    tree = {b"": Directory(), name: Directory(Subtotal(Tally.of(3, 2**63 - 1), 5, 7))}
    return Where(Usage(datetime.now(UTC), total=Tally.of(3, 2**63 - 1), tree=tree))

async def walk():
    app = Browser([("/v/one", where(b"[red]")), ("/v/two", where(b"deep"))], b"", By.SIZE)
    async with app.run_test() as pilot:
        assert app._at is None
        await pilot.press("down", "right")
        assert (app._at, app._path, [item.path for item in app._items]) == (1, b"", [b"deep"])
        await pilot.press("left")
        assert app._at is None
        await pilot.press("q")

asyncio.run(walk())
"""


# What is left out


@pytest.fixture
def leaving_out(tmp_path: Path) -> Place:
    """A facility whose operator leaves snapshots out."""
    place = Place.build(tmp_path)
    text = place.settings.read_text().replace(
        'clock = "mtime"', 'clock = "mtime"\nexclude = [".snapshot", "run/*.tmp"]'
    )
    place.settings.write_text(text)
    place.add(b"ada/.snapshot/old.nc", 5 * MB, 9)
    place.add(b"ada/thesis/.snapshot/old.nc", 5 * MB, 9)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    return place


def test_what_is_excluded_is_not_measured_and_told_with_the_figures(leaving_out: Place) -> None:
    (ada,) = run("status", "ada", "--json", "--settings", leaving_out.settings).json
    assert (ada["size"], ada["complete"], ada["left_out"]) == (MB, True, {"excluded": 2})
    shown = run("status", "ada", "--settings", leaving_out.settings).out
    assert f"not measured in {leaving_out.folder}/vol1/ada: 2 excluded by the settings\n" in shown
    mail = run("preview", "ada", "--settings", leaving_out.settings).out
    assert "Left out by the operators of this storage: 2 entries (.snapshot, thesis/.snapshot)" in " ".join(
        mail.split()
    )
    scanned = run("scan", leaving_out.folder / "vol1/ada", "--settings", leaving_out.settings).out
    assert "excluded: 2, for example .snapshot, thesis/.snapshot\n" in scanned


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('["/abs"]', "is no path below an area"),
        ('["a/../b"]', "is no path below an area"),
        ('["*"]', "would leave out everything"),
        ('["a?"]', "only * is known"),
        ("[3]", "a name or a path below an area is needed"),
        ('[""]', "a name or a path below an area is needed"),
    ],
)
def test_patterns_that_mean_nothing_are_refused_in_one_line(tmp_path: Path, value: str, why: str) -> None:
    (tmp_path / "settings.toml").write_text(f"[scan]\nexclude = {value}\n")
    ran = run("scan", tmp_path, "--settings", tmp_path / "settings.toml")
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert "scan.exclude" in ran.err
