"""The start of every command: `scan` with plain words at once, the rest by way of Typer."""

import sys

from xfc_notify.cli.ending import ending
from xfc_notify.cli.quick import read


def main() -> None:
    """Run the command line: exit 0 done, 1 failed, 2 wrong usage or settings; errors are one line and a hint."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a locale may know no "·"
    sys.exit(ending(_run))


def _run() -> int:
    asked = read(sys.argv[2:]) if sys.argv[1:2] == ["scan"] else None
    if asked:
        from xfc_notify.cli.measure import measure

        return measure(asked)
    from xfc_notify.cli.app import run

    return run()
