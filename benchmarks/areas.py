"""How long do commands take at 100,000 areas, on SQLite and PostgreSQL? Writes docs/benchmarks-areas.md.

    python benchmarks/areas.py [--areas 100000] [--rounds 5] [--output docs/benchmarks-areas.md]

Fills a database with areas, each scanned some times, a third of them in an episode of which their users were told, and
times whole commands, start-up and all, and the most memory that they take. The broker is RabbitMQ, so that enqueueing
only orders. Servers are private and started here.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from peewee import chunked
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from xfc_notify.areas import scans
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Finding, Level
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.store import database, migrate
from xfc_notify.store.finding_json import dump_finding
from xfc_notify.store.usage_json import dump_usage
from xfc_notify.usage import Usage
from xfc_notify.usage.tally import Tally

NOW = datetime.now(UTC).replace(microsecond=0)
SCANS = 3
"""Whole scans of every area."""
QUOTA = 40 * 10**12
SUMMARY = dump_usage(Usage(NOW, total=Tally.of(100, 10**9), by_directory={b"run": Tally.of(100, 10**9)}))
SETTINGS = """\
[database]
url = "{database}"
[broker]
url = "{broker}"
[[volumes]]
name = "vol1"
path = "/data/vol1"
capacity = "4 EB"
"""
COMMANDS = {
    "`status`": ["status"],
    "`status USER`": ["status", "user000314"],
    "`status --json`, all rows": ["status", "--json"],
    "`metrics`": ["metrics"],
    "`enqueue`": ["enqueue"],
    "`tick`, nothing due": ["tick"],
    "`simulate`": ["simulate"],
    "`enqueue --all`": ["enqueue", "--all"],
}
Took = tuple[float, float, float]
"""Wall and processor time of a command, and the most memory that it took, in MB."""
Results = dict[str, tuple[dict[str, Took], str]]
"""Database → command → what it took; and the plan of a query."""
ONCE = {"`enqueue --all`"}
"""What finds nothing to do a second time."""


def fill(areas: int) -> None:
    """Users with an area each and its scans, the last one of them within this day."""
    random.seed(1)
    columns = {
        model: [field.column_name for field in model._meta.sorted_fields] for model in (AreaRow, ScanRow)
    }
    batch = 5_000
    for first in range(0, areas, batch):
        numbers = range(first, min(areas, first + batch))
        users = (
            (n + 1, f"user{n:06}", "", f"user{n:06}@example.org", True, NOW, "off", "plugin", "operator")
            for n in numbers
        )
        names = [
            "id",
            "name",
            "full_name",
            "email",
            "notify",
            "added_at",
            "digest",
            "full_name_from",
            "email_from",
        ]
        _insert(UserRow, names, users)
        subjects = ((n + 1, "area", f"/data/vol1/user{n:06}", "vol1", n + 1) for n in numbers)
        _insert(SubjectRow, ["id", "kind", "key", "place", "user_id"], subjects)
        rows = [list(_scans(n)) for n in numbers]
        _insert(
            AreaRow, columns[AreaRow], (_area(n, mine[-1]) for n, mine in zip(numbers, rows, strict=True))
        )
        _insert(ScanRow, columns[ScanRow], (row for mine in rows for row in mine))
        for some in chunked([_episode(n) for n in numbers if n % 3 == 0], 1000):
            EpisodeRow.insert_many(some).execute()
    database.db.execute_sql("ANALYZE")


def _insert(model: Any, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    fields = [model._meta.columns[name] for name in columns]
    place = "?" if database.is_sqlite() else "%s"
    names, places = ", ".join(columns), ", ".join([place] * len(columns))
    statement = f"INSERT INTO {model._meta.table_name} ({names}) VALUES ({places})"
    values = [[field.db_value(value) for field, value in zip(fields, row, strict=True)] for row in rows]
    with database.db.atomic():
        database.db.cursor().executemany(statement, values)


def _area(number: int, last: Sequence[Any]) -> Sequence[Any]:
    names = [field.name for field in ScanRow._meta.sorted_fields]
    scan = dict(zip(names, last, strict=True))
    scan["level"] = max(Level[finding["level"].upper()] for finding in scan["findings"])
    values = {
        "id": number + 1, "user": number + 1, "subject": number + 1, "volume": "vol1",
        "directory": f"user{number:06}", "uid": None, "gone_at": None, "remark": "",
        "path": f"/data/vol1/user{number:06}", "hard_quota": QUOTA, "temporal_quota": 300e12, "added_at": NOW,
        "last_scanned": scan["as_of"], "last_attempt": scan["as_of"], "last_scan": scan["id"],
        "level": scan["level"], "size": scan["size"], "rescan_asked_at": None, "judged_by": "",
        "own_hard_quota": False, "own_temporal_quota": False,
    }  # fmt: skip
    return [values.get(field.name, field.default) for field in AreaRow._meta.sorted_fields]


def _episode(number: int) -> dict[str, Any]:
    """A warning, told an hour ago."""
    finding = Finding(Level.WARNING, 0.95 * QUOTA, QUOTA, "bytes", "hard quota")
    told = NOW - timedelta(hours=1)
    silence = f"told at {told:%Y-%m-%d %H:%M} UTC; a reminder is due from {told + timedelta(days=7):%Y-%m-%d %H:%M} UTC"
    return {
        "subject": number + 1, "plugin": "quota_hard", "policy": "quota_hard", "level": int(Level.WARNING),
        "finding": dump_finding(finding), "began_at": told, "as_of": told, "fresh_until": told, "unread": [],
        "told_level": int(Level.WARNING), "told_at": told, "silence": silence,
    }  # fmt: skip


def _scans(number: int) -> Iterator[Sequence[Any]]:
    for before in reversed(range(SCANS)):
        as_of = NOW - timedelta(days=before, seconds=random.randrange(80_000))
        size = int(QUOTA * random.random() ** 0.5 * 1.02)
        level = Level.at(size, QUOTA)
        findings = [
            dump_finding(Finding(level, size, QUOTA, "bytes", "hard quota")) | {"policy": "quota_hard"},
            dump_finding(Finding(Level.OK, 0, 300e12, "byte-days", "temporal quota"))
            | {"policy": "quota_temporal"},
        ]
        values = {
            "id": str(UUID(int=random.getrandbits(128))), "area": number + 1, "state": "whole", "clock": "arrival",
            "as_of": as_of, "progress_at": as_of, "ended_at": as_of, "slices": 1, "seconds": 0.1, "size": size,
            "allocated": size, "files": 100, "temporal_usage": 0.0, "complete": True, "usage": SUMMARY,
            "findings": findings, "failure": None, "left_out": None, "layers": None, "tree": None,
        }  # fmt: skip
        yield [values.get(field.name, field.default) for field in ScanRow._meta.sorted_fields]


def explained() -> str:
    """How the database finds the area scanned longest ago."""
    anybody = scans._not_open(scans.Choice(), datetime.now(UTC))
    query, values = anybody.order_by(AreaRow.last_attempt, AreaRow.id).limit(1).sql()
    how = "EXPLAIN QUERY PLAN" if database.is_sqlite() else "EXPLAIN"
    return "\n".join(str(row[-1]) for row in database.db.execute_sql(f"{how} {query}", values))


def seconds(words: list[str], settings: Path) -> Took:
    """What a command takes; RuntimeError where it fails."""
    environment = {**os.environ, "XFC_NOTIFY_SETTINGS": str(settings)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "xfc_notify", *words], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{words} failed")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def measure(url: str, folder: Path, broker: str, areas: int, rounds: int) -> tuple[dict[str, Took], str]:
    """Medians of all commands on the database at `url`, and the plan of the first query of `enqueue`."""
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(database=url, broker=broker))
    database.prepare(url)
    with database.connected():
        migrate.upgrade()
        fill(areas)
        plan = explained()
    found = {}
    for name, words in COMMANDS.items():
        took = [seconds(words, settings) for _ in range(1 if name in ONCE else rounds)]
        wall, processor, memory = (statistics.median(column) for column in zip(*took, strict=True))
        found[name] = (wall, processor, memory)
        what = f"{wall:7.2f} s  cpu {processor:6.2f} s  {memory:6.0f} MB"
        print(f"{url.partition(':')[0]:12} {name:28} {what}", flush=True)
    return found, plan


def report(areas: int, rounds: int, results: Results) -> str:
    """The document."""
    lines = [
        f"# Commands at {areas:,} areas\n",
        f"Written by `python benchmarks/areas.py --areas {areas} --rounds {rounds}` on {os.cpu_count()} processors,"
        f" Linux {platform.release().partition('-')[0]},"
        f" Python {platform.python_version()}: {areas:,} users with an area each,"
        f" {SCANS} scans of every area, a third of the areas in an episode; seconds, processor seconds and most"
        " memory of the whole command; medians.\n",
        "| command | " + " | ".join(f"{kind} | processor | MB" for kind in results) + " |",
        "|---|" + "---:|---:|---:|" * len(results),
    ]
    for name in COMMANDS:
        cells = ("{:.2f} | {:.2f} | {:.0f}".format(*took[name]) for took, _ in results.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append("\nHow `enqueue` finds the area that was scanned longest ago:")
    lines += [f"\n{kind}:\n\n```\n{plan}\n```" for kind, (_, plan) in results.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Start the servers, measure on both databases, write the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks-areas.md"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Postgres() as postgres, RabbitMQ() as rabbitmq:
        folder = Path(name)
        results = {
            kind: measure(url, folder, rabbitmq.new_vhost(), asked.areas, asked.rounds)
            for kind, url in (
                ("SQLite", f"sqlite:///{name}/areas.db"),
                ("PostgreSQL", postgres.new_database()),
            )
        }
    text = report(asked.areas, asked.rounds, results)
    asked.output.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
