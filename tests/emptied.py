"""A PostgreSQL database with today's tables, emptied between tests: much quicker than to make them anew each time."""

from xfc_notify.store import migrate
from xfc_notify.store.database import db

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration'"
SHAPE = """
SELECT (SELECT array_agg((name, applied)::text ORDER BY name) FROM schema_migration),
       (SELECT array_agg((oid, attnum, attname, atttypid, attnotnull)::text ORDER BY oid, attnum)
        FROM pg_class JOIN pg_attribute ON oid = attrelid WHERE relnamespace = 'public'::regnamespace),
       (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
       (SELECT array_agg(oid ORDER BY oid) FROM pg_trigger),
       (SELECT array_agg(oid ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
"""
"""All that a test may have changed beside rows."""


class Emptied:
    """Gives the open database empty tables; `shape` is what they were when they were made."""

    def __init__(self) -> None:
        self._shape: object = None

    def give(self) -> None:
        """Empty the tables; make them anew where a test has changed them."""
        if self._shape is not None and db.table_exists("schema_migration") and self._shape == _shape():
            tables = [f'"{name}"' for (name,) in db.execute_sql(TABLES).fetchall()]
            db.execute_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
            return
        db.execute_sql("DROP SCHEMA public CASCADE")
        db.execute_sql("CREATE SCHEMA public")
        migrate.upgrade()
        self._shape = _shape()


def _shape() -> object:
    return db.execute_sql(SHAPE).fetchone()
