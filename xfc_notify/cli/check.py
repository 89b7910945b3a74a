"""xfc-notify check: settings, database, broker, plugins, volumes; one line each."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from xfc_notify.cli.output import at, print_json, print_table
from xfc_notify.cli.session import AsJson, Session, SettingsFile, without_database
from xfc_notify.errors import XfcNotifyError
from xfc_notify.paths import show

if TYPE_CHECKING:
    from xfc_notify.settings import VolumeTable


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: state is ok, notice or failed; `what` says what to do if it is not ok."""

    name: str
    state: str
    what: str


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="Look at settings, database, broker, plugins, volumes.")(_check)


def _check(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    opened = without_database(settings)
    results = list(_checked(opened))
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        print_table(
            ["checked", "state", ""], [(result.name, result.state, result.what) for result in results]
        )
    if any(result.state == "failed" for result in results):
        raise typer.Exit(1)


def _checked(opened: Session) -> Iterator[Checked]:
    settings = opened.settings
    yield Checked("settings", "ok", str(settings.source))
    database = _database(opened)
    yield database
    yield _broker(opened)
    yield from _plugins(opened)
    yield _scanner(opened)
    if not settings.volumes:
        yield Checked("volumes", "notice", "none; add a [[volumes]] block to the settings")
    for volume in settings.volumes:
        yield _volume(volume)
    if not settings.service.operators:
        what = "no address: storms, full volumes and escalations reach nobody; set operators in [service]"
        yield Checked("operators", "notice", what)
    yield from _templates(opened)
    if database.state == "ok":
        yield _messages(opened)


def _database(opened: Session) -> Checked:
    from xfc_notify.store import database, migrate

    database.prepare(opened.settings.database.url)
    try:
        if (missing := database.sqlite_folder_missing()) is not None:
            return Checked("database", "failed", f"{database.shown()}: there is no folder {missing}")
        with database.connected():
            pending = migrate.pending()
    except XfcNotifyError as error:
        return Checked("database", "failed", error.what)
    if pending and not database.is_sqlite():
        return Checked(
            "database", "failed", f"{database.shown()}: older than this program; run: xfc-notify migrate"
        )
    return Checked("database", "ok", database.shown())


def _messages(opened: Session) -> Checked:
    """Whether they are sent."""
    from xfc_notify.notify.mode import live_since
    from xfc_notify.store import database, held, migrate

    if opened.settings.messages.mode == "shadow":
        return Checked("messages", "notice", 'mode is "shadow": messages are recorded, none is sent')
    with database.connected():
        if migrate.pending():
            return Checked("messages", "notice", "told when the tables are up to date: xfc-notify migrate")
        since, waiting = live_since(), len(held.waiting())
    if since is None:
        what = "not live yet: messages are recorded, none is sent; to send them: xfc-notify go-live"
        return Checked("messages", "notice", what)
    if waiting:
        return Checked("messages", "notice", f"{waiting} are held; look at them: xfc-notify messages held")
    return Checked("messages", "ok", f"sent since {at(since)} UTC")


def _broker(opened: Session) -> Checked:
    from xfc_notify import broker
    from xfc_notify.settings import masked

    url = opened.settings.broker.url
    try:
        broker.check(opened.pipeline.broker, url)
    except XfcNotifyError as error:
        return Checked("broker", "failed", error.what)
    return Checked("broker", "ok", masked(url))


def _plugins(opened: Session) -> Iterator[Checked]:
    try:
        plugins = opened.plugins
    except XfcNotifyError as error:
        yield Checked("plugins", "failed", error.what)
        return
    for plugin in plugins.all:
        yield Checked(f"plugin {plugin.name}", "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages")


def _scanner(opened: Session) -> Checked:
    from xfc_notify.scan.engine import Scanner, choose

    scanner = choose()
    if scanner is Scanner.PYTHON:
        what = "python, one thread; the native one, many times as fast, needs Linux and gcc at installation"
        return Checked("scanner", "notice", what)
    threads = opened.settings.scan.threads or "as many as bring something"
    return Checked("scanner", "ok", f"{scanner}, threads: {threads}")


def _templates(opened: Session) -> Iterator[Checked]:
    from xfc_notify.notify import site

    if opened.settings.messages.templates is None:
        return
    found = site.mistakes(opened.settings)
    yield from (Checked("templates", "failed", f"{mistake}; the packaged ones are used") for mistake in found)
    if not found:
        yield Checked("templates", "ok", show(os.fsencode(opened.settings.messages.templates)))


def _volume(volume: "VolumeTable") -> Checked:
    name, path = f"volume {volume.name}", show(volume.path)
    try:
        with os.scandir(volume.path) as entries:
            count = sum(1 for _ in entries)
    except OSError as error:
        return Checked(name, "failed", f"{path}: {error.strerror}; is it mounted?")
    retired = ", retired" if volume.retired else ""
    return Checked(name, "ok", f"{path}: {count} entries{retired}")
