"""What the command line costs before it does anything, and what every command has in common."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path

import pytest
import typer
from hypothesis import example, given
from hypothesis import strategies as st
from typer.main import get_command

from cli.console import assert_told, call, environment, on_terminal, run
from cli.place import Place
from xfc_notify import __version__
from xfc_notify.cli.app import MODULES, build, having
from xfc_notify.cli.plain_args import Asked, read

LIST_MODULES = """
import sys
sys.argv = ["xfc-notify", *sys.argv[1:]]
from xfc_notify.cli.start import main
try:
    main()
except SystemExit as ended:
    assert not ended.code
print("\\n" + "\\n".join(name for name in sys.modules if "." not in name))
"""
HEAVY = {
    "apprise", "asyncio", "css_inline", "dramatiq", "jinja2", "markupsafe", "peewee", "pika", "playhouse", "psycopg",
    "psycopg2", "smtplib", "sqlite3", "ssl",
}  # fmt: skip


DATASETS = {
    "activate", "archive", "copy", "describe", "files", "finish", "history", "journal", "list", "move", "rebuild",
    "register", "remove", "repair", "rules", "shift-root", "show", "transfers", "verify", "wait",
}  # fmt: skip
LIFECYCLE = {
    "clean", "close", "duties", "explain", "extend", "list", "notices", "open", "restore", "resume", "show",
    "simulate", "vote", "withdraw",
}  # fmt: skip
SPARED = {"ctypes", "decimal", "logging", "pluggy", "pydantic", "rich", "socket", "typer"}


def commands(
    group: typer.core.TyperGroup, *above: str
) -> Iterator[tuple[tuple[str, ...], typer.core.TyperCommand]]:
    """Every command, with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, *above, name)
        else:
            assert isinstance(command, typer.core.TyperCommand)
            yield (*above, name), command


def all_commands() -> dict[str, typer.core.TyperCommand]:
    """Every command by the words that call it."""
    return {" ".join(words): command for words, command in commands(get_group(build()))}


def get_group(app: typer.Typer) -> typer.core.TyperGroup:
    """All that was added to an app."""
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return group


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], HEAVY | {"pluggy", "pydantic", "rich"}),
        (["enqueue", "--help"], HEAVY),
        (["plugins"], HEAVY),
        (["scan", ".", "--threads", "1", "--json"], HEAVY | SPARED),
        (["scan", ".", "--threads", "1", "--settings", "settings.toml", "--json"], HEAVY | SPARED),
    ],
)
def test_the_start_imports_nothing_heavy(arguments: list[str], unused: set[str], tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[scan]\nclock = "mtime"\n')
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *arguments],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    imported = set(done.stdout.splitlines())
    assert "xfc_notify" in imported
    assert imported & unused == set()


def test_the_commands_are_those_of_the_design() -> None:
    assert set(all_commands()) == {
        "demo",
        "check",
        "migrate",
        "discover",
        "users list",
        "users show",
        "users set",
        "enqueue",
        "tick",
        "status",
        "volumes",
        "where",
        "history",
        "metrics",
        "go-live",
        "ack",
        "snooze",
        "mute",
        "unmute",
        "rescan",
        "messages held",
        "messages release",
        "messages drop",
        "exempt grant",
        "exempt list",
        "exempt end",
        "explain",
        "preview",
        "send-test",
        "simulate",
        "scan",
        "plugins",
        "completion",
        "deliveries list",
        "deliveries retry",
        "areas list",
        "areas forget",
        "areas move",
        "users rename",
        "users forget",
        "users export",
        "users import",
        "groups list",
        "groups show",
        "groups set",
        "reports load",
        "reports groups",
        "reports users",
        "reports directories",
        "reports types",
        "reports vaults",
        "reports history",
        "reports split",
        "reports query",
        "make-directories",
        "web",
        "tokens create",
        "tokens list",
        "tokens revoke",
        *(f"stores {name}" for name in ("init", "list", "check")),
        *(f"datasets {name}" for name in DATASETS),
        *(f"lifecycle {name}" for name in LIFECYCLE),
    }


