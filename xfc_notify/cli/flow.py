"""migrate, discover, enqueue, tick: what moves the service on."""

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import Session, session, without_database
from xfc_notify.cli.work import Work, finish_here
from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from xfc_notify.notify.mode import Mode


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("migrate", help="Create or upgrade the tables (SQLite does it by itself).")(_migrate)
    app.command("discover", help="Find users and areas in the volumes.")(_discover)
    app.command("enqueue", help="Order scans: the area scanned longest ago, or those named.")(_enqueue)
    app.command("tick", help="Do everything that is due now, once.")(_tick)


def _migrate(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.store import database, migrate

    opened = without_database(settings)
    database.prepare(opened.settings.database.url)
    with database.connected():
        applied = migrate.upgrade()
    if as_json:
        print_json({"applied": applied})
    else:
        say(f"Applied: {', '.join(applied)}." if applied else "The tables are up to date.")


def _discover(
    volumes: Annotated[
        list[str] | None, typer.Argument(metavar="VOLUME", help="Names in the settings.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from dataclasses import asdict

    from xfc_notify.discover import discover

    with session(settings) as opened:
        found = discover(opened.settings, opened.plugins, volumes or [], datetime.now(UTC))
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
        int | None, typer.Option(min=1, metavar="N", help="At most so many, oldest first.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.mode import effective_mode
    from xfc_notify.store import areas, scans
    from xfc_notify.units import parse_duration

    if users and every:
        raise WrongInput("Name users, or --all.")
    now = datetime.now(UTC)
    try:
        not_since = now - parse_duration(older_than) if older_than else None
    except ValueError as error:
        raise WrongInput(f"--older-than: {error}") from None
    with session(settings) as opened:
        for name in users or ():
            areas.user_named(name)
        if volume is not None and volume not in {known.name for known in opened.settings.volumes}:
            known = ", ".join(v.name for v in opened.settings.volumes) or "none"
            raise WrongInput(f"--volume: there is no volume {volume} in the settings.", f"Known: {known}")
        named = bool(users or every or volume or older_than)
        choice = scans.Choice(tuple(users or ()), volume, not_since)
        _log_as_workers_do(opened)
        opened_scans = scans.open_scans(
            choice, count or (None if named else 1), opened.settings.scan.clock, now
        )
        work, mode = finish_here(opened), effective_mode(opened.settings)
    _report(opened, opened_scans, work, mode, as_json)


def _tick(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.heartbeat import beat
    from xfc_notify.notify.mode import effective_mode
    from xfc_notify.tick import tick

    with session(settings) as opened:
        _log_as_workers_do(opened)
        done = tick(opened.settings, opened.plugins, datetime.now(UTC))
        work, mode = finish_here(opened), effective_mode(opened.settings)
        beat(opened.settings, datetime.now(UTC))
    if as_json:
        print_json(
            {"given_up": done.given_up, "opened": done.opened, "messages": done.messages + work.messages,
             "failed": work.failed}
        )  # fmt: skip
        return
    if done.given_up:
        say(f"{done.given_up} scans given up: no scanner answered for a day.")
    if done.messages:
        say(f"{done.messages} messages written that were due.")
    _report(opened, done.opened, work, mode, as_json=False)


def _log_as_workers_do(opened: Session) -> None:
    """With logs as JSON, tell which orders are sent and messages written, to be read with the logs of the workers."""
    if opened.settings.logs.format == "json":
        from xfc_notify.middleware import log_context

        log_context.install("json")
        logging.getLogger("xfc_notify").setLevel(logging.INFO)


def _report(opened: Session, scans: int, work: Work, mode: "Mode", as_json: bool) -> None:
    if as_json:
        print_json({"opened": scans, "failed": work.failed, "messages": work.messages})
        return
    if not opened.pipeline.embedded:
        say(f"Scans ordered: {scans}.")
        return
    say(f"Areas scanned: {scans - work.failed}. Messages written: {work.messages}.")
    if work.messages and mode == "shadow":
        say("Nothing is sent yet, only recorded; see: xfc-notify check messages")
    if work.failed:
        say(f"{work.failed} scans failed; see: xfc-notify status")
