"""What the command line costs before it does anything, and what every command has in common."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.main import get_command

from cli.console import call, environment, run
from xfc_notify import __version__
from xfc_notify.cli.app import app

LIST_MODULES = """
import sys
sys.argv = ["xfc-notify", *sys.argv[1:]]
from xfc_notify.cli.app import main
try:
    main()
except SystemExit as ended:
    assert not ended.code
print("\\n" + "\\n".join(name for name in sys.modules if "." not in name))
"""
HEAVY = {
    "apprise", "asyncio", "css_inline", "dramatiq", "jinja2", "markupsafe", "peewee", "pika", "playhouse", "psycopg",
    "smtplib", "sqlite3", "ssl",
}  # fmt: skip


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
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return {" ".join(words): command for words, command in commands(group)}


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], HEAVY | {"pluggy", "pydantic", "rich"}),
        (["enqueue", "--help"], HEAVY),
        (["plugins"], HEAVY),
    ],
)
def test_the_start_imports_nothing_heavy(arguments: list[str], unused: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *arguments],
        env=environment(),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    imported = set(done.stdout.splitlines())
    assert "typer" in imported
    assert imported & unused == set()


def test_the_commands_are_those_of_the_design() -> None:
    assert set(all_commands()) == {
        "demo", "check", "migrate", "discover", "users list", "users show", "users set", "enqueue", "tick", "status",
        "explain", "preview", "send-test", "scan", "plugins", "deliveries list", "deliveries retry",
    }  # fmt: skip


@pytest.mark.parametrize("words", list(all_commands()))
def test_every_command_has_help_and_takes_settings_and_json(words: str) -> None:
    command = all_commands()[words]
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--json" in options
    assert ("--settings" in options) == (words != "demo"), "demo writes settings of its own"
    assert command.help
    assert command.help.endswith(".")
    assert command.get_short_help_str(limit=64) == command.help.partition(". ")[0].removesuffix(".") + "."
    shown = run(*words.split(), "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"Usage: xfc-notify {words} ")


def test_version_is_printed() -> None:
    ran = call("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"xfc-notify {__version__}\n", "")
