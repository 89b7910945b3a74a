"""Whether the last scan found so much less that it has to be seen twice. The version before leaves the column alone."""

from typing import Any

from peewee import Database, SqliteDatabase


def up(migrator: Any, db: Database) -> None:
    truth = "INTEGER" if isinstance(db, SqliteDatabase) else "BOOLEAN"
    db.execute_sql(f"ALTER TABLE episode ADD COLUMN doubted {truth} NOT NULL DEFAULT false")
