"""Looks at the database."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xfc_notify.errors import WrongTables, XfcNotifyError
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database, migrate
from xfc_notify.units import format_duration

CLOCKS_APART = timedelta(minutes=5)
"""Half of the shortest lease."""


def look_at_database(asked: Inspection) -> Iterator[Checked]:
    """Whether it answers, fits this program and can be written; told elsewhere if it does not."""
    if asked.database is not None and asked.has_database:
        yield asked.database


def look_at_clock(asked: Inspection) -> Iterator[Checked]:
    """What the clock of the database says."""
    if asked.has_database:
        yield check_clock(lambda: datetime.now(UTC))


def check_database(url: str) -> Checked:
    """Whether it answers, and fits this program."""
    database.prepare(url)
    if database.is_missing():
        return _not_there()
    try:
        with database.connected():
            migrate.ensure_not_too_new()
            pending, newer = migrate.pending(), migrate.newer()
            if not pending:
                database.try_to_write()
    except WrongTables as error:
        return Checked("database", "failed", error.what, error.hint)
    except XfcNotifyError as error:
        do = "is it running, is database.url right, and may its user write?"
        return Checked("database", "failed", error.what, do)
    if pending and not database.is_sqlite():
        what = f"{database.shown()}: older than this program"
        return Checked("database", "failed", what, "run: xfc-notify migrate")
    if newer:
        what = f"{database.shown()}: newer than this program, which still works with it ({', '.join(newer)})"
        return Checked("database", "notice", what, "upgrade this program")
    return Checked("database", "ok", database.shown())


def _not_there() -> Checked:
    """An SQLite file that no command has made yet: to look creates none, which would belong to whoever looked first."""
    if (missing := database.sqlite_folder_missing()) is not None:
        what = f"{database.shown()}: there is no folder {missing}"
        return Checked("database", "failed", what, "create it, or change database.url")
    shown, folder = database.shown(), Path(str(database.db.database)).parent
    if not os.access(folder, os.W_OK):
        return Checked(
            "database", "failed", f"{shown}: not there, and cannot be made", f"who may write {folder}?"
        )
    database.prepare(database.IN_MEMORY)
    return Checked("database", "ok", f"{shown}: not there yet; the first command that writes makes it")


def check_clock(now: Callable[[], datetime]) -> Checked:
    """Whether the clocks here and at the database agree; a notice at most, because either may be right."""
    with database.connected():
        there = database.time_there()
    if there is None:
        return Checked("clock", "ok", "the database has the clock of this host")
    off = abs(now() - there)
    if off > CLOCKS_APART:
        what = f"this host and the database differ by {round(off.total_seconds())} s"
        do = "synchronise both by NTP: ages, leases and reminders depend on them"
        return Checked("clock", "notice", what, do)
    return Checked("clock", "ok", f"less than {format_duration(CLOCKS_APART)} apart from the database's")


CHECKS = (
    Check(("database",), look_at_database, needs_database=True),
    Check(("clock",), look_at_clock, needs_database=True),
)
