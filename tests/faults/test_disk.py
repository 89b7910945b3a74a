"""The default installation, SQLite and a broker inside the process, on a disk that fills up at any moment."""

import json
import mailbox
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.processes import Command
from acceptance.test_embedded import SETTINGS

from faults.invariants import summed
from xfc_notify.store.usage_json import load_usage

GB = 10**9
USERS = {f"u{i}": (12 if i % 2 else 1) * GB for i in range(6)}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr!r}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, free: int) -> Path:
    """Leave so many bytes free, with a file that can be removed."""
    room = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(max(0, room.f_bavail * room.f_frsize - free)))
    return ballast


def test_whenever_the_disk_is_full_it_is_said_and_nothing_is_lost(tmp_path: Path, small_disk: Path) -> None:
    settings = tmp_path / "settings.toml"
    here = (
        SETTINGS + f'[database]\nurl = "sqlite:///{small_disk}/xfc-notify.db"\n[messages]\nbrake_share = 1\n'
    )
    settings.write_text(here)
    for user, size in USERS.items():
        for place in range(3):
            file = tmp_path / "vol1" / user / f"d{place}" / "data.nc"
            file.parent.mkdir(parents=True)
            file.touch()
            os.truncate(file, size // 3)

    def run(*arguments: str) -> Command:
        return Command(tmp_path, settings, *arguments)

    for command in ("discover", "go-live --yes"):
        assert run(*command.split()).wait().code == 0
    failed = 0
    for free in (0, 4096, 16384, 32768, 65536, 98304, 131072):
        ballast = fill(small_disk, free)
        ran = run("tick").wait()
        ballast.unlink()
        print(free, ran)
        assert ran.code in {0, 1}
        if ran.code:
            failed += 1
            assert "Traceback" not in ran.err
            assert len(ran.err.splitlines()) <= 2
            assert "full" in ran.err
    assert failed >= 2
    assert run("tick").wait().code == 0
    database = sqlite3.connect(small_disk / "xfc-notify.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    areas = "SELECT u.name, s.usage FROM area a JOIN users u ON u.id = a.user_id JOIN scan s ON s.id = a.last_scan"
    found = dict(database.execute(areas).fetchall())
    assert found.keys() == USERS.keys()
    for user, text in found.items():
        usage = load_usage(json.loads(text))
        assert usage.byte_seconds == summed(tmp_path / "vol1" / user, usage.as_of)["byte_seconds"]
        assert usage.size == summed(tmp_path / "vol1" / user, usage.as_of)["size"]
    assert database.execute("SELECT count(*) FROM slice").fetchall() == [(0,)]
    assert database.execute("SELECT DISTINCT state FROM delivery").fetchall() == [("sent",)]
    mails = [mail["To"] for mail in mailbox.Maildir(tmp_path / "mail", create=False)]
    assert sorted(mails) == [f"{user}@example.org" for user, size in USERS.items() if size > 10 * GB]
