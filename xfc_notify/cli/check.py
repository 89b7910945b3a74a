"""xfc-notify check: settings, database, broker, plugins, volumes; one line each."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli import check_host, check_messages, check_servers
from xfc_notify.cli.checked import Checked
from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table
from xfc_notify.cli.session import Session, without_database
from xfc_notify.errors import WrongInput

PARTS = ("database", "broker", "workers", "plugins", "scanner", "volumes", "operators", "messages", "ticks")
"""What can be checked alone: a scanner has no database, and a service worker has no volume."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="Check settings, database, broker, plugins, volumes.")(_check)


def _check(
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="PART", help=f"Only these: {', '.join(PARTS)}.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    for part in parts or ():
        if part not in PARTS:
            raise WrongInput(f"{part!r} is none of {', '.join(PARTS)}.")
    results = list(_checked(without_database(settings), set(parts or PARTS)))
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        print_table(
            ["checked", "state", ""],
            [(it.name, it.state, "; ".join(filter(None, (it.what, it.do)))) for it in results],
        )
    if any(result.state == "failed" for result in results):
        raise typer.Exit(1)


def _checked(opened: Session, parts: set[str]) -> Iterator[Checked]:
    yield Checked("settings", "ok", str(opened.settings.source))
    database = check_servers.check_database(opened) if parts & {"database", "messages", "ticks"} else None
    has_database = database is not None and database.state != "failed"
    if database is not None and ("database" in parts or not has_database):
        yield database
    if has_database and "database" in parts:
        yield from check_servers.check_clock(lambda: datetime.now(UTC))
    yield from _of_broker(opened, parts)
    if "plugins" in parts:
        yield from check_host.check_plugins(opened)
    if "scanner" in parts:
        yield check_host.check_scanner(opened)
    if "volumes" in parts:
        yield from check_host.check_volumes(opened)
    if "operators" in parts:
        yield check_messages.check_operators(opened)
    if "messages" in parts:
        yield from _of_messages(opened, has_database)
    if has_database and "ticks" in parts:
        yield check_servers.check_ticks(datetime.now(UTC))


def _of_broker(opened: Session, parts: set[str]) -> Iterator[Checked]:
    if not parts & {"broker", "workers"}:
        return
    broker = check_servers.check_broker(opened)
    if "broker" in parts or broker.state == "failed":
        yield broker
    if "workers" in parts and broker.state != "failed":
        yield from check_servers.check_workers(opened)


def _of_messages(opened: Session, has_database: bool) -> Iterator[Checked]:
    yield from check_messages.check_templates(opened)
    yield from check_messages.check_language(opened)
    yield from check_messages.check_mail(opened, datetime.now(UTC))
    if has_database:
        yield check_messages.check_messages(opened)
