"""How does a scan fare with a billion files? Writes into docs/benchmarks.md what was seen.

    python benchmarks/billion.py [--fans 50,100,100,100] [--files 20] [--slice-seconds 60] [--output docs/benchmarks.md]

billion.c invents a tree: directories level by level as the fans say, so many files in each of the last level. Two
worker processes scan it in slices through RabbitMQ, a third one records in PostgreSQL, all as the service runs them.
The sums are checked against the formula. A copy of every result is taken from the exchange to be weighed.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pika
from pika.adapters.blocking_connection import BlockingChannel

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from xfc_notify.queues.declared import RESULTS
from xfc_notify.usage.tally import Tally

HERE = Path(__file__).parent
DAY = 86_400
BEGINNING = 1_767_225_600
PERIOD = 1000 * 365
SETTINGS = """\
[database]
url = "{database}"
[broker]
url = "{broker}"
[scan]
slice_seconds = {seconds}
[[volumes]]
name = "vol1"
path = "volume"
"""


@dataclass(frozen=True)
class Tree:
    """The tree that billion.c invents: children of a directory by level, files of one in the last level."""

    fans: Sequence[int]
    files: int

    @property
    def directories(self) -> int:
        return sum(math.prod(self.fans[:level]) for level in range(1, len(self.fans) + 1))

    @property
    def tally(self) -> tuple[int, int, int]:
        """Files, bytes, and bytes × seconds at the beginning of 2026, by the formula."""
        leaves = math.prod(self.fans)
        size = byte_seconds = 0
        for number in range(min(PERIOD, leaves)):
            times = leaves // PERIOD + (number < leaves % PERIOD)
            held = self.files * (number % 1000) * 1000 + self.files * (self.files - 1) // 2
            size += times * held
            byte_seconds += times * held * (number % 365) * DAY
        return leaves * self.files, size, byte_seconds

    def expected(self, as_of: int) -> Tally:
        """What a scan as of this second has to find, but for what lies on disk."""
        files, size, byte_seconds = self.tally
        return Tally(files, size, 0, byte_seconds + size * (as_of - BEGINNING))


@dataclass(frozen=True)
class Seen:
    """Seconds from the order to the last answer; peaks in bytes; slices; the longest result in bytes; rows."""

    seconds: float
    scanner: int
    service: int
    slices: int
    longest: int
    rows: int
    named: int
    found: Tally
    directories: int
    as_of: int


def library(folder: Path) -> str:
    """billion.c, built."""
    made = str(folder / "billion.so")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", HERE / "billion.c", "-o", made], check=True)
    return made


def invented(tree: Tree, root: Path, made: str) -> dict[str, str]:
    """The environment in which a tree is seen at an empty directory."""
    fans = ",".join(map(str, tree.fans))
    return {
        "LD_PRELOAD": made,
        "BILLION_ROOT": str(root),
        "BILLION_FANS": fans,
        "BILLION_FILES": str(tree.files),
    }


@contextmanager
def workers(environment: dict[str, str], processes: int, *queues: str) -> Iterator[int]:
    """Worker processes with a thread each; the id of the one that started them."""
    command = [
        sys.executable,
        "-m",
        "dramatiq",
        "xfc_notify.actors",
        "-p",
        str(processes),
        "-t",
        "1",
        "-Q",
        *queues,
    ]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def peak(pid: int) -> int:
    """The largest peak of memory, in bytes, of the processes that this one started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = [0]
    for child in children:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
        peaks += [int(found[1]) * 1024 if found else 0]
        peaks += [peak(int(child))]
    return max(peaks)


def _channel_with_results(connection: pika.BlockingConnection) -> BlockingChannel:
    """A channel, once a worker has declared the queue of the results."""
    while True:
        channel = connection.channel()
        try:
            channel.queue_declare(RESULTS.name, passive=True)
        except pika.exceptions.ChannelClosedByBroker:
            time.sleep(0.2)
        else:
            return channel


@contextmanager
def tapped(url: str) -> Iterator["list[int]"]:
    """The lengths of all results, filled in when the block ends."""
    lengths: list[int] = []
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = _channel_with_results(connection)
        channel.exchange_declare(RESULTS.exchange, "fanout", durable=True)  # as the first scanner would
        channel.queue_bind(RESULTS.name, RESULTS.exchange)
        channel.queue_declare("tapped", durable=True)
        channel.queue_bind("tapped", RESULTS.exchange)
    yield lengths
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        while (message := channel.basic_get("tapped", auto_ack=True))[0] is not None:
            lengths.append(len(message[2]))


