"""xfc-notify check: settings, database, broker, plugins, volumes; one line each."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import at, print_json, print_table
from xfc_notify.cli.session import Session, without_database
from xfc_notify.errors import ScanRefused, WrongInput, WrongTables, XfcNotifyError
from xfc_notify.paths import show

if TYPE_CHECKING:
    from xfc_notify.settings import VolumeTable


PARTS = ("database", "broker", "workers", "plugins", "scanner", "volumes", "operators", "messages", "ticks")
"""What can be asked for alone: a scanner has no database, and where messages are sent from no volume."""
TICKS_LATE = timedelta(minutes=30)
CLOCKS_APART = timedelta(minutes=5)
"""Half of the shortest lease."""
UNITS = {"scan": "xfc-notify-scan", "results": "xfc-notify-service", "delivery": "xfc-notify-service"}
"""Who takes from each queue, as the units of systemd are called."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: state is ok, notice or failed; `do` is what to do if it is not ok."""

    name: str
    state: str
    what: str
    do: str = ""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="Look at settings, database, broker, plugins, volumes.")(_check)


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


def _checked(opened: Session, parts: set[str]) -> Iterator[Checked]:  # noqa: C901, PLR0912 - a list, one part after another
    yield Checked("settings", "ok", str(opened.settings.source))
    has_database = False
    if parts & {"database", "messages", "ticks"}:
        database = _database(opened)
        has_database = database.state != "failed"
        if "database" in parts or not has_database:
            yield database
        if "database" in parts and has_database:
            yield from _clock(lambda: datetime.now(UTC))
    if parts & {"broker", "workers"}:
        broker = _broker(opened)
        if "broker" in parts or broker.state == "failed":
            yield broker
        if "workers" in parts and broker.state != "failed":
            yield from _workers(opened)
    if "plugins" in parts:
        yield from _plugins(opened)
    if "scanner" in parts:
        yield _scanner(opened)
    if "volumes" in parts:
        yield from _volumes(opened)
    if "operators" in parts:
        yield _operators(opened)
    if "messages" in parts:
        yield from _templates(opened)
        yield from _language(opened)
        yield from _mail(opened, datetime.now(UTC))
        if has_database:
            yield _messages(opened)
    if has_database and "ticks" in parts:
        yield _ticks(datetime.now(UTC))


def _database(opened: Session) -> Checked:
    from xfc_notify.store import database, migrate

    database.prepare(opened.settings.database.url)
    try:
        if (missing := database.sqlite_folder_missing()) is not None:
            what = f"{database.shown()}: there is no folder {missing}"
            return Checked("database", "failed", what, "make it, or change database.url")
        with database.connected():
            migrate.ensure_not_too_new()
            pending, newer = migrate.pending(), migrate.newer()
    except WrongTables as error:
        return Checked("database", "failed", error.what, error.hint)
    except XfcNotifyError as error:
        do = "is it running, and is database.url right?"
        return Checked("database", "failed", error.what, do)
    if pending and not database.is_sqlite():
        what = f"{database.shown()}: older than this program"
        return Checked("database", "failed", what, "run: xfc-notify migrate")
    if newer:
        what = f"{database.shown()}: newer than this program, which can work with it ({', '.join(newer)})"
        return Checked("database", "notice", what, "upgrade this program")
    return Checked("database", "ok", database.shown())


def _clock(now: Callable[[], datetime]) -> Iterator[Checked]:
    """Whether the clock here is that of the database; of who is right nothing is known, so a notice at most."""
    from xfc_notify.store import database

    with database.connected():
        there = database.time_there()
    if there is not None and (off := abs(now() - there)) > CLOCKS_APART:
        what = f"this host and the database differ by {round(off.total_seconds())} s"
        yield Checked("clock", "notice", what, "set both by NTP: ages, leases and reminders go by them")


def _operators(opened: Session) -> Checked:
    if opened.settings.service.operators:
        return Checked("operators", "ok", opened.settings.service.operators)
    what = "no address: storms, full volumes and escalations reach nobody"
    return Checked("operators", "notice", what, "set operators in [service]")


def _messages(opened: Session) -> Checked:
    """Whether they are sent."""
    from xfc_notify.notify.mode import live_since
    from xfc_notify.store import database, held, migrate

    if opened.settings.messages.mode == "shadow":
        what = 'mode is "shadow": messages are recorded, none is sent'
        return Checked("messages", "notice", what, "to send them, change messages.mode")
    with database.connected():
        if migrate.pending():
            return Checked(
                "messages", "notice", "told when the tables are up to date", "run: xfc-notify migrate"
            )
        since, waiting = live_since(), len(held.waiting())
    if since is None:
        what = "not live yet: messages are recorded, none is sent"
        return Checked("messages", "notice", what, "to send them: xfc-notify go-live")
    if waiting:
        return Checked("messages", "notice", f"{waiting} are held", "look at them: xfc-notify messages held")
    return Checked("messages", "ok", f"sent since {at(since)} UTC")


def _ticks(now: datetime) -> Checked:
    """Whether something calls `tick`; a notice at most: where a check restarts what it checks, that would not help."""
    from xfc_notify.store import database, marks, migrate

    do = "let a timer call xfc-notify tick every few minutes, such as deploy/systemd/xfc-notify-tick.timer"
    with database.connected():
        last = None if migrate.pending() else marks.at(marks.TICKED)
    if last is None:
        return Checked("ticks", "notice", "none has done all that was due yet", do)
    what = f"the last good one at {at(last)} UTC"
    return Checked("ticks", "notice", what, do) if now - last > TICKS_LATE else Checked("ticks", "ok", what)


