"""Creates and upgrades the tables. Two that upgrade at once wait for each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from xfc_notify.errors import StoreError
from xfc_notify.store.database import db, is_sqlite, shown

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_304_110_958  # any number that no other program takes in the same PostgreSQL database


def upgrade() -> list[str]:
    """Apply what is pending; the names of what was applied."""
    with _locked():
        applied: list[str] = _runner().up()
        return applied


def pending() -> list[str]:
    """The migrations that this version knows and the database does not have."""
    return [migration.name for migration in _runner().status() if not migration.applied]


def ensure_current() -> None:
    """Upgrade SQLite at once; for PostgreSQL raise StoreError if it must be upgraded by `migrate`."""
    missing = pending()
    if not missing:
        return
    if is_sqlite():
        upgrade()
        return
    raise StoreError(
        f"The tables in {shown()} are older than this program (missing: {', '.join(missing)}).",
        "Run: xfc-notify migrate",
    )


def _runner() -> Runner:
    return Runner(db.obj, str(MIGRATIONS))


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
