"""What groups have on a made-up volume, for the demonstration: the lines that `wrstat` would have written of it."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from xfc_notify.scan.export import quoted

TB = 10**12
VOLUME, MOUNT = "scratch1", "/lustre/scratch1"

SETTINGS = f"""
[reports]
data = "wrstat"

[[reports.volumes]]
name = "{VOLUME}"
mount = "{MOUNT}"
"""
DAYS = (*range(42, 7, -7), 7, 3, 1)
"""How many days before the last one the volume was captured."""


@dataclass(frozen=True, slots=True)
class SampleGroup:
    """A group with its head, a username of the sample volume, and its quota in bytes; 0: none."""

    gid: int
    name: str
    head: str
    quota: int
    members: tuple[str, ...] = ()


GROUPS = (
    SampleGroup(4_000_000_001, "climate", "ada", 60 * TB, ("ada", "ben", "cleo")),
    SampleGroup(4_000_000_002, "oceans", "cleo", 40 * TB, ("cleo", "dan")),
    SampleGroup(4_000_000_003, "archive", "", 0),
)


def write_capture(folder: Path, when: datetime, days_ago: float) -> None:
    """Write what lay on the volume so many days ago as `wrstat` does, captured then."""
    capture = folder / "wrstat" / f"{when:%Y%m%d-%H%M%S}_{MOUNT.replace('/', '／')}"
    capture.mkdir(parents=True, exist_ok=True)
    (capture / "stats.gz").write_bytes(gzip.compress(b"".join(_lines(when, days_ago)), 1))
    os.utime(capture, (when.timestamp(), when.timestamp()))


def _lines(when: datetime, days_ago: float) -> Iterator[bytes]:
    """climate grows by a terabyte a day, past its quota; oceans stays; a third of archive is in a vault."""
    climate, oceans, archive = (group.gid for group in GROUPS)
    for run in range(1, 12):
        size = 5 * TB if run < 11 else 13 * TB - int(days_ago * TB)
        if size > 0:
            yield _line(
                f"climate/runs/run{run:02d}/output.nc", size, 20001 + run % 3, climate, when, 12 - run
            )
    yield _line("climate/users/ben/tmp/checkpoint.tmp", TB // 5, 20002, climate, when, 500)
    yield _line("climate/README.md", 4_000, 20001, climate, when, 900)
    for year in range(2019, 2025):
        yield _line(f"oceans/reanalysis/{year}.nc.gz", 4 * TB, 20004, oceans, when, 200 + 365 * (2025 - year))
    yield _line("oceans/projects/eddies/tracks.csv", TB // 2, 20005, oceans, when, 3)
    yield _line("archive/old/tapes.tar", 2 * TB, 20006, archive, when, 2000, inode=123456)
    yield _line(
        "archive/.vault/keep/01/e2/40-b2xkL3RhcGVzLnRhcg", 2 * TB, 20006, archive, when, 2000, inode=123456
    )


def _line(path: str, size: int, uid: int, gid: int, when: datetime, days: float, inode: int = 0) -> bytes:
    """The line of a file; one with an inode that is told has two names."""
    seconds = int((when - timedelta(days=days)).timestamp())
    known = inode or int.from_bytes(path.encode()[-6:], "big")
    values = (size, uid, gid, seconds, seconds, seconds, "f", known, 2 if inode else 1, 2983906128, size)
    return "\t".join((quoted(f"{MOUNT}/{path}".encode()), *map(str, values))).encode() + b"\n"
