"""The part of `check` that asks the servers: database, RabbitMQ, and who works on them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from xfc_notify.cli.checked import Checked
from xfc_notify.cli.output import at
from xfc_notify.cli.session import Session
from xfc_notify.errors import WrongTables, XfcNotifyError

TICKS_LATE = timedelta(minutes=30)
CLOCKS_APART = timedelta(minutes=5)
"""Half of the shortest lease."""
UNITS = {"scan": "xfc-notify-scan", "results": "xfc-notify-service", "delivery": "xfc-notify-service"}
"""Who takes from each queue, as the units of systemd are called."""


def check_database(opened: Session) -> Checked:
    """Whether it answers, and fits this program."""
    from xfc_notify.store import database, migrate

    database.prepare(opened.settings.database.url)
    try:
        if (missing := database.sqlite_folder_missing()) is not None:
            what = f"{database.shown()}: there is no folder {missing}"
            return Checked("database", "failed", what, "create it, or change database.url")
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
        what = f"{database.shown()}: newer than this program, which still works with it ({', '.join(newer)})"
        return Checked("database", "notice", what, "upgrade this program")
    return Checked("database", "ok", database.shown())


def check_clock(now: Callable[[], datetime]) -> Iterator[Checked]:
    """Whether the clocks here and at the database agree; a notice at most, because either may be right."""
    from xfc_notify.store import database

    with database.connected():
        there = database.time_there()
    if there is not None and (off := abs(now() - there)) > CLOCKS_APART:
        what = f"this host and the database differ by {round(off.total_seconds())} s"
        yield Checked(
            "clock", "notice", what, "synchronise both by NTP: ages, leases and reminders depend on them"
        )


def check_broker(opened: Session) -> Checked:
    """Whether it answers."""
    from xfc_notify import broker
    from xfc_notify.settings import masked

    url = opened.settings.broker.url
    try:
        broker.check(opened.pipeline.broker, url)
    except XfcNotifyError as error:
        do = "is it running, and is broker.url right? The database keeps what is owed"
        return Checked("broker", "failed", error.what.removesuffix("."), do)
    return Checked("broker", "ok", masked(url))


def check_workers(opened: Session) -> Iterator[Checked]:
    """Whether a worker takes from every queue; a notice at most: a missing worker makes no other one ill."""
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
            "restart RabbitMQ; the database keeps what is owed",
        )
        return
    if all(queues[name].consumers for name in UNITS):
        yield Checked("workers", "ok", ", ".join(f"{name} {queues[name].consumers}" for name in UNITS))
    for name, unit in UNITS.items():
        if not queues[name].consumers:
            what = f"no worker takes from the queue {name}; {queues[name].messages} messages are waiting"
            yield Checked("workers", "notice", what, f"start the workers: {unit}.service, or its container")


def check_ticks(now: datetime) -> Checked:
    """Whether something calls `tick`; a notice at most: restarting what was checked would not help."""
    from xfc_notify.store import database, marks, migrate

    do = "let a timer call xfc-notify tick every few minutes, such as deploy/systemd/xfc-notify-tick.timer"
    with database.connected():
        last = None if migrate.pending() else marks.at(marks.TICKED)
    if last is None:
        return Checked("ticks", "notice", "none has done everything due yet", do)
    what = f"the last good one at {at(last)} UTC"
    return Checked("ticks", "notice", what, do) if now - last > TICKS_LATE else Checked("ticks", "ok", what)
