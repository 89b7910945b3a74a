"""Writes dumps/VERSION-sqlite.sql and dumps/VERSION-postgresql.sql: what this version leaves in a database.

    python tests/store/make_dumps.py

To be run once for every release, and its files never changed again: test_dumps.py loads those of all versions, upgrades
them and goes on. Until the first release, run it again whenever the first migration has changed.
"""

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from facility import Facility, new_area
from servers.postgres import Postgres

from xfc_notify import __version__
from xfc_notify.areas import scans
from xfc_notify.areas.scans import Choice
from xfc_notify.notify import reply_rows
from xfc_notify.notify.tables import ExemptionRow
from xfc_notify.outbox import deliveries
from xfc_notify.people import users
from xfc_notify.store import database, marks, migrate
from xfc_notify.usage import Clock

DUMPS = Path(__file__).parent / "dumps"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def fill(folder: Path, url: str) -> None:
    """Ada was told and is over; ben was over and is no more; cleo is fine, with an open scan; dan was not scanned."""
    database.prepare(url)
    with database.connected():
        migrate.upgrade()
        facility = Facility.at(folder)
        areas = {name: new_area(name, NOW) for name in ("ada", "ben", "cleo", "dan")}
        for day in range(4):
            facility.scan(areas["ada"], 1200 + day, NOW + day * DAY, files=2)
            facility.scan(areas["ben"], 1100 if day < 2 else 900 - 200 * day, NOW + day * DAY)
            facility.scan(areas["cleo"], 100, NOW + day * DAY)
        for delivery in deliveries.deliveries((), 1):
            deliveries.sent(delivery, NOW)
        reply_rows.mute(users.user_named("cleo"), "quota_hard", NOW)
        until = NOW + 60 * DAY
        ExemptionRow.create(
            subject=areas["ben"].subject,
            policy="quota_temporal",
            until=until,
            reason="agreed",
            granted_at=NOW,
        )
        scans.open_scans(Choice(("cleo",)), None, Clock.ARRIVAL, NOW + 4 * DAY)
        marks.put(marks.TICKED, NOW)


def dump_sqlite(folder: Path) -> str:
    """The database as SQL."""
    fill(folder, f"sqlite:///{folder}/xfc-notify.db")
    with closing(sqlite3.connect(folder / "xfc-notify.db")) as opened:
        return "\n".join(opened.iterdump()) + "\n"


def dump_postgresql(folder: Path, server: Postgres) -> str:
    """The same of PostgreSQL, by its own program, without what only psql understands."""
    url = server.new_database()
    fill(folder, url)
    database.close()
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept = (line for line in text.splitlines() if line and not line.startswith(("--", "\\", "SET ")))
    return "\n".join(kept) + "\n"


def main() -> None:
    """Write both."""
    DUMPS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, Postgres() as server:
        for kind in ("sqlite", "postgresql"):
            folder = Path(name) / kind
            folder.mkdir()
            text = dump_sqlite(folder) if kind == "sqlite" else dump_postgresql(folder, server)
            (DUMPS / f"{__version__}-{kind}.sql").write_text(text.replace(str(folder), "/srv/xfc"))


if __name__ == "__main__":
    main()
