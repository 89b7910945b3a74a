"""xfc-notify discover: users and areas from the directories under the volumes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session

if TYPE_CHECKING:
    from xfc_notify.areas.discover import Discovery


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("discover", help="Find users and areas in the volumes.")(_discover)


def _discover(
    volumes: Annotated[
        list[str] | None, typer.Argument(metavar="VOLUME", help="Names in the settings.")
    ] = None,
    new_owners: Annotated[
        bool, typer.Option("--new-owners", help="Many directories are other people's now, and that is right.")
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from dataclasses import asdict

    from xfc_notify.areas.discover import discover

    with session(settings) as opened:
        found = discover(opened.service, volumes or [], datetime.now(UTC), new_owners=new_owners)
    if as_json:
        print_json(asdict(found))
        return
    if not opened.settings.volumes:
        say("No volume is in the settings; add a [[volumes]] block.")
        return
    _print(found)


def _print(found: "Discovery") -> None:
    say(f"{len(found.new_users)} new users, {len(found.new_areas)} new areas, {found.known} known areas.")
    for line in (*_areas(found), *_people(found)):
        say(line)


def _areas(found: "Discovery") -> Iterator[str]:
    """What is to be said of directories, a line each."""
    for path in found.vanished:
        yield f"gone: {path} (nothing was deleted; xfc-notify areas forget forgets it)"
    if found.gone > len(found.vanished):
        yield f"gone since earlier: {found.gone - len(found.vanished)}; see xfc-notify areas list --gone"
    for path in found.returned:
        yield f"back: {path}"
    for path, former in sorted(found.replaced.items()):
        yield f"somebody else's now: {path}; what was known of it is {former} from now on"
    for path, what in sorted(found.odd_owners.items()):
        yield f"owner: {path}: {what}"
    for path, why in sorted(found.refused.items()):
        yield f"passed over: {path}: {why}"


def _people(found: "Discovery") -> Iterator[str]:
    """What is to be said of people."""
    if found.refreshed:
        yield f"{len(found.refreshed)} full names or addresses were brought up to date."
    for user, what in found.bad_addresses.items():
        yield f"no mail can reach {user} at {what}"
    if found.without_address:
        yield f"no address: {', '.join(found.without_address)}"
    if found.without_address or found.bad_addresses:
        yield "  give one with: xfc-notify users set USER --email ADDRESS, or email in [people]"