def scan(tree: Tree, seconds: float, folder: Path, database: str, broker: str) -> Seen:
    """Scan a tree through the queues."""
    from xfc_notify.areas import scans
    from xfc_notify.areas.tables import AreaRow, ScanRow
    from xfc_notify.components import tables
    from xfc_notify.store import database as store
    from xfc_notify.store.usage_json import load_usage

    area = folder / "volume" / "walker"
    area.mkdir(parents=True)
    if os.getuid() == 0:  # what root owns is nobody's
        os.chown(area, 5000, 5000)
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS.format(database=database, broker=broker, seconds=seconds))
    service = {**os.environ, "XFC_NOTIFY_SETTINGS": str(settings)}
    scanner = service | invented(tree, area, library(folder))
    run = [sys.executable, "-m", "xfc_notify"]
    for step in (["migrate"], ["discover"]):
        subprocess.run([*run, *step], check=True, env=service, stdout=subprocess.DEVNULL)
    store.prepare(database)
    with store.connected(), workers(service, 1, "results", "delivery") as recorder:
        with workers(scanner, 2, "scan") as scanners:
            with tapped(broker) as lengths:
                began = time.perf_counter()
                subprocess.run([*run, "enqueue", "--all"], check=True, env=service, stdout=subprocess.DEVNULL)
                while scans.count_open():
                    time.sleep(0.2)
                took = time.perf_counter() - began
            peaks = peak(scanners), peak(recorder)
        row = ScanRow.get(ScanRow.id == AreaRow.get().last_scan)
        usage = load_usage(row.usage)
        rows = sum(int(table.select().count()) for table in tables())  # type: ignore[attr-defined, misc]
    return Seen(
        took, *peaks, row.slices, max(lengths), rows, len(usage.tree), usage.total, usage.directories,
        int(usage.as_of.timestamp()),
    )  # fmt: skip


def check(tree: Tree, seen: Seen) -> None:
    """Raise RuntimeError if the sums are not those of the formula."""
    expected, found = tree.expected(seen.as_of), seen.found
    if (found.files, found.size, found.byte_seconds, seen.directories) != (
        expected.files, expected.size, expected.byte_seconds, tree.directories,
    ):  # fmt: skip
        raise RuntimeError(
            f"the formula says {expected} in {tree.directories:,} directories, the scan {seen}"
        )


def section(tree: Tree, seconds: float, seen: Seen) -> str:
    """What was seen, as a part of docs/benchmarks.md."""
    return (
        f"## {seen.found.files:,} files\n\n"
        f"Written by `make bench-billion`: {seen.found.files:,} files in {tree.directories:,} directories, invented by"
        " a library beside the\nscanners (benchmarks/billion.c): what is measured is the scanner and not a disk. Two"
        " scanner processes, RabbitMQ,\nPostgreSQL; all sums are those of the formula.\n\n"
        "| | |\n|---|--:|\n"
        f"| from the order to the last answer | {seen.seconds:,.0f} s |\n"
        f"| files a second | {seen.found.files / seen.seconds:,.0f} |\n"
        f"| slices of {seconds:g} s | {seen.slices:,} |\n"
        f"| peak memory of a scanner | {seen.scanner / 1e6:.0f} MB |\n"
        f"| peak memory of the service | {seen.service / 1e6:.0f} MB |\n"
        f"| longest result | {seen.longest / 1e3:,.0f} kB |\n"
        f"| directories named in the summary | {seen.named:,} |\n"
        f"| rows in the database | {seen.rows:,} |\n"
    )


def main() -> None:
    """Scan, check, and put the section at the end of the page in place of the one before."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fans", default="50,100,100,100")
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--slice-seconds", type=float, default=60)
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "benchmarks.md")
    asked = parser.parse_args()
    tree = Tree([int(fan) for fan in asked.fans.split(",")], asked.files)
    with tempfile.TemporaryDirectory() as name, Postgres() as postgres, RabbitMQ() as rabbitmq:
        seen = scan(tree, asked.slice_seconds, Path(name), postgres.new_database(), rabbitmq.new_vhost())
    check(tree, seen)
    text = section(tree, asked.slice_seconds, seen)
    page = asked.output.read_text(encoding="utf-8") if asked.output.exists() else ""
    before = re.split(r"\n## [\d,]+ files\n", page)[0].rstrip()
    asked.output.write_text(f"{before}\n\n{text}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
