"""What does the pipeline cost around the scans? Writes docs/benchmarks-pipeline.md.

    python benchmarks/pipeline.py [--areas 1000] [--files 100] [--rounds 3] [--output docs/benchmarks-pipeline.md]

Many small areas on RabbitMQ and PostgreSQL, with two worker processes of two threads. Each round times, in turns, the
flow from `xfc-notify enqueue --all` until the last scan is whole, and as many messages (an order and a result for
each area) through actors that do nothing. Then the steps of the flow one by one, in this process. Servers are private
and started here, as in the tests.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xfc_notify.plugins.service import Service

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from xfc_notify.settings import Settings

SETTINGS = """\
[database]
url = "{database}"
[broker]
url = "{broker}"
[[volumes]]
name = "vol1"
path = "volume"
"""
WORKERS = ["-p", "2", "-t", "2"]
TEXT = "x" * 1500
"""About as long as a result."""


def build(volume: Path, areas: int, files: int) -> None:
    """Areas of small files, 100 to a directory."""
    for area in range(areas):
        for number in range(files):
            folder = volume / f"user{area:04}" / f"d{number // 100:02}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{number:04}").write_bytes(b"x" * (number % 50))


@contextmanager
def workers(module: str, environment: dict[str, str]) -> Iterator[None]:
    """Two worker processes that have started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dramatiq", module, *WORKERS],
        env=environment, stderr=subprocess.DEVNULL, cwd=Path(__file__).parent,
    )  # fmt: skip
    try:
        time.sleep(5)
        yield
    finally:
        process.terminate()
        process.wait()


