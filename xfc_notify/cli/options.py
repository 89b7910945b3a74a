"""Options that many commands take."""

from pathlib import Path
from typing import Annotated

import typer

SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", metavar="FILE", help="settings.toml; else $XFC_NOTIFY_SETTINGS, ./, /etc/xfc-notify/"
    ),
]
UserName = Annotated[str, typer.Argument(metavar="USER", help="By the username.")]
Browse = Annotated[bool, typer.Option("--browse", help="Walk through the directories, on a terminal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with exact numbers.")]
