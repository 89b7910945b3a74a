"""Measures reading the lines of wrstat, and writes docs/benchmarks-reports.md.

    python benchmarks/reports.py [--lines 10000000] [--times 5] [--no-document]

In one run: `zcat FILE | wc -l`; our one pass, from the file to the figures of groups, directories and users; the old
method, three loops over lines in Python, on a tenth of them; memory at both sizes; one worker and two, for two volumes.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xfc_notify.reports import cells, native, summary, survey
from xfc_notify.reports.bases import Bases, Rule
from xfc_notify.reports.survey_rows import How
from xfc_notify.usage import Clock

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks-reports.md"
AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
BASES = Bases(rules=(Rule("/lustre", 5),))
ENDINGS = ("bam", "cram", "vcf.gz", "txt", "fastq.gz", "log", "py", "o", "tsv", "fa", "bai", "json")
OLD_TYPES = {
    name: re.compile(pattern)
    for name, pattern in {
        "SAM": r"\.sam(\.gz)?$",
        "BAM": r"\.bam(\.gz)?$",
        "FASTQ": r"\.fastq$",
        "FASTQ (gzip)": r"\.fastq\.gz$",
        "CRAM": r"\.cram\.gz$",
        "VCF": r"\.(vcf|bcf|gvcf)$",
        "VCF (gzip)": r"\.(vcf|bcf|gvcf)\.gz$",
        "PEDBED": r"\.(ped|bed)(\.gz)?$",
    }.items()
}
FILES = 20
"""In a directory, on average."""


def make(file: Path, count: int) -> None:
    """So many lines, in the order of wrstat: directories with files of a few types each; a third when packed."""
    chance = random.Random(7)
    with subprocess.Popen(["gzip", "-1"], stdin=subprocess.PIPE, stdout=file.open("wb")) as packer:
        assert packer.stdin is not None
        written = number = 0
        while written < count:
            number += 1
            group = 15000 + number // 2500 % 200
            user = 20000 + group % 200 * 10 + chance.randrange(10)
            folder = (
                f"/lustre/scratch123/hgi/projects/team{group}/users/u{user}/run_{chance.getrandbits(40):010x}/"
                f"sample_{chance.getrandbits(64):016x}/results"
            )
            kinds = chance.sample(ENDINGS, chance.choice((1, 1, 2, 3)))
            block = [_line(f"{folder}/", 4096, user, group, "d", chance)]
            block += [
                _line(
                    f"{folder}/{chance.getrandbits(48):012x}.{chance.choice(kinds)}",
                    chance.randrange(10**9), user, group, "f", chance,
                )
                for _ in range(chance.randrange(1, 2 * FILES))
            ]  # fmt: skip
            block = block[: count - written]
            packer.stdin.write("".join(block).encode())
            written += len(block)


def _line(path: str, size: int, user: int, group: int, kind: str, chance: random.Random) -> str:
    times = "\t".join(str(1_500_000_000 + chance.randrange(2 * 10**8)) for _ in range(3))
    return f'"{path}"\t{size}\t{user}\t{group}\t{times}\t{kind}\t{chance.getrandbits(57)}\t1\t2983906128\t{size}\n'


def zcat(file: Path) -> None:
    """What everybody has at hand."""
    subprocess.run(f"zcat {file} | wc -l", shell=True, check=True, capture_output=True)


def ours(file: Path) -> None:
    """One pass, from the file to the figures of groups, directories and users."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        cells.write_cells(file, Path(folder) / "cells.parquet", AS_OF, lambda _: None)
        found = summary.summary(Path(folder) / "cells.parquet", BASES)
        assert found.groups
        assert found.users


def areas(file: Path) -> None:
    """The usage of 200 areas, with their directories, as a scan of each would find it."""
    paths = {group: f"/lustre/scratch123/hgi/projects/team{15000 + group}" for group in range(200)}
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        assert list(survey.survey(file, paths, How(AS_OF, Clock.CTIME), Path(folder)))


