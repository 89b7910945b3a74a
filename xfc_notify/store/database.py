"""The only place that opens the database."""

import json
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from peewee import (
    SQL,
    Database,
    DatabaseError,
    DatabaseProxy,
    InterfaceError,
    PostgresqlDatabase,
    SqliteDatabase,
)

from xfc_notify.errors import StoreError
from xfc_notify.settings import masked

db = DatabaseProxy()
"""What the tables are bound to; `prepare` says which database it is. One process, one database."""

SQLITE = "sqlite:///"
IN_MEMORY = f"{SQLITE}:memory:"
"""An empty database, which ends with its connection."""
_CONNECT_SECONDS = 10
VALUES = 900
"""How many values a statement may have: 999 on some SQLites, 32,766 on most."""
BATCH = 500
"""How many rows one statement names."""
_ROOM = 2**20
"""Bytes that a transaction may need."""


def prepare(url: str) -> Database:
    """Bind the tables to the database at `url`, without connecting. Bound to it already, they stay so."""
    name = url.removeprefix(SQLITE) if url.startswith(SQLITE) else "postgresql://" + url.partition("://")[2]
    bound: Database | None = db.obj
    if bound is not None and bound.database == name:
        return bound
    database: Database
    if url.startswith(SQLITE):
        database = SqliteDatabase(
            name,
            pragmas={"journal_mode": "wal", "foreign_keys": 1},
            # Under load, a transaction that begins as a reader and then writes fails at once; one that begins
            # as a writer waits its turn.
            lock_type="IMMEDIATE",
            timeout=30,
            autoconnect=False,
        )
    else:
        database = PostgresqlDatabase(
            name,
            autoconnect=False,
            connect_timeout=_CONNECT_SECONDS,
            application_name="xfc-notify",
        )
    db.initialize(database)
    return database


def connect() -> None:
    """A fresh connection for this thread; StoreError if the database does not answer.

    An open one is closed first: it may be one that the server dropped, which cannot be told from outside.
    """
    close()
    try:
        db.connect()
    except (DatabaseError, InterfaceError) as error:
        raise _store_error("does not answer", error) from None


def ensure_connected() -> None:
    """This thread's connection, if it still answers, else a fresh one; StoreError if the database does not."""
    if not db.is_closed():
        try:
            db.execute_sql("SELECT 1")
            return
        except (DatabaseError, InterfaceError):
            pass  # the server dropped it meanwhile
    connect()


def close() -> None:
    """Close this thread's connection, if it has one."""
    if not db.is_closed():
        db.close()


@contextmanager
def connected() -> Iterator[None]:
    """A connection for the duration of the block."""
    connect()
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise failed(error) from error
    finally:
        close()


def failed(error: Exception) -> StoreError:
    """What to raise where the database did not do what it was told."""
    return _store_error("failed", error)


def for_update(query: Any, of: Any = None, *, skip_locked: bool = False) -> Any:
    """The query with its rows locked until the transaction ends; in SQLite the transaction itself is the lock."""
    if is_sqlite():
        return query
    return query.for_update("FOR UPDATE SKIP LOCKED" if skip_locked else True, of=of)


def among(column: Any, values: Collection[int] | Collection[str]) -> Any:
    """The condition that a column is one of many: together they are one value of the statement, of which it is a part
    that cannot be asked in batches."""
    if is_sqlite():
        return column.in_(SQL("(SELECT value FROM json_each(?))", [json.dumps(list(values))]))
    return column == SQL("ANY(%s)", [list(values)])


def one_at_a_time(work: int) -> None:
    """Wait until no other transaction does this work, of a number of its own, until this one ends.

    In SQLite the transaction itself is the lock.
    """
    if not is_sqlite():
        db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (work,))


def time_there() -> datetime | None:
    """The time by the clock of the database; None for SQLite, which has no clock."""
    if is_sqlite():
        return None
    told: datetime = db.execute_sql("SELECT clock_timestamp()").fetchone()[0]
    return told


def version() -> tuple[str, str]:
    """What the database is, and its version."""
    if is_sqlite():
        return "SQLite", sqlite3.sqlite_version
    told: str = db.execute_sql("SHOW server_version").fetchone()[0]
    return "PostgreSQL", told


def try_to_write() -> None:
    """Write a row and take it back; DatabaseError without the right to, or where there is no room."""
    with db.atomic() as trial:
        db.execute_sql("INSERT INTO mark (name, at) VALUES ('trial of check', '2000-01-01 00:00:00')")
        trial.rollback()


def is_sqlite() -> bool:
    """Whether this is the embedded database."""
    return isinstance(db.obj, SqliteDatabase)


def shown() -> str:
    """The database's name for people, without a password."""
    return f"{SQLITE}{db.database}" if is_sqlite() else masked(str(db.database))


def is_missing() -> bool:
    """Whether the database is an SQLite file that does not exist yet."""
    return is_sqlite() and not Path(str(db.database)).exists()


def sqlite_folder_missing() -> Path | None:
    """The folder of an SQLite file, if it does not exist."""
    folder = Path(str(db.database)).parent
    return folder if is_sqlite() and not folder.is_dir() else None


def _store_error(what: str, error: BaseException) -> StoreError:
    full = " Its disk is full." if _disk_is_full() else ""
    hint = "The database keeps what is owed; make room, and `xfc-notify tick` goes on." if full else ""
    return StoreError(f"The database {shown()} {what}: {_first_line(_root(error))}{full}", hint)


def _root(error: BaseException) -> BaseException:
    """What went wrong first: a rollback that fails as well says nothing of the reason."""
    root, before = error, error.__context__
    while before is not None:
        root = before if isinstance(before, DatabaseError | InterfaceError) else root
        before = before.__context__
    return root


def _disk_is_full() -> bool:
    """Whether the disk of an SQLite file has no room for a transaction: SQLite calls that by several names."""
    if not is_sqlite():
        return False
    try:
        return shutil.disk_usage(Path(str(db.database)).parent).free < _ROOM
    except OSError:
        return False


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ or error
    text = str(cause).strip() or str(error).strip() or type(error).__name__
    if isinstance(cause, sqlite3.Error) or not is_sqlite():
        return text.splitlines()[0]
    return text
