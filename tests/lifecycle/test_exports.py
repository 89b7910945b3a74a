"""Old exports: only ours, only in one folder, never what is in use, and `--dry-run` says the same (C34)."""

import fcntl
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from lifecycle.conftest import House
from xfc_notify.datasets import journal, names
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import exports, upkeep
from xfc_notify.paths import show

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
LIMIT = timedelta(days=14)
BEFORE = NOW - LIMIT


def put(folder: Path, name: str, age: timedelta = LIMIT * 2) -> Path:
    """A file that was read and written so long ago."""
    file = folder / name
    file.write_bytes(b"bytes")
    seen = (NOW - age).timestamp()
    os.utime(file, (seen, seen))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir(mode=0o755)
    return made


def cleaned(folder: Path) -> set[str]:
    """What goes; a dry run says the same before, and leaves all as it is."""
    there = sorted(os.listdir(folder))
    said = exports.clean(folder, BEFORE, dry_run=True)
    assert sorted(os.listdir(folder)) == there
    done = exports.clean(folder, BEFORE)
    assert done == said
    gone = {export.name for export in done}
    assert set(there) - set(os.listdir(folder)) == gone
    return gone


def test_exports_and_locks_go_and_everything_else_stays(folder: Path) -> None:
    for name in ("a.zip", "b.tar.gz", "c.lock", "d.gz", "e.csv", "f.part", ".xfc-store", "zip", "g.zip.txt"):
        put(folder, name)
    assert cleaned(folder) == {"a.zip", "b.tar.gz", "c.lock"}


def test_not_a_second_before_its_time(folder: Path) -> None:
    second = timedelta(seconds=1)
    put(folder, "old.zip", LIMIT + second)
    put(folder, "young.zip", LIMIT - second)
    put(folder, "just.zip", LIMIT)
    assert cleaned(folder) == {"old.zip"}


def test_what_was_written_lately_counts_as_read_where_readings_are_not_noted(folder: Path) -> None:
    file = put(folder, "a.zip")
    os.utime(file, ((NOW - LIMIT * 2).timestamp(), NOW.timestamp()))
    assert cleaned(folder) == set()


def test_no_link_is_followed_and_nothing_below_is_touched(folder: Path, tmp_path: Path) -> None:
    target = put(tmp_path, "target.zip")
    (folder / "link.zip").symlink_to(target)
    (folder / "below.zip").mkdir()
    put(folder / "below.zip", "inner.zip")
    os.mkfifo(folder / "pipe.lock")
    assert cleaned(folder) == set()
    assert target.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_others_own_stays(folder: Path) -> None:
    os.chown(put(folder, "theirs.zip"), 65534, 65534)
    assert cleaned(folder) == set()


@pytest.mark.parametrize("how", ["open", "locked"])
def test_what_is_in_use_stays(folder: Path, how: str) -> None:
    file = put(folder, "a.tar.gz")
    if how == "open":
        with file.open("rb"):
            assert cleaned(folder) == set()
    else:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            held = os.open(file, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_SH)
            os.write(writing, b"!")
            time.sleep(600)
            os._exit(0)
        os.read(reading, 1)
        try:
            assert cleaned(folder) == set()
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
    assert cleaned(folder) == {"a.tar.gz"}


def test_a_part_of_a_transfer_goes_only_when_the_journal_says_that_it_has_ended(
    house: House, folder: Path
) -> None:
    going = journal.order(Command.COPY, house.site.registered(), {}, NOW)
    ended = JournalRow.get(JournalRow.command == Command.REGISTER)
    parts = {row.id: names.part_of(row.id, 1, 2).decode() for row in (going, ended)}
    unknown = names.part_of(str(uuid4()), 1, 2).decode()
    for name in (*parts.values(), unknown, parts[ended.id] + "x", "foreign.part"):
        put(folder, name)
    assert cleaned(folder) == {parts[ended.id]}


@pytest.mark.parametrize("wrong", ["gone", "link", "file", "writable"])
def test_a_folder_that_is_not_our_own_is_refused(folder: Path, wrong: str) -> None:
    file = put(folder, "a.zip")
    given = folder
    if wrong == "gone":
        given = folder / "no"
    elif wrong == "link":
        given = folder.with_name("link")
        given.symlink_to(folder)
    elif wrong == "file":
        given = file
    else:
        folder.chmod(0o777)
    with pytest.raises(WrongInput):
        exports.clean(given, BEFORE)
    assert file.exists()


def test_a_hostile_name_is_shown_escaped(folder: Path) -> None:
    put(folder, "\x1b[31m\n.zip")
    (gone,) = exports.clean(folder, BEFORE)
    assert gone.name == show(b"\x1b[31m\n.zip")
    assert gone.name.isprintable()


def test_tick_cleans_the_folder_that_is_named_and_goes_on_where_it_cannot(
    tmp_path: Path, store: str, folder: Path
) -> None:
    house = House.at(tmp_path, {"exports": str(folder)})
    house.dataset()
    file = put(folder, "a.zip")
    house.now = NOW
    assert "exports" in upkeep.run(house.site.facility.service, NOW)
    assert not file.exists()
    folder.chmod(0o777)
    file = put(folder, "a.zip")
    assert "journal" in upkeep.run(house.site.facility.service, NOW + timedelta(days=1))
    assert file.exists()
