"""Looks at the database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from xfc_notify.errors import WrongTables, XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database, migrate

CLOCKS_APART = timedelta(minutes=5)
"""Half of the shortest lease."""


def look_at_database(asked: Inspection) -> Iterator[Checked]:
    """Whether it answers and fits this program, and what its clock says; told elsewhere if it does not."""
    if asked.database is not None and asked.has_database:
        yield asked.database
        yield from check_clock(lambda: datetime.now(UTC))


def check_database(url: str) -> Checked:
    """Whether it answers, and fits this program."""
    database.prepare(url)
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
    with database.connected():
        there = database.time_there()
    if there is not None and (off := abs(now() - there)) > CLOCKS_APART:
        what = f"this host and the database differ by {round(off.total_seconds())} s"
        yield Checked(
            "clock", "notice", what, "synchronise both by NTP: ages, leases and reminders depend on them"
        )


CHECKS = (Check(("database",), look_at_database, needs_database=True),)
