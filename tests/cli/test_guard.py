"""A volume that is not mounted changes nothing, and nobody is told that all is well."""

import os
import shutil
import time
from typing import Any

import pytest
from disk import Disk

from cli.console import assert_told, run
from cli.place import MB, Place

USERS = ("ada", "ben", "cleo", "dan", "finn")
MARKER = ".xfc-volume"


@pytest.fixture
def mounted(place: Place, disk: Disk) -> Place:
    """A facility whose volume is mounted over a folder that holds an empty directory for everybody."""
    volume = place.folder / "vol1"
    shutil.copytree(volume, disk.root, dirs_exist_ok=True)
    shutil.rmtree(volume)
    for user in USERS:
        (volume / user).mkdir(parents=True)
    disk.mount(volume)
    place.add(
        b"dan/archive/new.zip", 6 * MB, 0
    )  # no time before the disk was made counts, so he is over by size
    return place


@pytest.fixture(params=["marker", "filesystem"])
def guarded(request: pytest.FixtureRequest, mounted: Place) -> Place:
    """The same, with a guard of each kind, as `check` advises it."""
    found = checked(mounted)
    assert found["state"] == "notice"
    marker, _, filesystem = found["do"].partition("; or set ")
    if request.param == "marker":
        (mounted.folder / "vol1" / MARKER).touch()
        guard(mounted, marker.rpartition(": ")[2])
    else:
        guard(mounted, filesystem)
    assert checked(mounted)["state"] == "ok"
    return mounted


def guard(place: Place, line: str) -> None:
    """Add a line to the block of the volume."""
    text = place.settings.read_text()
    place.settings.write_text(text.replace('path = "vol1"\n', f'path = "vol1"\n{line}\n'))


def checked(place: Place) -> dict[str, str]:
    """What `check` says of the volume."""
    ran = run("check", "volumes", "--json", "--settings", place.settings)
    (row,) = (row for row in ran.json if row["name"] == "volume vol1")
    assert ran.code == (row["state"] == "failed")
    return dict(row)


def do(place: Place, *arguments: str) -> Any:
    ran = run(*arguments, "--json", "--settings", place.settings)
    assert ran.err == ""
    return ran.json


def next_second() -> None:
    """Scans are told apart by their second."""
    began = int(time.time())
    while int(time.time()) == began:
        time.sleep(0.05)


def standing(place: Place) -> dict[str, tuple[int, str]]:
    return {row["user"]: (row["size"], row["level"]) for row in do(place, "status")}


def test_a_volume_that_vanishes_between_two_scans_is_refused_and_nobody_hears_of_it(
    guarded: Place, disk: Disk
) -> None:
    volume = guarded.folder / "vol1"
    guarded.discover()
    assert do(guarded, "enqueue", "--all") == {"opened": 5, "failed": 0, "messages": 4}
    stood, mails = standing(guarded), set(guarded.mails)
    assert {user for user, (_, level) in stood.items() if level == "over"} == {"cleo", "dan"}

    disk.unmount(volume)
    next_second()
    assert_told(run("discover", "--settings", guarded.settings), 2, "is the volume mounted?")
    failed = checked(guarded)
    assert failed["state"] == "failed"
    assert failed["do"].startswith("mount it")
    assert "?" not in failed["what"], "the advice follows"
    assert do(guarded, "enqueue", "--all") == {"opened": 5, "failed": 5, "messages": 0}
    assert do(guarded, "tick") == {"given_up": 0, "opened": 0, "messages": 0, "failed": 0}
    assert standing(guarded) == stood
    table = run("status", "--settings", guarded.settings).out
    for user in USERS:
        assert f"{volume}/{user}: volume vol1: {volume} " in table
    assert table.count("is the volume mounted?") == 5

    disk.mount(volume)
    assert do(guarded, "discover")["new_areas"] == []
    assert do(guarded, "enqueue", "--all") == {"opened": 5, "failed": 0, "messages": 0}
    assert standing(guarded) == stood
    assert set(guarded.mails) == mails
    assert "is the volume mounted?" not in run("status", "--settings", guarded.settings).out


def test_without_a_guard_a_volume_that_is_back_at_the_next_scan_is_no_news_either(
    mounted: Place, disk: Disk
) -> None:
    mounted.discover()
    assert do(mounted, "enqueue", "--all")["messages"] == 4
    stood = standing(mounted)
    disk.unmount(mounted.folder / "vol1")
    assert do(mounted, "enqueue", "--all") == {"opened": 5, "failed": 0, "messages": 0}
    assert standing(mounted) == {user: (0, level) for user, (_, level) in stood.items()}
    told = run("explain", "cleo", "--settings", mounted.settings).out
    assert "silent because: the last scan found less than half of what was there before" in told
    assert do(mounted, "tick")["messages"] == 0
    disk.mount(mounted.folder / "vol1")
    assert do(mounted, "enqueue", "--all") == {"opened": 5, "failed": 0, "messages": 0}
    assert standing(mounted) == stood
    assert len(mounted.mails) == 4


def test_a_marker_is_nobody_and_is_not_reported(mounted: Place) -> None:
    (mounted.folder / "vol1" / MARKER).touch()
    (mounted.folder / "vol1" / "notes").touch()
    guard(mounted, f'marker = "{MARKER}"')
    found = do(mounted, "discover")
    assert found["new_users"] == list(USERS)
    assert found["refused"] == {f"{mounted.folder}/vol1/notes": "not a directory"}


def test_a_file_system_without_an_id_has_to_have_a_marker(place: Place) -> None:
    guard(place, f'filesystem = "{"0" * 16}"')
    assert_told(run("check", "volumes", "--settings", place.settings), 2, "set a marker instead")


def test_a_volume_that_is_not_mounted_at_all_adds_nobody(mounted: Place, disk: Disk) -> None:
    guard(mounted, f'marker = "{MARKER}"')
    disk.unmount(mounted.folder / "vol1")
    told = f"Volume vol1: {mounted.folder}/vol1 holds no file {MARKER}; is the volume mounted?"
    assert_told(run("discover", "--settings", mounted.settings), 2, told)
    assert do(mounted, "users", "list") == []
    assert os.listdir(mounted.folder / "vol1") != []
