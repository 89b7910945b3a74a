"""A sample volume for the demonstration: sparse files of users with different fortunes."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xfc_notify.errors import WrongInput

TB = 10**12
MARKER = ".xfc-notify-demo"

SETTINGS = """\
# Written by "xfc-notify demo". Everything lies in this folder; delete it when you have seen enough.

[service]
name = "XFC"
contact = "storage-support@example.org"

[database]
url = "sqlite:///xfc-notify.db"

[scan]
clock = "mtime"    # the sample's files were made just now; their modification times are set back

[[volumes]]
name = "vol1"
path = "volume"

[people]
email = "{username}@example.org"

[plugins.email]
url = "maildir:mail"
sender = "XFC <xfc@example.org>"
"""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A sparse file: path below the volume, size in bytes, age in days."""

    path: bytes
    size: int
    days: float


def _files() -> Iterable[SampleFile]:
    # ada: well under both quotas
    yield SampleFile(b"ada/thesis/chapter1/data.nc", TB // 2, 12)
    yield SampleFile(b"ada/thesis/plots.tar.gz", TB // 20, 3)
    # ben: near the hard quota
    for year in range(1, 13):
        yield SampleFile(b"ben/reanalysis/%d/winds.nc" % (2010 + year), 3 * TB, 1 + year / 4)
    yield SampleFile(b"ben/notes.txt", TB // 2, 1)
    # cleo: over the hard quota
    for member in range(1, 11):
        run = b"old" if member <= 5 else b"new"
        yield SampleFile(b"cleo/ensemble-%s/member%02d/output.nc" % (run, member), 4 * TB, 0.5 + member / 5)
    yield SampleFile(b"cleo/scratch/checkpoint.bin", 2 * TB, 1)
    yield SampleFile(b"cleo/old-runs/run7.tar", TB + TB // 2, 4)
    # dan: over the temporal quota, though far from the hard one
    for part in range(1, 4):
        yield SampleFile(b"dan/archive/sentinel/part%d.zip" % part, 4 * TB, 26 + part)
    yield SampleFile(b"dan/current/today.nc", TB, 0.2)
    # eve: over nothing that could be read; one directory cannot be, and is added below
    yield SampleFile(b"eve/results/final.h5", 2 * TB, 9)
    # finn: names as they happen
    for name in (
        b"new\nline",
        b"<b>bold</b> & co",
        b"\x1b[31mred\x1b[0m",
        b"caf\xe9",
        "übung-数据".encode(),
        b"a b",
    ):
        yield SampleFile(b"finn/%s/sample.dat" % name, 4 * TB, 2)
    for part in range(3):
        yield SampleFile(b"finn/plain/sample%d.dat" % part, 3 * TB + 500 * 10**9, 2)


def build(folder: Path) -> bool:
    """Build the sample volume in `folder`, unless it is there; whether it is new.

    Raises WrongInput if the folder holds anything else or cannot be written, or if its file system does not
    hold sparse files.
    """
    try:
        if (folder / MARKER).exists():
            return False
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WrongInput(
                f"{folder} is there already and was not made by this command.", "Name another folder."
            )
        _fill(folder)
    except OSError as error:
        raise WrongInput(
            f"{folder}: the sample volume cannot be built here: {error.strerror}.",
            "Name a folder that you may write, on a file system that holds sparse files of 4 TB.",
        ) from None
    return True


def _fill(folder: Path) -> None:
    volume = folder / "volume"
    volume.mkdir(parents=True)
    now = time.time()
    for file in _files():
        path = volume / os.fsdecode(file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as content:
            content.truncate(file.size)
        modified = now - file.days * 86_400
        os.utime(path, (modified, modified))
    (volume / "eve" / "private").mkdir(mode=0)  # and empty: else only root could delete the folder
    (volume / "not a user").mkdir()
    (volume / "link-to-ada").symlink_to("ada")
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "settings.toml").chmod(0o600)  # it holds a secret
    (folder / MARKER).touch()