def old_method(file: Path) -> None:
    """As the programs before: three of them, each of which takes every line apart in Python. Written afresh."""
    groups: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path, size, _, gid, mtime, nlink in _taken_apart(file):
        _add(groups[gid, _base(path)], size // max(nlink, 1), mtime)
    directories: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    types: dict[Any, int] = defaultdict(int)
    for path, size, _, gid, mtime, _ in _taken_apart(file):
        base = _base(path)
        key = gid, base, "/".join(path[len(base) + 1 :].split("/")[:2])
        _add(directories[key], size, mtime)
        for name, pattern in OLD_TYPES.items():
            if pattern.search(path):
                types[key, name] += size
    users: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, size, uid, gid, mtime, nlink in _taken_apart(file):
        if nlink:
            _add(users[uid, gid], size // nlink, mtime)


def _taken_apart(file: Path) -> Iterator[tuple[str, int, str, str, int, int]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            path, size, uid, gid, _, mtime, _, _, _, nlink, *_ = line.split("\t")
            yield path.strip('"').rstrip("/"), int(size), uid, gid, int(mtime), int(nlink)


def _base(path: str) -> str:
    return "/".join(path.split("/")[:6])


def _add(row: list[int], size: int, mtime: int) -> None:
    row[0] += size
    row[1] += 1
    row[2] = max(row[2], mtime)


def measured(work: Callable[[Path], None], file: Path) -> dict[str, float]:
    """Seconds, seconds of processor, and the most memory in MB, of a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measured, args=(work, file, there))
    process.start()
    process.join()
    found: dict[str, float] = here.recv()
    return found


def _measured(work: Callable[[Path], None], file: Path, there: Any) -> None:
    began = time.perf_counter()
    work(file)
    seconds = time.perf_counter() - began
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    # Not ru_maxrss: that of a process begins with what the one had that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0])
    there.send({"seconds": seconds, "processor": processor, "memory": peak / 1024})


def in_pairs(
    one: Callable[[Path], None], other: Callable[[Path], None], file: Path
) -> tuple[dict[str, float], dict[str, float]]:
    """Both, one after the other, three times; the pair whose ratio is the median: the speed of a machine drifts."""
    pairs = [(measured(one, file), measured(other, file)) for _ in range(3)]
    return sorted(pairs, key=lambda pair: pair[1]["seconds"] / pair[0]["seconds"])[1]


def two_volumes(file: Path) -> dict[str, float]:
    """Seconds for two volumes, by one worker after the other, and by two at once."""
    began = time.perf_counter()
    for _ in range(2):
        measured(ours, file)
    one = time.perf_counter() - began
    began = time.perf_counter()
    workers = [multiprocessing.get_context("spawn").Process(target=ours, args=(file,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"one": one, "two": time.perf_counter() - began}


def main() -> None:
    """Measure, print, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--no-document", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, tenth, more = (Path(folder) / name for name in ("lines.gz", "tenth.gz", "more.gz"))
        make(file, asked.lines)
        make(tenth, asked.lines // 10)
        found: dict[str, Any] = {"lines": asked.lines, "bytes": file.stat().st_size}
        zcat(file)  # what is read first is read from the disk
        found["zcat"], found["ours"] = in_pairs(zcat, ours, file)
        found["old"], found["ours_tenth"] = in_pairs(old_method, ours, tenth)
        found["areas"] = measured(areas, tenth)
        found["volumes"] = two_volumes(tenth)
        if asked.times:
            with more.open("wb") as target:  # members of gzip after each other are one file
                for _ in range(asked.times):
                    with file.open("rb") as source:
                        shutil.copyfileobj(source, target)
            found["more"] = measured(ours, more)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    if not asked.no_document:
        DOCUMENT.write_text(document(found, asked.times), encoding="utf-8")


def document(found: dict[str, Any], times: int) -> str:
    """The figures in words."""
    ours_, zcat_, old = found["ours"], found["zcat"], found["old"]
    ratio = ours_["seconds"] / zcat_["seconds"]
    faster = old["seconds"] / found["ours_tenth"]["seconds"]
    lines = [
        "# Benchmarks: reports",
        "",
        f"By `python benchmarks/reports.py`, on {os.cpu_count()} processors"
        f" (load {os.getloadavg()[0]:.0f} at the end); lines are made up, {FILES} files a directory.",
        f"The native reader is {'in' if native.is_built() else 'not in'} use."
        " Where the load is above the number of processors, seconds of processor tell more than seconds.",
        "",
        "| what | seconds | processor | memory |",
        "|---|---|---|---|",
        f"| `zcat \\| wc -l`, {found['lines']:,} lines ({found['bytes'] / 1e6:,.0f} MB packed) | {_row(zcat_)} |",
        f"| ours, the same: groups, directories and users in one pass | {_row(ours_)} |",
        f"| ours, a tenth of them | {_row(found['ours_tenth'])} |",
        f"| three loops over lines in Python, the same tenth | {_row(old)} |",
        f"| the usage of 200 areas, as of a scan of each, the same tenth | {_row(found['areas'])} |",
    ]
    if times:
        lines.append(
            f"| ours, the {found['lines']:,} lines {times} times in one file | {_row(found['more'])} |"
        )
    volumes = found["volumes"]
    lines += [
        "",
        f"Ours takes {ratio:.2f} × the time of `zcat | wc -l` ({_processor(ours_, zcat_):.2f} × its processor), and is"
        f" {faster:.0f} × as fast as the loops ({_processor(old, found['ours_tenth']):.0f} × by processor):"
        " of three pairs of runs the one in the middle.",
        f"Two volumes take two workers {volumes['two'] / volumes['one']:.2f} × the time of one.",
        "",
    ]
    return "\n".join(lines)


def _processor(one: dict[str, float], other: dict[str, float]) -> float:
    return one["processor"] / other["processor"]


def _row(found: dict[str, float]) -> str:
    return f"{found['seconds']:.1f} | {found['processor']:.1f} | {found['memory']:.0f} MB"


if __name__ == "__main__":
    main()
