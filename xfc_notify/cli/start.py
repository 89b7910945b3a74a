"""The start of every command: `scan` with plain words at once, the rest by way of Typer.

To import Typer takes longer than to measure a small directory.
"""

import gc
import os
import sys

from xfc_notify.cli.ending import ending
from xfc_notify.cli.plain_args import read


def main() -> None:
    """Run the command line: exit 0 done, 1 failed, 2 wrong usage or settings; errors are one line and a hint."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a locale may know no "·"
    code = ending(_run)
    gc.freeze()  # nor does the collector need to look at it all when Python ends
    sys.exit(code)


def _run() -> int:
    # Both for a quick start: what it makes stays to the end, and is no garbage; and pydantic would look through
    # all that is installed for plugins of its own.
    gc.set_threshold(100_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if sys.argv[1:2] == ["scan"] and (asked := read(sys.argv[2:])):
        from xfc_notify.cli.measure import measure

        return measure(asked)
    from xfc_notify.cli.app import run

    return run()
