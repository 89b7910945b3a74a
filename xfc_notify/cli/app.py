"""Puts the commands together."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.main import get_command

from xfc_notify import __version__
from xfc_notify.cli import completion, output
from xfc_notify.cli.ending import tell
from xfc_notify.cli.options import SettingsFile
from xfc_notify.components import COMPONENTS
from xfc_notify.errors import WrongInput

OWN = ("demo", "migrate", "tick", "scan", "plugins", "completion")
"""The modules of commands that belong to no component."""
MODULES = (
    *(f"xfc_notify.cli.{name}" for name in OWN),
    *(
        f"xfc_notify.{component.name}.commands.{name}"
        for component in COMPONENTS
        for name in component.commands
    ),
)
"""In the order of their commands in the help."""


def build(modules: Sequence[str] = MODULES) -> typer.Typer:
    """The command line with the commands of these modules."""
    app = typer.Typer(
        name="xfc-notify",
        help="Measures scratch space, judges it by its quotas and tells its users: early, calmly and seldom.",
        no_args_is_help=True,
        add_help_option=False,  # ours, below: for its own Typer imports pydantic
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in modules:
        import_module(name).add_to(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xfc-notify {__version__}")
        raise typer.Exit


def _print_help(context: typer.Context, wanted: bool) -> None:
    if wanted:
        typer.echo(context.get_help())
        raise typer.Exit


def _root(
    context: typer.Context,
    settings: SettingsFile = None,
    quiet: bool = typer.Option(
        False, "-q", "--quiet", help="No progress and no warnings; errors are still told."
    ),
    verbose: bool = typer.Option(
        False, "-v", "--verbose", help="Tell on stderr what is done, as workers log it."
    ),
    _version: bool = typer.Option(
        False, "-V", "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
    _asks: bool = typer.Option(
        False, "-h", "--help", callback=_print_help, is_eager=True, help="Show this message and exit."
    ),
) -> None:
    if quiet and verbose:
        raise WrongInput("-q and -v contradict each other.", "Give one of them.")
    if quiet:
        output.be_quiet()
        logging.getLogger().setLevel(logging.ERROR)
    if verbose:
        logging.getLogger("xfc_notify").setLevel(logging.INFO)
    if settings is not None:
        context.default_map = _for_all(context.command, settings)


def _for_all(command: Any, settings: Path) -> dict[str, Any]:
    """Click's map of defaults that gives the settings to every command that takes them."""
    given: dict[str, Any] = {
        name: _for_all(below, settings) for name, below in getattr(command, "commands", {}).items()
    }
    if any(parameter.name == "settings" for parameter in command.params):
        given["settings"] = str(settings)
    return given


def run() -> int:
    """Carry out what the command line says; the exit code. Raises what the command raises."""
    logging.basicConfig(level=logging.WARNING, format="xfc-notify: %(message)s")
    logging.getLogger("dramatiq").setLevel(logging.CRITICAL)  # it logs tracebacks; we report what failed
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    try:
        word = "" if completion.is_asked(os.environ) or len(sys.argv) < 2 else sys.argv[1]
        app = build(having(word))
        return get_command(app).main(prog_name="xfc-notify", standalone_mode=False) or 0
    except typer.Abort:
        return 130
    except typer.TyperException as error:
        return _misused(error)


def having(word: str) -> Sequence[str]:
    """The module that is named like a command, which then has it; all of them for any other word."""
    named = word.replace("-", "_")
    return [module for module in MODULES if named and module.endswith(f".{named}")] or MODULES


def _misused(error: typer.TyperException) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
        typer.echo(error.format_message(), err=True)
        return 2
    what = error.format_message().replace("Value error, ", "").replace("Input should be", "should be")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "xfc-notify"
    return tell(" ".join(what.split()), f"See: {command} --help", 2)
