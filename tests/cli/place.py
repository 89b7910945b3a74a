"""A small facility on disk, with users of different fortunes."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from cli.console import run

MB = 1_000_000

SETTINGS = """\
[service]
contact = "help@example.org"

[scan]
clock = "mtime"

[limits]
hard_quota = "10 MB"
temporal_quota = "100 MB days"

[people]
email = "{username}@example.org"
min_uid = 0

[[volumes]]
name = "vol1"
path = "vol1"

[plugins.email]
url = "maildir:mail"
sender = "XFC <xfc@example.org>"
"""

HOSTILE = (
    b"new\nline",
    b"\x1b[31mred\x1b]0;owned\x07",
    b"<b>bold & co",
    b"caf\xe9",
    b"\xe2\x80\xaeexe.txt",
    b"\x9b2J",
)
"""Directory names: a newline, escape sequences, HTML, invalid UTF-8, a bidirectional override, a C1 control."""


@dataclass(frozen=True)
class Place:
    """A folder with settings.toml, and the volume `vol1`."""

    folder: Path

    @property
    def settings(self) -> Path:
        """settings.toml"""
        return self.folder / "settings.toml"

    @property
    def mails(self) -> list[Path]:
        """The mails that were sent."""
        return list((self.folder / "mail" / "new").glob("*"))

    @classmethod
    def build(cls, folder: Path, more: str = "") -> "Place":
        """ada is fine, ben near and cleo over the hard quota, dan over the temporal one, finn has odd names."""
        place = cls(folder)
        (folder / "vol1").mkdir(parents=True)
        place.settings.write_text(SETTINGS + more)
        place.add(b"ada/thesis/data.nc", MB, 3)
        place.add(b"ben/run/winds.nc", 9_200_000, 2)
        place.add(b"cleo/ensemble/member1.nc", 10 * MB, 1)
        place.add(b"cleo/notes.txt", 2 * MB, 1)
        place.add(b"dan/archive/old.zip", 5 * MB, 30)
        for number, name in enumerate(HOSTILE):
            place.add(b"finn/" + name + b"/" + name, 1_450_000 - number, 2)
        return place

    def discover(self) -> None:
        """Let its users be found, and messages be sent."""
        for command in (["discover"], ["go-live", "--yes"]):
            assert run(*command, "--settings", self.settings).code == 0

    def fill(self) -> None:
        """Let the files be no longer sparse, and so be new."""
        for file in filter(Path.is_file, (self.folder / "vol1").rglob("*")):
            file.write_bytes(b"x" * file.stat().st_size)

    def add(self, path: bytes, size: int, days: float) -> None:
        """A sparse file on the volume, `days` old."""
        file = self.folder / "vol1" / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as content:
            content.truncate(size)
        modified = time.time() - days * 86_400
        os.utime(file, (modified, modified))