@pytest.mark.parametrize("words", list(all_commands()))
def test_every_command_has_help_and_takes_settings_and_json(words: str) -> None:
    command = all_commands()[words]
    options = {option for parameter in command.params for option in parameter.opts}
    silent = {"web", "make-directories", "completion", "users export"}  # these serve, or print something else
    assert ("--json" in options) == (words not in silent)
    assert ("--settings" in options) == (words not in {"demo", "completion"}), (
        "demo writes settings of its own"
    )
    assert command.help
    assert command.help.endswith(".")
    shown = run(*words.split(), "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"Usage: xfc-notify {words} ")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_printed(option: str) -> None:
    ran = call(option)
    assert (ran.code, ran.out, ran.err) == (0, f"xfc-notify {__version__}\n", "")


def test_settings_are_taken_before_the_command_too_and_those_after_it_win(place: Place) -> None:
    other = place.folder / "other.toml"
    other.write_text("")
    for words in (["users", "list"], ["status"], ["exempt", "list"], ["check", "settings"]):
        after, before = run(*words, "--settings", place.settings), run("--settings", place.settings, *words)
        assert (before.code, before.out, before.err) == (0, after.out, "")
    both = run("--settings", other, "check", "settings", "--settings", place.settings, "--json")
    assert both.json[0]["what"] == str(place.settings)
    assert run("--settings", place.settings, "completion", "bash").code == 0


def test_scan_takes_its_clock_from_settings_before_the_command(place: Place) -> None:
    assert run("--settings", place.settings, "scan", place.folder / "vol1", "--json").json["clock"] == "mtime"


def test_verbose_tells_on_stderr_what_is_done_and_quiet_hides_warnings(place: Place) -> None:
    place.discover()
    (place.folder / "vol1" / "ada").rename(place.folder / "away")
    plain = call("enqueue", "ada", "--settings", place.settings)
    assert "scan of" in plain.err
    assert call("-q", "enqueue", "ada", "--settings", place.settings).err == ""
    assert "is whole" not in call("enqueue", "ben", "--settings", place.settings).err
    told = call("-v", "enqueue", "cleo", "--settings", place.settings)
    assert "is whole: 2 files" in told.err
    assert told.out == "Areas scanned: 1. Messages written: 1.\n"
    assert_told(run("-q", "-v", "status"), 2, "-q and -v contradict each other")


def test_quiet_shows_no_progress_on_a_terminal(place: Place) -> None:
    place.discover()
    enqueue = ("enqueue", "--all", "--settings", place.settings)
    assert b"scanning" in on_terminal(*enqueue, stream="stderr").terminal
    assert on_terminal("-q", *enqueue, stream="stderr").terminal == b""


GOOD = [
    "/",
    "-",
    "--json",
    "--threads",
    "0",
    "256",
    "007",
    "--scanner=python",
    "--clock",
    "mtime",
    "--settings",
    "x",
]
ODD = [
    "",
    "--thread",
    "300",
    "-1",
    "1e3",
    "1_0",
    "٣",
    "PYTHON",
    "--",
    "/gone",
    "/root/x",
    "--help",
    "-x",
    "\udce9",
]


@given(st.lists(st.sampled_from(GOOD + ODD), max_size=6).map(lambda words: ["/", *words]))
@example(["/", "--threads", "007", "--clock", "mtime", "--json", "--settings", "/"])
@example(["/", "--threads", "1", "--threads", "2"])
def test_what_is_read_quickly_is_what_typer_reads(words: list[str]) -> None:
    asked = read(words)
    command = all_commands()["scan"]
    context = typer.Context(command, info_name="scan", help_option_names=["--help"])
    with redirect_stdout(io.StringIO()), suppress(typer.Exit, typer.TyperException):
        assert command.parse_args(context, list(words)) == []
        said = {
            name: str(value) if isinstance(value, Path) else value for name, value in context.params.items()
        }
        assert asked in (None, Asked(**said))
        return
    assert asked is None, "Typer has a word to say"


def test_plain_words_are_read_quickly() -> None:
    words = ["/", "--threads", "007", "--clock", "mtime", "--json", "--settings", "/"]
    assert read(words) == Asked("/", "mtime", None, 7, as_json=True, settings="/")


def test_the_modules_of_the_command_line_alone_have_what_they_have_together() -> None:
    alone = {words for module in MODULES for words, _ in commands(get_group(build([module])))}
    assert alone == {words for words, _ in commands(get_group(build()))}
    for word in {words[0] for words in alone}:
        assert word in get_group(build(having(word))).commands


def test_a_command_whose_module_is_named_like_it_imports_no_other() -> None:
    assert having("go-live") == ["xfc_notify.notify.commands.go_live"]
    assert having("") == having("no-such-word") == MODULES
