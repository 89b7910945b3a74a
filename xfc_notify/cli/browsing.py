"""A walk through directories on a terminal, with the keys of ncdu. Textual draws it; it is imported late."""

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TypeAlias

from xfc_notify.errors import WrongInput
from xfc_notify.usage.where import By, Where

Place: TypeAlias = tuple[str, Where]
"""The path of an area or another directory, and where it lies there."""


def browse(places: Sequence[Place], inside: bytes, by: By) -> bool:
    """Walk through these from this directory on; False where there is no terminal that can show it.

    Raises WrongInput where Textual is not installed.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        return False
    if find_spec("textual") is None:
        raise WrongInput(
            "--browse needs one more library", "pip install 'xfc-notify[browse]', or leave --browse out"
        )
    import termios  # only where there are terminals

    from xfc_notify.cli.browser import Browser

    before = termios.tcgetattr(sys.stdin)
    try:
        Browser(places, inside, by).run()
    finally:  # a program that was stopped and went on takes what it had set itself for what was there
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
    return True
