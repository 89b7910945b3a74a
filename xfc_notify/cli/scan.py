"""xfc-notify scan: measure any directory."""

import os
from pathlib import Path
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, Browse, SettingsFile
from xfc_notify.cli.plain_args import Asked
from xfc_notify.usage import Clock, Scanner
from xfc_notify.usage.options import MOST_THREADS


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scan", help="Measure any directory; needs no database.")(_scan)


def _scan(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The directory.")],
    clock: Annotated[Clock | None, typer.Option(help="Which time stamp gives a file's age.")] = None,
    scanner: Annotated[Scanner | None, typer.Option(help="Which scanner; native if it was built.")] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_THREADS, help="Threads of the native scanner; 0: it chooses."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a line for each entry too, as wrstat does, with gzip."),
    ] = None,
    browse: Browse = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.cli.measure import measure

    measure(
        Asked(
            path=os.fspath(path),
            clock=clock,
            scanner=scanner,
            threads=threads,
            as_json=as_json,
            browse=browse,
            export=os.fspath(export) if export else None,
            settings=os.fspath(settings) if settings else None,
        )
    )
