"""The tables come into being, once, and are what the models say."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from facility import together
from peewee import DatabaseError
from servers.postgres import GivenPostgres, Postgres

from xfc_notify.components import tables
from xfc_notify.errors import StoreError, WrongTables
from xfc_notify.people.tables import UserRow
from xfc_notify.store import database, migrate
from xfc_notify.store.database import db

MIGRATIONS = sorted(path.stem for path in migrate.MIGRATIONS.glob("[0-9]*.py"))


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """An open database without tables."""
    database.prepare(database_url)
    with database.connected():
        yield database_url


def test_an_empty_database_gets_all_tables(empty):
    assert migrate.pending() == MIGRATIONS
    assert migrate.upgrade() == MIGRATIONS
    assert migrate.pending() == []
    assert {model._meta.table_name for model in tables()} < set(db.get_tables())


def test_migrating_twice_does_nothing_the_second_time(empty):
    migrate.upgrade()
    before = schema()
    assert migrate.upgrade() == []
    assert schema() == before


def test_asking_what_is_pending_changes_nothing(empty):
    migrate.pending()
    assert db.get_tables() == []


def test_two_that_migrate_at_once_do_it_once(empty):
    done = together([migrate.upgrade] * 4)
    assert sorted(done) == [[], [], [], MIGRATIONS]


MIGRATE = """
import sys
from xfc_notify.store import database, migrate
database.prepare(sys.argv[1])
with database.connected():
    print(",".join(migrate.upgrade()))
"""


def test_several_processes_that_migrate_at_once_do_it_once(database_url):
    command = [sys.executable, "-c", MIGRATE, database_url]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    done = [process.communicate(timeout=60)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sorted(done) == ["", "", "", ",".join(MIGRATIONS)]


def test_a_process_that_dies_while_it_migrates_leaves_the_lock_behind_for_nobody(postgres_url):
    database.prepare(postgres_url)
    with database.connected():
        db.execute_sql("SELECT pg_advisory_lock(%s)", (migrate._LOCK,))
    with database.connected():
        assert migrate.upgrade() == MIGRATIONS


def test_sqlite_is_brought_up_to_date_by_whoever_opens_it(sqlite_url):
    database.prepare(sqlite_url)
    with database.connected():
        together([migrate.ensure_current] * 4)
        assert migrate.pending() == []


def test_postgresql_is_upgraded_by_the_operator_alone(postgres_url):
    database.prepare(postgres_url)
    with database.connected():
        with pytest.raises(StoreError) as caught:
            migrate.ensure_current()
        assert db.get_tables() == []
        assert f"missing: {', '.join(MIGRATIONS)}" in caught.value.what
        assert "secret" not in caught.value.what
        assert caught.value.hint == "Run: xfc-notify migrate"
        migrate.upgrade()
        migrate.ensure_current()


def test_a_migration_that_fails_leaves_the_tables_as_they_were(empty):
    db.execute_sql("CREATE TABLE episode (id INTEGER)")  # in the way of the real one
    with pytest.raises(DatabaseError, match="exists"):
        migrate.upgrade()
    assert set(db.get_tables()) <= {"episode", migrate_history()}
    assert migrate.pending() == MIGRATIONS
    db.execute_sql("DROP TABLE episode")
    assert migrate.upgrade() == MIGRATIONS


def test_migrated_tables_are_those_of_the_models_on_sqlite(sqlite_url):
    migrated, modelled = both_schemas(sqlite_url, sqlite_url + "-models")
    assert migrated == modelled


def test_migrated_tables_are_those_of_the_models_on_postgresql(postgres: Postgres | GivenPostgres):
    migrated, modelled = both_schemas(postgres.new_database(), postgres.new_database())
    assert migrated == modelled


def test_partial_indexes_are_partial(empty):
    migrate.upgrade()
    indexes = {index.name: index for model in tables() for index in db.get_indexes(model._meta.table_name)}
    for name, unique, where in (
        ("scan_one_open_per_area", True, "open"),
        ("scan_open_by_progress", False, "open"),
        ("episode_one_open", True, "ended_at IS NULL"),
        ("episode_unsettled", False, "settled"),
        ("delivery_due", False, "queued"),
        ("group_standing_by_level", False, "latest"),
    ):
        index = indexes[name]
        assert index.unique == unique
        assert where in index.sql.partition("WHERE")[2]


def both_schemas(one: str, other: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema after migrating, and the schema of the models."""
    database.prepare(one)
    with database.connected():
        migrate.upgrade()
        migrated = schema()
    database.prepare(other)
    with database.connected():
        db.create_tables(tables())
        modelled = schema()
    assert len(modelled) == len(tables())
    assert modelled["users"]["columns"]["name"]
    return migrated, modelled


