"""xfc-notify discover: users and areas from the directories under the volumes."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("discover", help="Find users and areas from the directories under the volumes.")(_discover)


def _discover(
    volumes: Annotated[
        list[str] | None, typer.Argument(metavar="VOLUME", help="Names from the settings.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from dataclasses import asdict

    from xfc_notify.areas.discover import discover

    with session(settings) as opened:
        found = discover(opened.service, volumes or [], datetime.now(UTC))
    if as_json:
        print_json(asdict(found))
        return
    if not opened.settings.volumes:
        say("No volume is in the settings; add a [[volumes]] block.")
        return
    say(f"{len(found.new_users)} new users, {len(found.new_areas)} new areas, {found.known} known areas.")
    for path in found.vanished:
        say(f"vanished: {path} (kept; nothing was deleted)")
    for path, why in sorted(found.refused.items()):
        say(f"passed over: {path}: {why}")
    if found.without_address:
        say(f"no address: {', '.join(found.without_address)}")
        say(
            "  give one with: xfc-notify users set USER --email ADDRESS; [people] in the settings is for new users"
        )
