"""xfc-notify enqueue: orders scans."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here, log_as_workers_do, report
from xfc_notify.errors import WrongInput


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("enqueue", help="Order scans: the stalest area, or those named.")(_enqueue)


def _enqueue(
    users: Annotated[
        list[str] | None, typer.Argument(metavar="USER", help="All areas of these users.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All areas.")] = False,
    volume: Annotated[str | None, typer.Option(metavar="NAME", help="All areas on this volume.")] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="TIME", help="All whose last scan is older than this, like 24h.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, max=100_000_000, metavar="N", help="At most so many, oldest first.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import places, scans
    from xfc_notify.outbox.mode import effective_mode
    from xfc_notify.people.users import user_named
    from xfc_notify.units import parse_duration

    if users and every:
        raise WrongInput("Name users, or --all.")
    now = datetime.now(UTC)
    try:
        not_since = now - parse_duration(older_than) if older_than else None
    except ValueError as error:
        raise WrongInput(f"--older-than: {error}") from None
    with session(settings) as opened:
        places.follow_settings([volume.volume() for volume in opened.settings.volumes])
        for name in users or ():
            user_named(name)
        if volume is not None and volume not in {known.name for known in opened.settings.volumes}:
            known = ", ".join(v.name for v in opened.settings.volumes) or "none"
            raise WrongInput(f"--volume: there is no volume {volume} in the settings.", f"Known: {known}")
        if volume in opened.settings.surveyed:
            raise WrongInput(
                f"--volume: areas on {volume} are not walked: their figures come from wrstat.",
                "See: xfc-notify reports load",
            )
        named = bool(users or every or volume or older_than)
        choice = scans.Choice(tuple(users or ()), volume, not_since, opened.settings.surveyed)
        log_as_workers_do(opened)
        opened_scans = scans.open_scans(
            choice, count or (None if named else 1), opened.settings.scan.clock, now
        )
        work, mode = finish_here(opened), effective_mode(opened.settings)
    report(opened, opened_scans, work, mode, as_json)
