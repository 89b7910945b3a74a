"""xfc-notify scan: measure any directory."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.plain_args import MOST_THREADS, Asked


class ClockChoice(StrEnum):
    """As usage.Clock, which is imported late."""

    ARRIVAL = "arrival"
    CTIME = "ctime"
    MTIME = "mtime"


class ScannerChoice(StrEnum):
    """As scan.engine.Scanner, which is imported late."""

    NATIVE = "native"
    PYTHON = "python"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan", help="Measure any directory; no database needed.")(_scan)


def _scan(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The directory.")],
    clock: Annotated[ClockChoice | None, typer.Option(help="Which time stamp gives a file's age.")] = None,
    scanner: Annotated[
        ScannerChoice | None, typer.Option(help="Which scanner; native if it is there.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=0, max=MOST_THREADS, help="Threads of the native scanner; 0: by itself.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.cli.measure import measure

    measure(
        Asked(
            path=os.fspath(path),
            clock=clock.value if clock else None,
            scanner=scanner.value if scanner else None,
            threads=threads,
            as_json=as_json,
            settings=os.fspath(settings) if settings else None,
        )
    )