def schema() -> dict[str, Any]:
    """What the database itself tells of every table: columns, types, keys, indexes."""
    return {
        table: {
            "columns": columns(table),
            "primary key": db.get_primary_keys(table),
            "foreign keys": sorted(db.get_foreign_keys(table)),
            "deletes": deletes(table),
            "indexes": sorted((index.name, index.unique, index.sql) for index in db.get_indexes(table)),
        }
        for table in db.get_tables()
        if table != migrate_history()
    }


def columns(table: str) -> dict[str, tuple[Any, ...]]:
    """Column → type with its length, whether it may be null, and its default."""
    if database.is_sqlite():
        return {row[1]: tuple(row[2:]) for row in db.execute_sql(f"PRAGMA table_info({table})")}
    rows = db.execute_sql(
        "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
        (table,),
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def deletes(table: str) -> list[Any]:
    """What happens to the rows of a table when those that they refer to are deleted."""
    if database.is_sqlite():
        return sorted((row[3], row[6]) for row in db.execute_sql(f"PRAGMA foreign_key_list({table})"))
    rows = db.execute_sql(
        "SELECT conname, confdeltype FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
        (table,),
    )
    return sorted(tuple(row) for row in rows)


def migrate_history() -> str:
    """The table in which the migrations are kept count of."""
    name: str = migrate._runner().History._meta.table_name
    return name


def test_a_migrated_database_takes_rows(empty, now):
    migrate.upgrade()
    UserRow.create(name="alice", added_at=now)
    assert UserRow.get().notify is True


def test_a_migration_only_adds_so_that_the_version_before_goes_on_working(empty):
    for name in MIGRATIONS:
        before = {table: columns(table) for table in db.get_tables()}
        with migrations_until(name):
            migrate.upgrade()
        for table, known in before.items():
            assert columns(table).items() >= known.items(), f"{name} changes or drops what was there"
            for column in columns(table).keys() - known.keys():
                _, second, third, fourth = columns(table)[column]
                optional, default = (not second, third) if database.is_sqlite() else (third == "YES", fourth)
                assert optional or default is not None, f"{name}: rows without {column} cannot be added"


@pytest.mark.parametrize(
    ("last", "refused"),
    [
        ("9998_more", False),
        ("9998_less_needs_0001", False),
        ("9998_x_needs_9998", True),
        ("9999_x_needs_9998", True),
    ],
)
def test_tables_that_a_newer_version_has_made_are_worked_with_unless_they_need_it(empty, last, refused):
    migrate.upgrade()
    db.execute_sql(f"INSERT INTO schema_migration (name, applied) VALUES ('{last}', '2026-03-02 08:00:00')")
    assert migrate.newer() == [last]
    assert migrate.pending() == []
    if not refused:
        migrate.ensure_current()
        return
    for attempt in (migrate.ensure_current, migrate.upgrade):
        with pytest.raises(WrongTables) as caught:
            attempt()
        assert f"too new for this program (they have {last})" in caught.value.what
        assert caught.value.hint == "Upgrade this program."


@contextmanager
def migrations_until(last: str) -> Iterator[None]:
    """As an older version had them."""
    with TemporaryDirectory() as folder, patch.object(migrate, "MIGRATIONS", Path(folder)):
        for file in (Path(migrate.__file__).parent / "migrations").glob("[0-9]*.py"):
            if file.name[: len(last)] <= last:
                shutil.copy(file, folder)
        yield
