"""What do two workers gain, and what does it cost to cut a scan into slices?

    python benchmarks/slices.py [--files 40000] [--threads 4] [--slice-seconds 0.25] [--rounds 3] [--folder FOLDER]

Worker processes measure slices as those of the service do, on a file system where each look at an entry takes
0.5 ms (slow.c); this process orders them and takes their answers by the functions of the service, in SQLite.

The slices are short, so that a small tree makes as many as a large area does at 60 s. What one of them costs
does not depend on its length, and is shown as a part of 60 s too.
"""

import argparse
import math
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scan import compiled, slowly
from trees import build_nested

from xfc_notify.areas import answers, areas, orders, scans
from xfc_notify.areas.tables import ScanRow
from xfc_notify.domain import Person, Volume
from xfc_notify.people import users
from xfc_notify.scan.order import SliceResult
from xfc_notify.scan.slice import measure
from xfc_notify.store import migrate
from xfc_notify.store.database import connected, db, prepare
from xfc_notify.usage import Clock

SERVICE_SECONDS = 60


class Ran(NamedTuple):
    """Seconds from the first order to the last answer, slices, and files found."""

    seconds: float
    slices: int
    files: int


def scan(volume: Volume, workers: int, threads: int, budget: float) -> Ran:
    """Scan the only area by some processes with some threads each, in slices of `budget` seconds."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * workers))  # all are there
        began, now = time.perf_counter(), datetime.now(UTC)
        if scans.open_scans(scans.Choice(), None, Clock.ARRIVAL, now) != 1:
            raise RuntimeError("the scan before is still open")
        working: set[Future[SliceResult]] = set()
        while True:
            for order in orders.claim_orders(now, budget, one_file_system=True):
                working.add(pool.submit(measure, order, [volume], threads=threads))
            done, working = wait(working, return_when=FIRST_COMPLETED)
            if whole := _take(done, now):
                return Ran(time.perf_counter() - began, whole.slices, whole.files)


def _take(measuring: Iterable[Future[SliceResult]], now: datetime) -> ScanRow | None:
    """Take answers into the scan; the scan if that makes it whole."""
    scan = None
    for measured in measuring:
        with db.atomic():
            answered = answers.answer(measured.result(), (), now)
            scan = None if answered is None else answered.scan
            if scan and scan.state == "whole":
                answers.conclude(scan, "", now)
    return scan if scan and scan.state == "whole" else None


def report(volume: Volume, threads: int, budget: float, rounds: int) -> str:
    """One worker without slices, one with and two with, in turns; medians."""
    ways = {(1, math.inf): [], (1, budget): [], (2, budget): []}  # type: dict[tuple[int, float], list[Ran]]
    for _ in range(rounds):
        for (workers, seconds), ran in ways.items():
            ran.append(scan(volume, workers, threads, seconds))
    (uncut, cut, shared), slices = (
        [statistics.median(ran.seconds for ran in way) for way in ways.values()],
        statistics.median(ran.slices for ran in ways[1, budget]),
    )
    if len({ran.files for way in ways.values() for ran in way}) != 1:
        raise RuntimeError("slices and the whole found different numbers of files")
    each = (cut - uncut) / (slices - 1)
    return (
        f"{ways[1, budget][0].files:,} files, {threads} threads a worker, 0.5 ms a call. "
        f"Medians of {rounds} interleaved rounds.\n\n"
        "| | seconds | |\n|---|--:|--:|\n"
        f"| one worker, uncut | {uncut:.2f} | 1.00 |\n"
        f"| one worker, {slices:.0f} slices of {budget:g} s | {cut:.2f} | {cut / uncut:.2f} |\n"
        f"| two workers, slices of {budget:g} s | {shared:.2f} | {shared / uncut:.2f} |\n\n"
        f"A slice costs {each * 1000:.0f} ms, which is {each / SERVICE_SECONDS:.2%} of one of {SERVICE_SECONDS} s.\n"
    )


def measured(folder: Path, files: int, threads: int, budget: float, rounds: int) -> str:
    """The report, on a nested tree below the folder, which is built where it is missing."""
    volume = folder / f"sliced-{files}"
    area = volume / "ada"
    if not volume.exists():
        build_nested(area, files)
    os.environ.update(slowly(compiled("slow.c", folder, "-shared", "-fPIC"), area))
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as store:
        prepare(f"sqlite:///{store}/benchmark.db")
        with connected():
            migrate.upgrade()
            users.add_user(Person("ada"), now)
            areas.add([areas.NewArea(users.user_named("ada"), "benchmark", "ada", str(area), 1, 1)], now)
            return report(Volume("benchmark", os.fsencode(volume)), threads, budget, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=40_000)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--slice-seconds", type=float, default=0.25)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "xfc-notify-benchmark")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    print(measured(asked.folder, asked.files, asked.threads, asked.slice_seconds, asked.rounds))