def _broker(opened: Session) -> Checked:
    from xfc_notify import broker
    from xfc_notify.settings import masked

    url = opened.settings.broker.url
    try:
        broker.check(opened.pipeline.broker, url)
    except XfcNotifyError as error:
        do = "is it running, and is broker.url right? What is owed is kept in the database"
        return Checked("broker", "failed", error.what.removesuffix("."), do)
    return Checked("broker", "ok", masked(url))


def _workers(opened: Session) -> Iterator[Checked]:
    """Whether somebody takes from every queue; a notice at most, as for ticks: no worker is ill for want of another."""
    from xfc_notify import broker

    if opened.pipeline.embedded:
        return
    try:
        queues = broker.queues(opened.settings.broker.url)
    except XfcNotifyError as error:
        yield Checked(
            "workers",
            "failed",
            error.what.removesuffix("."),
            "restart RabbitMQ; what is owed is kept in the database",
        )
        return
    if all(queues[name].consumers for name in UNITS):
        yield Checked("workers", "ok", ", ".join(f"{name} {queues[name].consumers}" for name in UNITS))
    for name, unit in UNITS.items():
        if not queues[name].consumers:
            what = f"nobody takes from the queue {name}, in which {queues[name].messages} messages wait"
            yield Checked("workers", "notice", what, f"start the workers: {unit}.service, or its container")


def _plugins(opened: Session) -> Iterator[Checked]:
    try:
        plugins = opened.plugins
    except XfcNotifyError as error:
        yield Checked(
            "plugins", "failed", error.what, error.hint or "repair or uninstall it, or the settings of it"
        )
        return
    for plugin in plugins.all:
        yield Checked(f"plugin {plugin.name}", "ok", f"{plugin.origin}: {', '.join(plugin.hooks)}")
    if not plugins.having("deliver"):
        yield Checked("plugins", "notice", "no plugin delivers messages", "is email among plugins.disabled?")


def _scanner(opened: Session) -> Checked:
    from xfc_notify.scan.engine import Scanner, choose

    scanner = choose()
    if scanner is Scanner.PYTHON:
        do = "for the native one, many times as fast, install again on Linux with gcc"
        return Checked("scanner", "notice", "python, one thread", do)
    threads = opened.settings.scan.threads or "as many as bring something"
    return Checked("scanner", "ok", f"{scanner}, threads: {threads}")


def _volumes(opened: Session) -> Iterator[Checked]:
    if not opened.settings.volumes:
        yield Checked("volumes", "notice", "none", "add a [[volumes]] block to the settings")
    for volume in opened.settings.volumes:
        yield _volume(volume)


def _templates(opened: Session) -> Iterator[Checked]:
    from xfc_notify.notify.words import site

    if opened.settings.messages.templates is None:
        return
    found = site.mistakes(opened.settings)
    do = "mend it; until then the packaged form and words go out"
    yield from (Checked("templates", "failed", mistake, do) for mistake in found)
    if not found:
        yield Checked("templates", "ok", show(os.fsencode(opened.settings.messages.templates)))


def _language(opened: Session) -> Iterator[Checked]:
    """A language that nobody has translated; which there are depends on the site's templates."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(opened.settings.messages.templates)
    if opened.settings.service.language not in known:
        what = f"no messages in {opened.settings.service.language!r}, so they are in English"
        yield Checked("language", "failed", what, f"known: {', '.join(sorted(known))}")


def _mail(opened: Session, now: datetime) -> Iterator[Checked]:
    """Where nothing sends mail, nobody is told anything, and no delivery fails."""
    from xfc_notify.domain import Person
    from xfc_notify.notify.words.trial import trial_message

    try:
        plugins = opened.plugins
    except XfcNotifyError:  # told under plugins
        return
    person = Person("somebody", email="somebody@example.org")
    if not plugins.addresses(trial_message(opened.settings, now), person):
        yield Checked("mail", "notice", "no plugin would send any", "set url and sender in [plugins.email]")


def _volume(volume: "VolumeTable") -> Checked:
    from xfc_notify.scan import guard

    name, path = f"volume {volume.name}", show(volume.path)
    try:
        with guard.opened(volume.volume()) as here, os.scandir(here) as entries:
            count, filesystem = sum(1 for _ in entries), guard.filesystem_id(here)
    except ScanRefused as refused:
        do = "mount it; or if it is, mend marker and filesystem in its [[volumes]] block"
        what = refused.what.removeprefix(f"{name}: ").removesuffix("; is the volume mounted?")
        return Checked(name, "failed", what, do)
    except OSError as error:
        return Checked(name, "failed", f"{path}: {error.strerror}", "is it mounted?")
    retired = ", retired" if volume.retired else ""
    what = f"{path}: {count} entries{retired}, on file system {filesystem}"
    if volume.volume().guarded:
        return Checked(name, "ok", what)
    do = 'make a file in it and name it, as in: marker = ".xfc-volume"'
    if filesystem != guard.NO_ID:
        do += f'; or set filesystem = "{filesystem}"'
    return Checked(name, "notice", f"{what}; were it not mounted, nothing would show it", do)
