"""A sample volume for the demonstration: sparse files of users with different fortunes, as they came and went."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from xfc_notify.cli import sample_groups
from xfc_notify.errors import WrongInput

TB = 10**12
MARKER = ".xfc-notify-demo"

SETTINGS = """\
# Written by "xfc-notify demo". Everything lies in this folder; delete it when you have seen enough.

[service]
name = "XFC"
contact = "storage-support@example.org"
secret_file = "secret"

[web]
url = "http://127.0.0.1:8080"
operators = ["operator"]

[database]
url = "sqlite:///xfc-notify.db"

[scan]
clock = "mtime"    # the sample's files were made just now; their modification times are set back

[[volumes]]
name = "vol1"
path = "volume"

[people]
email = "{username}@example.org"
min_uid = 0        # whoever runs this owns the sample

[plugins.email]
url = "maildir:mail"
sender = "XFC <xfc@example.org>"
"""


DAYS = (*range(42, 14, -4), *range(14, 0, -2), 1)
"""How many days ago the sample volume was scanned."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A sparse file: path below the volume, size in bytes, how many days ago it came, and went if it did."""

    path: bytes
    size: int
    days: float
    gone: float = -1

    def is_there(self, days_ago: float) -> bool:
        """Whether it was there so many days ago."""
        return self.gone < days_ago <= self.days


def files() -> Iterable[SampleFile]:
    """All files that the sample volume has had."""
    # ada: well under both quotas
    yield SampleFile(b"ada/thesis/chapter1/data.nc", TB // 2, 12)
    yield SampleFile(b"ada/thesis/plots.tar.gz", TB // 20, 3)
    # ben: near the hard quota; every day's fields are kept for five days, and every day's are larger
    for day in range(48):
        name = (b"reanalysis", b"downscaling", b"radar")[day % 3]
        size = 23 * TB // 10 + (47 - day) * TB * 11 // 100
        yield SampleFile(b"ben/%s/day%02d.nc" % (name, 47 - day), size, day + 0.2, day - 4.8)
    yield SampleFile(b"ben/notes.txt", TB // 2, 1)
    # cleo: over the hard quota
    for wave in range(1, 7):
        for member in range(1, 4):
            path = b"cleo/test-%d/member%02d/output.nc" % (wave, member)
            yield SampleFile(path, 4 * TB, 6 * wave + 1, 6 * wave - 3)
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
    """Make `folder` for the sample volume, unless it is there; whether it is new.

    Raises WrongInput if the folder holds anything else or cannot be written.
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
        raise _cannot_be_built(folder, error) from None
    return True


def lay_out(folder: Path, days_ago: float, now: datetime) -> None:
    """Make the files of the sample volume those of so many days ago, dated by `now`.

    Raises WrongInput if the file system does not hold sparse files.
    """
    volume = folder / "volume"
    try:
        for file in files():
            path = volume / os.fsdecode(file.path)
            if not file.is_there(days_ago):
                path.unlink(missing_ok=True)
            elif not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as content:
                    content.truncate(file.size)
                modified = (now - timedelta(days=file.days)).timestamp()
                os.utime(path, (modified, modified))
    except OSError as error:
        raise _cannot_be_built(folder, error) from None


def _fill(folder: Path) -> None:
    volume = folder / "volume"
    for user in sorted({os.fsdecode(file.path.partition(b"/")[0]) for file in files()}):
        (volume / user).mkdir(parents=True)
    (volume / "eve" / "private").mkdir(mode=0)  # and empty: else only root could delete the folder
    (volume / "not a user").mkdir()
    (volume / "link-to-ada").symlink_to("ada")
    (folder / "settings.toml").write_text(SETTINGS + sample_groups.SETTINGS, encoding="utf-8")
    (folder / "secret").touch(mode=0o600)
    (folder / "secret").write_text(token_hex(32), encoding="ascii")
    (folder / "settings.toml").chmod(0o600)  # it holds a secret
    (folder / MARKER).touch()


def _cannot_be_built(folder: Path, error: OSError) -> WrongInput:
    return WrongInput(
        f"{folder}: the sample volume cannot be built here: {error.strerror}.",
        "Name a folder that you may write, on a file system that holds sparse files of 8 TB.",
    )
