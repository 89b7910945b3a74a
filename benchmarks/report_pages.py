"""How long do the queries behind a page of reports take? On PostgreSQL, with 5,000 groups on 50 volumes.

    python benchmarks/report_pages.py [--groups 5000] [--volumes 50] [--points 235]

Points are what is kept of three years: 90 days of one a day, then one a week. One group in ten has its history, or the
database would be larger than what is measured here needs; the group asked for has all of it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.postgres import Postgres

from xfc_notify.reports import course, views
from xfc_notify.reports.choice import Choice
from xfc_notify.reports.latest import Order, Wanted, latest_views
from xfc_notify.store import database, migrate

NOW = datetime.now(UTC).replace(microsecond=0)
ROUNDS = 20


def fill(groups: int, volumes: int, points: int) -> None:
    """Rows made by the database itself."""
    days = [*range(90)] + [90 + 7 * week for week in range(points - 90)]
    values = ", ".join(f"({day})" for day in days)
    for statement in (
        f"INSERT INTO groups (gid, name, found_head, found_contact, complete, shrunk)"
        f" SELECT g, 'group' || g, 'head' || g, '', true, false FROM generate_series(1, {groups}) g",
        f"INSERT INTO load (id, volume, name, mtime, size, as_of, state, ordered_at, attempts, lines, cells, seconds)"
        f" SELECT v || '-' || d, 'volume' || v, 'x' || d, 0, 0, '{NOW:%Y-%m-%d}'::timestamp - d * interval '1 day',"
        f" 'loaded', now(), 1, 0, 0, 0 FROM generate_series(1, {volumes}) v, (VALUES {values}) AS days (d)",
        f"INSERT INTO group_usage (load_id, volume, gid, base, bytes, files, newest, kinds, ages, temporary)"
        f" SELECT v || '-0', 'volume' || v, g, '/v/' || v || '/' || g, mod(g * 7919 + v, 100000), 5, 1700000000,"
        f" '{{\"bam\": 5}}', '{{\"1y\": 5}}', 0"
        f" FROM generate_series(1, {groups}) g, generate_series(1, {volumes}) v",
        f"INSERT INTO group_standing (volume, gid, as_of, bytes, files, newest, quota, quota_files, quota_source,"
        f" level, bases, latest) SELECT 'volume' || v, g, '{NOW:%Y-%m-%d}'::timestamp - d * interval '1 day',"
        f" mod(g * 7919 + v, 100000), 5, 1700000000 + g, 10, 0, 'lfs', mod(g + v, 4), '{{\"/v\": 5}}', d = 0"
        f" FROM generate_series(1, {groups}) g, generate_series(1, {volumes}) v, (VALUES {values}) AS days (d)"
        f" WHERE d = 0 OR mod(g, 10) = 1",
        "ANALYZE",
    ):
        database.db.execute_sql(statement)


def measured(what: Callable[[], Any]) -> tuple[int, float]:
    """How many rows, and the median of milliseconds."""
    times, rows = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        rows = len(list(what()))
        times.append((time.perf_counter() - began) * 1000)
    return rows, statistics.median(times)


def main() -> None:
    """Fill a database, and print what each query takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=5000)
    parser.add_argument("--volumes", type=int, default=50)
    parser.add_argument("--points", type=int, default=235)
    asked = parser.parse_args()
    with Postgres() as server:
        database.prepare(server.new_database())
        with database.connected():
            migrate.upgrade()
            fill(asked.groups, asked.volumes, asked.points)
            one = frozenset({11})
            for name, what in {
                "the 100 largest": lambda: views.group_views(Choice(count=100)),
                "one group on all volumes": lambda: views.group_views(Choice(gids=one)),
                "the 100 largest of a head's 20 groups": lambda: views.group_views(
                    Choice(gids=frozenset(range(11, 211, 10)), count=100)
                ),
                "types and ages of one group": lambda: views.make_up_views(Choice(gids=one)),
                "the list of all groups, the worst first": lambda: latest_views(Wanted(), 51),
                "the same, page 100": lambda: latest_views(Wanted(), 51, 99 * 50),
                "the same, by size": lambda: latest_views(Wanted(order=Order.SIZE), 51),
                "the same, by name": lambda: latest_views(Wanted(order=Order.GROUP), 51),
                "the same, untouched for longest": lambda: latest_views(Wanted(order=Order.UNTOUCHED), 51),
                "the same, searched": lambda: latest_views(Wanted(search="group31"), 51),
                "the same, on one volume": lambda: latest_views(Wanted(volume="volume7"), 51),
                "the same, of a head's 20 groups": lambda: latest_views(
                    Wanted(frozenset(range(11, 211, 10))), 51
                ),
                "one group on all volumes, with forecasts": lambda: latest_views(Wanted(one)),
                "the course of a group on one volume": lambda: course.standing_views(11, "volume7"),
                "the last 50 points of a group": lambda: course.standing_views(11, count=50),
            }.items():
                rows, milliseconds = measured(what)
                sys.stdout.write(f"{name}: {rows:,} rows, {milliseconds:.1f} ms\n")


if __name__ == "__main__":
    main()