def flow(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from `enqueue --all` until the last scan is whole; and for how many in all the scanners measured."""
    from peewee import fn

    from xfc_notify.areas import scans
    from xfc_notify.areas.tables import ScanRow

    measured = ScanRow.select(fn.SUM(ScanRow.seconds))
    before = measured.scalar() or 0
    began = time.perf_counter()
    command = [sys.executable, "-m", "xfc_notify", "enqueue", "--all"]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    while scans.count_open():
        time.sleep(0.05)
    took = time.perf_counter() - began
    return took, measured.scalar() - before


def bare(environment: dict[str, str], areas: int) -> float:
    """Seconds for as many orders and results that nobody does anything with."""
    done = Path(environment["XFC_BARE_DONE"])
    before = done.stat().st_size
    began = time.perf_counter()
    command = [
        sys.executable,
        "-c",
        f"import bare_actors as b\nfor _ in range({areas}): b.order.send({TEXT!r})",
    ]
    subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parent)
    while done.stat().st_size < before + areas:
        time.sleep(0.05)
    return time.perf_counter() - began


class Clock:
    """Adds up what steps take; what is measured inside a step is not counted to it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside = [0.0]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The block counts to the step `name`."""
        began = time.perf_counter()
        self._inside.append(0.0)
        try:
            yield
        finally:
            took = time.perf_counter() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + took - self._inside.pop()
            self._inside[-1] += took

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted to the step `name`."""

        def counted(*arguments: Any, **named: Any) -> Any:
            with self.step(name):
                return function(*arguments, **named)

        return counted


def steps(settings: Settings) -> tuple[dict[str, float], int]:
    """Seconds of each step over all areas, one area after the other; and how many SQL statements an area took."""
    from xfc_notify.areas import orders, scans
    from xfc_notify.areas.messages import dump_order, dump_result, load_order, load_result
    from xfc_notify.components import pipeline as build_pipeline
    from xfc_notify.notify.record import record
    from xfc_notify.outbox import deliveries
    from xfc_notify.plugins import Plugins
    from xfc_notify.scan.slice import measure
    from xfc_notify.store import database

    clock, statements = Clock(), 0
    pipeline, plugins = build_pipeline(settings), Plugins.load(settings)
    volumes = [volume.volume() for volume in settings.volumes]
    execute = database.db.obj.execute_sql

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal statements
        statements += 1
        with clock.step("record: waiting for PostgreSQL"):
            return execute(*arguments, **named)

    plugins.evaluate = clock.around("record: policies", plugins.evaluate)  # type: ignore[method-assign]
    now = datetime.now(UTC)
    scans.open_scans(scans.Choice(), None, settings.scan.clock, now)
    due = orders.claim_orders(now, 60, True)
    database.db.obj.execute_sql = counted
    for order in due:
        with clock.step("publish: order and result"):
            message = pipeline.broker.enqueue(pipeline.actors["scan"].message(dump_order(order)))
        with clock.step("scan"):
            result = measure(load_order(message.args[0]), volumes, threads=settings.scan.threads)
        with clock.step("publish: order and result"):
            message = pipeline.broker.enqueue(pipeline.actors["results"].message(dump_result(result)))
            text = json.dumps(message.args[0])
        with clock.step("record: read the result"):
            answer = load_result(json.loads(text))
        with clock.step("record: make SQL, read rows, decide"):
            record(answer, Service(settings, plugins), datetime.now(UTC))
        with clock.step("record: what is owed now"):
            orders.claim_orders(datetime.now(UTC), 60, True)
            deliveries.claim_due(datetime.now(UTC))
    database.db.obj.execute_sql = execute
    return clock.seconds, round(statements / len(due))


def report(
    areas: int,
    files: int,
    flows: list[tuple[float, float]],
    bares: list[float],
    parts: dict[str, float],
    count: int,
) -> str:
    """The document."""
    whole, measuring = (statistics.median(seconds) for seconds in zip(*flows, strict=True))
    alone, total = statistics.median(bares), sum(parts.values())
    lines = [
        "# The pipeline\n",
        f"Written by `python benchmarks/pipeline.py --areas {areas} --files {files} --rounds {len(flows)}` on"
        f" {os.cpu_count()} processors, Linux {platform.release().partition('-')[0]},"
        f" Python {platform.python_version()}: {areas:,} areas"
        f" of {files} files, RabbitMQ, PostgreSQL, two worker processes of two threads; medians.\n",
        "| | seconds | areas a second | ratio |",
        "|---|---:|---:|---:|",
        f"| actors that do nothing, as many messages | {alone:.2f} | {areas / alone:.0f} | 1.00 |",
        f"| the whole flow, from `enqueue --all` to the last scan | {whole:.2f} | {areas / whole:.0f} |"
        f" {whole / alone:.2f} |\n",
        f"In that flow the scanners measured for {measuring:.2f} s, summed over the workers' threads.\n",
        f"The steps for one area in turn, in one process, if nobody needs to be told anything: {count} SQL"
        " statements.\n",
        "| step | ms | share |",
        "|---|---:|---:|",
        *(
            f"| {name} | {1000 * took / areas:.2f} | {took / total:.0%} |"
            for name, took in sorted(parts.items(), key=lambda item: -item[1])
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Start servers and workers, run the rounds, write the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=1000, help="at most 1,000: so many are ordered at once")
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks-pipeline.md"))
    asked = parser.parse_args()
    from xfc_notify.components import load_settings as load
    from xfc_notify.store import database

    with tempfile.TemporaryDirectory() as name, Postgres() as postgres, RabbitMQ() as rabbitmq:
        folder = Path(name)
        build(folder / "volume", asked.areas, asked.files)
        url = postgres.new_database()
        settings = folder / "settings.toml"
        settings.write_text(SETTINGS.format(database=url, broker=rabbitmq.new_vhost()))
        environment = {
            **os.environ,
            "XFC_NOTIFY_SETTINGS": str(settings),
            "XFC_BARE_BROKER": rabbitmq.new_vhost(),
            "XFC_BARE_DONE": str(folder / "done"),
        }
        for step in ("migrate", "discover"):
            command = [sys.executable, "-m", "xfc_notify", step]
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        database.prepare(url)
        flows, bares = [], []
        with database.connected():
            with workers("xfc_notify.actors", environment), workers("bare_actors", environment):
                for _ in range(asked.rounds):
                    flows.append(flow(environment))
                    bares.append(bare(environment, asked.areas))
            parts, statements = steps(load(settings))
    text = report(asked.areas, asked.files, flows, bares, parts, statements)
    asked.output.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
