"""Puts the commands together, and turns errors into one line and an exit code."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer
from typer.main import get_command

from xfc_notify import __version__
from xfc_notify.errors import XfcNotifyError

MODULES = (
    "demo",
    "check",
    "flow",
    "go_live",
    "users",
    "status",
    "volumes",
    "history",
    "metrics",
    "explain",
    "replies",
    "exempt",
    "messages",
    "deliveries",
    "simulate",
    "scan",
    "plugins",
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
        import_module(f"xfc_notify.cli.{name}").add_to(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xfc-notify {__version__}")
        raise typer.Exit


def _help(context: typer.Context, wanted: bool) -> None:
    if wanted:
        typer.echo(context.get_help())
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
    asks: bool = typer.Option(
        False, "-h", "--help", callback=_help, is_eager=True, help="Show this message and exit."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line: exit 0 done, 1 failed, 2 wrong usage or settings; errors are one line and a hint."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a locale may know no "·"
    logging.basicConfig(level=logging.WARNING, format="xfc-notify: %(message)s")
    logging.getLogger("dramatiq").setLevel(logging.ERROR)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    app = build([word] if word in MODULES else MODULES)  # a module that is named like a command has it
    try:
        code = get_command(app).main(prog_name="xfc-notify", standalone_mode=False) or 0
        sys.stdout.flush()
        sys.exit(code)
    except XfcNotifyError as error:
        sys.exit(_told(error.what, error.hint, error.exit_code))
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        _drop_output()
        sys.exit(1)
    except OSError as error:  # a full disk behind stdout, a folder that vanished meanwhile
        _drop_output()
        sys.exit(_told(": ".join(filter(None, (str(error.filename or ""), error.strerror))), "", 1))
    except typer.TyperException as error:
        sys.exit(_misused(error))


def _drop_output() -> None:
    """What could not be written would be tried again, and complained of, when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _misused(error: typer.TyperException) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
        typer.echo(error.format_message(), err=True)
        return 2
    what = error.format_message().replace("Value error, ", "").replace("Input should be", "should be")
    return _told(" ".join(what.split()), "See: xfc-notify --help", 2)


def _told(what: str, hint: str, code: int) -> int:
    from xfc_notify.paths import harmless

    typer.echo(f"xfc-notify: {harmless(what)}", err=True)
    if hint:
        typer.echo(f"  {harmless(hint)}", err=True)
    return code
