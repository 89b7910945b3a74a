"""Creates and upgrades the tables. Two that upgrade at once wait for each other.

The version before goes on working with the tables while it is replaced. So a migration only adds; what is no longer
used goes in a later one. One that earlier versions cannot work with says so in its name, which they read: after
`0009_drop_notes_needs_0007` no version works that does not know migration 0007.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from peewee import DatabaseError, InterfaceError
from playhouse.migrations import Runner

from xfc_notify.errors import StoreError, WrongTables
from xfc_notify.store.database import connect, db, failed, is_sqlite, shown

MIGRATIONS = Path(__file__).parent / "migrations"
_APPLIED = "schema_migration"
_NEEDS = re.compile(r"_needs_(\d+)$")
_LOCK = 7_304_110_958  # any number that no other program uses in the same PostgreSQL database


def upgrade() -> list[str]:
    """Apply what is pending; the names of what was applied. WrongTables if they are too new for this version."""
    with _locked():
        ensure_not_too_new()
        applied: list[str] = _runner().up()
        return applied


def pending() -> list[str]:
    """The migrations that this version knows and the database does not have."""
    applied = _applied()
    return [name for name in _known(MIGRATIONS) if name not in applied]


def newer() -> list[str]:
    """The migrations that the database has and this version does not know."""
    return sorted(_applied().difference(_known(MIGRATIONS)))


def ensure_not_too_new() -> None:
    """Raise WrongTables if a newer version has made of the tables what this one cannot work with."""
    _refuse_too_new(_applied())


def ensure_current() -> None:
    """Upgrade SQLite at once; for PostgreSQL raise WrongTables if it must be upgraded by `migrate`.

    Raises WrongTables, too, if they are too new. Costs one query.
    """
    applied = _applied()
    _refuse_too_new(applied)
    missing = [name for name in _known(MIGRATIONS) if name not in applied]
    if not missing:
        return
    if is_sqlite():
        upgrade()
        return
    raise WrongTables(
        f"The tables in {shown()} are older than this program (missing: {', '.join(missing)}).",
        "Run: xfc-notify migrate",
    )


def ensure_connected_and_current() -> None:
    """`ensure_current` on this thread's connection, or on a fresh one if it has none that still answers."""
    if not db.is_closed():
        try:
            ensure_current()
            return
        except WrongTables:
            raise
        except StoreError:
            pass  # the server dropped it meanwhile
    connect()
    ensure_current()


def _refuse_too_new(applied: frozenset[str]) -> None:
    known = _known(MIGRATIONS)
    last = int(known[-1].partition("_")[0])
    for name in sorted(applied.difference(known)):
        needs = _NEEDS.search(name)
        if needs is not None and int(needs[1]) > last:
            raise WrongTables(
                f"The tables in {shown()} are too new for this program (they have {name}).",
                "Upgrade this program.",
            )


@cache
def _known(folder: Path) -> tuple[str, ...]:
    """The migrations of this version; read once, for while it runs the next one may be installed over it."""
    return tuple(sorted(file.stem for file in folder.glob("[0-9]*.py")))


def _applied() -> frozenset[str]:
    try:
        return frozenset(name for (name,) in db.execute_sql(f"SELECT name FROM {_APPLIED}").fetchall())
    except (DatabaseError, InterfaceError) as error:
        if _is_missing(_APPLIED):
            return frozenset()
        raise failed(error) from error


def _is_missing(table: str) -> bool:
    """Whether the database answers, and has no such table."""
    try:
        return not db.is_closed() and not db.table_exists(table)
    except (DatabaseError, InterfaceError):
        return False


def _runner() -> Runner:
    return Runner(db.obj, str(MIGRATIONS), _APPLIED)


@contextmanager
def _locked() -> Iterator[None]:
    if is_sqlite():
        with db.atomic():  # begins as a writer: a second one waits here
            yield
        return
    db.execute_sql("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        db.execute_sql("SELECT pg_advisory_unlock(%s)", (_LOCK,))
