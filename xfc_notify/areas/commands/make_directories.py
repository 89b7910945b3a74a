"""xfc-notify make-directories: the helper that makes the directories of new users."""

from pathlib import Path
from typing import Annotated

import typer

from xfc_notify.cli.options import SettingsFile
from xfc_notify.cli.output import say
from xfc_notify.cli.session import without_database


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("make-directories", help="Make directories of new users for the web; runs as root.")(_serve)


def _serve(
    socket: Annotated[
        Path, typer.Argument(metavar="SOCKET", help="Where the web asks, as web.old_api.directories.")
    ],
    client: Annotated[
        str, typer.Option("--for", metavar="USER", help="As which user the web runs.")
    ] = "xfc-notify",
    settings: SettingsFile = None,
) -> None:
    import logging
    import sys

    from xfc_notify.areas.directory_helper import listen, serve

    opened = without_database(settings)
    logging.getLogger("xfc_notify").setLevel(logging.INFO)
    volumes = {table.name: table.volume() for table in opened.settings.volumes}
    listening = listen(socket, client)
    say(f"Making directories for {client} at {socket}")
    sys.stdout.flush()  # whoever started it waits for this line
    serve(listening, volumes, client)
