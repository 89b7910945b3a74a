"""How fast is the whole flow? 100 areas of 1,000 files on RabbitMQ and PostgreSQL with two worker processes.

    python benchmarks/pipeline.py [--areas 100] [--files 1000] [--rounds 3]

Each round times, one after the other on the same warm tree: `du -sb` over all areas (the peer), and the flow
from `xfc-notify enqueue --all` until the last scan is whole. Prints medians, the ratio to du, areas a second,
and how much of the workers' time was scanning. Servers are private and started here, as in the tests.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

SETTINGS = """\
[database]
url = "{database}"
[broker]
url = "{broker}"
[[volumes]]
name = "vol1"
path = "volume"
"""


def build(volume: Path, areas: int, files: int) -> None:
    """Areas of small files, 100 to a directory."""
    for area in range(areas):
        for number in range(files):
            folder = volume / f"user{area:03}" / f"d{number // 100:02}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"f{number:04}").write_bytes(b"x" * (number % 50))


def one_round(folder: Path, command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of du, of the flow, and of scanning within the flow."""
    from xfc_notify.store.tables import Scan

    before = Scan.select().where(Scan.state == "whole").count()
    began = time.perf_counter()
    subprocess.run(["du", "-sb", str(folder / "volume")], check=True, stdout=subprocess.DEVNULL)
    du = time.perf_counter() - began
    began = time.perf_counter()
    subprocess.run([*command, "enqueue", "--all"], check=True, env=environment, stdout=subprocess.DEVNULL)
    while Scan.select().where(Scan.state == "open").count():
        time.sleep(0.02)
    flow = time.perf_counter() - began
    scans = list(Scan.select(Scan.seconds).where(Scan.state == "whole").order_by(Scan.ended_at.desc()))
    return du, flow, sum(scan.seconds for scan in scans[: len(scans) - before])


def main() -> None:
    """Start servers and workers, run the rounds, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--areas", type=int, default=100)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    from xfc_notify.store import database

    with tempfile.TemporaryDirectory() as name, Postgres() as postgres, RabbitMQ() as rabbitmq:
        folder = Path(name)
        build(folder / "volume", asked.areas, asked.files)
        url = postgres.new_database()
        settings = folder / "settings.toml"
        settings.write_text(SETTINGS.format(database=url, broker=rabbitmq.new_vhost()))
        environment = {**os.environ, "XFC_NOTIFY_SETTINGS": str(settings)}
        command = [sys.executable, "-m", "xfc_notify"]
        for step in (["migrate"], ["discover"]):
            subprocess.run([*command, *step], check=True, env=environment, stdout=subprocess.DEVNULL)
        workers = subprocess.Popen(
            [sys.executable, "-m", "dramatiq", "xfc_notify.actors", "-p", "2", "-t", "2"],
            env=environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(3)
            database.prepare(url)
            with database.connected():
                rounds = [one_round(folder, command, environment) for _ in range(asked.rounds)]
        finally:
            workers.terminate()
            workers.wait()
    du, flow, scanning = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"{asked.areas} areas of {asked.files} files, medians of {asked.rounds} rounds, two worker processes"
    )
    print(f"du -sb              {du:8.2f} s   1.00")
    print(f"the whole flow      {flow:8.2f} s   {flow / du:.2f}")
    print(f"areas a second      {asked.areas / flow:8.1f}")
    print(f"scanning            {scanning:8.2f} s   {scanning / (2 * flow):.0%} of two processes' time")


if __name__ == "__main__":
    main()
