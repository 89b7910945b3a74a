"""xfc-notify completion: what lets a shell complete commands, options and choices, made from the commands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

PROGRAM = "xfc-notify"
VARIABLE = "_XFC_NOTIFY_COMPLETE"
"""What the shell sets when it asks the program for what could come next."""


def is_asked(environment: Mapping[str, str]) -> bool:
    """Whether a shell asks what could come next; Typer, which answers, is then made ready for it."""
    if VARIABLE not in environment:
        return False
    from typer.completion import completion_init  # type: ignore[attr-defined]

    completion_init()
    return True


class Shell(StrEnum):
    """The shells that can be asked for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("completion", help="Print what makes bash, zsh or fish complete our words.")(_completion)


def _completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell.value))
