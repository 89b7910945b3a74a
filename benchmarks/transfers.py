"""Measures copies of datasets beside `cp -r`, `rclone copy` and `rsync -a`, and writes docs/benchmarks-transfers.md.

    python benchmarks/transfers.py [--large COUNT] [--small COUNT] [--folder FOLDER] [--no-document]

In one run, all on one disk: COUNT files of 10 MB, and COUNT files of 4 kB, from one folder to another. Ours reads the
source, forces the copy to disk and reads that back; each peer copies as it does, none forces anything to disk. Who
begins changes from round to round, and of three rounds the one in the middle counts.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks-transfers.md"
ROUNDS = 3
LARGE, SMALL = 10_000_000, 4_000
IN_FOLDER = 100
"""Files in a directory."""
OURS, CP, RCLONE, RSYNC = "ours", "cp -r", "rclone copy", "rsync -a"
AIMS = {"large": {CP: 0.6, RCLONE: 1.2}, "small": {RSYNC: 2.0}}
"""At least so many times as fast as these."""


def make(folder: Path, count: int, size: int) -> None:
    """So many files that no file system can pack."""
    for number in range(count):
        file = folder / f"{number // IN_FOLDER:04}" / f"{number:06}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))


@contextmanager
def catalog(folder: Path) -> Iterator[Any]:
    """A catalogue with the stores `from` and `to`, in a new SQLite database."""
    from xfc_notify.datasets import Catalog

    stores = "".join(
        f'[[stores]]\nname = "{name}"\nurl = "file://{folder}/{name}"\n' for name in ("from", "to")
    )
    settings = folder / "settings.toml"
    settings.write_text(f'[database]\nurl = "sqlite:///{folder}/benchmark.db"\n{stores}')
    command: list[str | Path] = [
        Path(sys.executable).with_name("xfc-notify"),
        "stores",
        "init",
        "--settings",
        settings,
    ]
    subprocess.run(command, check=True, capture_output=True)
    with Catalog.open(settings) as opened:
        yield opened


def measured(copy: Callable[[], object]) -> float:
    """Seconds that it takes, with nothing left to be written from before."""
    os.sync()
    began = time.perf_counter()
    copy()
    return time.perf_counter() - began


def peers(source: Path, target: Path) -> dict[str, Callable[[], object]]:
    """Those that are installed."""
    commands = {
        CP: ["cp", "-r", str(source), str(target)],
        RCLONE: ["rclone", "copy", str(source), str(target)],
        RSYNC: ["rsync", "-a", f"{source}/", str(target)],
    }
    there = {name: words for name, words in commands.items() if shutil.which(words[0])}
    return {
        name: partial(subprocess.run, words, check=True, capture_output=True) for name, words in there.items()
    }


def compared(folder: Path, count: int, size: int) -> dict[str, Any]:
    """Seconds of everybody, round by round, for so many files of this size."""
    (folder / "to").mkdir(parents=True)
    make(folder / "from" / "exp", count, size)
    found: dict[str, list[float]] = {}
    with catalog(folder) as opened:
        began = time.perf_counter()
        uid = opened.register("tree", "from:", "exp").uid
        registering = time.perf_counter() - began
        for number in range(ROUNDS):
            target = folder / "peer"
            todo = {OURS: lambda: opened.copy(uid, "to:"), **peers(folder / "from" / "exp", target)}
            names = list(todo)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                found.setdefault(name, []).append(measured(todo[name]))
                shutil.rmtree(target, ignore_errors=True)
            opened.remove(uid, "to:", force_last=True)
    return {
        "count": count,
        "size": size,
        "registering": registering,
        "seconds": found,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def main() -> None:
    """Measure, print, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=1_000)
    parser.add_argument("--small", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the files lie meanwhile")
    parser.add_argument("--no-document", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = {"small": compared(Path(folder) / "small", asked.small, SMALL)}
        shutil.rmtree(Path(folder) / "small")
        found["large"] = compared(Path(folder) / "large", asked.large, LARGE)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    if not asked.no_document:
        DOCUMENT.write_text(document(found), encoding="utf-8")


def document(found: dict[str, Any]) -> str:
    """The figures in words."""
    lines = [
        "# Benchmarks: transfers of datasets",
        "",
        "By `python benchmarks/transfers.py`, from one folder to another on one disk, on"
        f" {os.cpu_count()} processors (load {os.getloadavg()[0]:.0f} at the end).",
        "Ours hashes the source, forces the copy to disk, and reads it back; no peer forces anything to disk, and `cp`",
        f"and `rsync` read nothing back. Of {ROUNDS} rounds the one in the middle.",
        "",
        "| files | who | seconds | ours is so many times as fast | aim |",
        "|---|---|---|---|---|",
    ]
    for kind, one in found.items():
        middle = {name: statistics.median(seconds) for name, seconds in one["seconds"].items()}
        what = f"{one['count']:,} × {one['size'] / 1000:,.0f} kB"
        for name, seconds in middle.items():
            aim = AIMS[kind].get(name)
            ratio = "" if name == OURS else f"{seconds / middle[OURS]:.2f}"
            lines.append(f"| {what} | `{name}` | {seconds:.1f} | {ratio} | {aim or ''} |")
    lines += [
        "",
        "Registering, which reads and hashes each file once, took "
        + " and ".join(f"{one['registering']:.1f} s" for one in found.values())
        + f". The most memory was {max(one['memory'] for one in found.values()):.0f} MB.",
        "",
        "Of a small file's time, most goes to making it and forcing it to disk, one after the other.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
