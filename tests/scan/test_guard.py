"""A volume that is not mounted is told from one whose users have all cleaned up."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from disk import Disk

from xfc_notify.domain import Volume
from xfc_notify.errors import ScanRefused
from xfc_notify.scan import guard
from xfc_notify.scan.area import open_area
from xfc_notify.scan.order import ScanOrder
from xfc_notify.scan.slice import measure
from xfc_notify.usage import Clock, Usage

from .trees import NOW, descriptors, whole, write

MARKER = b".xfc-volume"


def id_of(folder: Path) -> str:
    """The id of the file system on which a folder lies."""
    descriptor = os.open(folder, os.O_PATH)
    try:
        return guard.filesystem_id(descriptor)
    finally:
        os.close(descriptor)


def folder_of(volume: Volume) -> Path:
    return Path(os.fsdecode(volume.path))


def refusal(volume: Volume) -> str:
    """Why an area of the volume is not opened."""
    before = descriptors()
    with pytest.raises(ScanRefused) as caught:
        open_area(volume.path + b"/ada", [volume])
    assert descriptors() == before
    assert caught.value.what.isprintable()
    return caught.value.what


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    """A volume with a marker and one area."""
    write(tmp_path / "vol" / "ada" / "a" / "data", 100)
    write(tmp_path / "vol" / os.fsdecode(MARKER), 0)
    return Volume("scratch", os.fsencode(tmp_path / "vol"), marker=MARKER)


@pytest.fixture
def mounted(disk: Disk, tmp_path: Path) -> Volume:
    """A volume on a disk; the folder on which it is mounted holds an empty area of the same name."""
    (tmp_path / "vol" / "ada" / "a").mkdir(parents=True)
    write(disk.root / "ada" / "a" / "data", 100)
    write(disk.root / os.fsdecode(MARKER), 0)
    disk.mount(tmp_path / "vol")
    return Volume("scratch", os.fsencode(tmp_path / "vol"))


@pytest.fixture(params=["marker", "filesystem"])
def guarded(request: pytest.FixtureRequest, mounted: Volume) -> Volume:
    """The same with a guard, of each kind."""
    if request.param == "marker":
        return replace(mounted, marker=MARKER)
    return replace(mounted, filesystem=id_of(folder_of(mounted)))


def order(volume: Volume, *directories: bytes, budget: float = 60) -> ScanOrder:
    root = volume.path + b"/ada"
    return ScanOrder("scan", "slice", root, directories or (b"",), NOW, Clock.MTIME, budget)


def test_an_area_is_opened_where_the_marker_lies(volume: Volume) -> None:
    os.close(open_area(volume.path + b"/ada", [volume]))


@pytest.mark.parametrize(
    "put", [lambda _: None, lambda it: it.mkdir(), lambda it: it.symlink_to("ada/a/data")]
)
def test_only_a_file_is_a_marker(volume: Volume, put: Callable[[Path], None]) -> None:
    marker = folder_of(volume) / os.fsdecode(MARKER)
    marker.unlink()
    put(marker)
    told = f"volume scratch: {folder_of(volume)} holds no file .xfc-volume; is the volume mounted?"
    assert refusal(volume) == told


def test_a_marker_or_a_volume_of_any_name_is_told_harmlessly(volume: Volume) -> None:
    told = refusal(replace(volume, name="\x1b[31mred", marker=b"\x1b[2J\n\xff"))
    assert r"volume \x1b[31mred" in told
    assert r"\x1b[2J\x0a\xff" in told


def test_one_file_system_has_one_id_wherever_it_is_seen(mounted: Volume, disk: Disk, tmp_path: Path) -> None:
    found = id_of(folder_of(mounted))
    assert found == id_of(disk.root) == id_of(folder_of(mounted) / "ada")
    assert found != id_of(tmp_path)
    assert found != guard.NO_ID
    assert int(found, 16) == os.statvfs(disk.root).f_fsid


def test_another_file_system_than_the_one_that_is_meant_is_named(mounted: Volume) -> None:
    meant = "0123456789abcdef"
    told = refusal(replace(mounted, filesystem=meant))
    assert told == (
        f"volume scratch: {folder_of(mounted)} lies on file system {id_of(folder_of(mounted))}, "
        f"not on {meant}; is the volume mounted?"
    )


def test_both_guards_have_to_hold(mounted: Volume, disk: Disk) -> None:
    both = replace(mounted, marker=MARKER, filesystem=id_of(disk.root))
    os.close(open_area(both.path + b"/ada", [both]))
    (disk.root / os.fsdecode(MARKER)).unlink()
    assert "holds no file" in refusal(both)


def test_without_a_guard_an_empty_mount_point_looks_as_if_all_was_deleted(
    mounted: Volume, disk: Disk
) -> None:
    assert measure(order(mounted), [mounted]).usage.size == 100
    disk.unmount(folder_of(mounted))
    emptied = measure(order(mounted), [mounted])
    assert (emptied.failure, emptied.usage.size, emptied.usage.complete) == (None, 0, True)


def test_an_unmounted_volume_is_not_measured_and_when_it_is_back_it_is(guarded: Volume, disk: Disk) -> None:
    expected = sums(whole(folder_of(guarded) / "ada"))
    assert sums(measure(order(guarded), [guarded]).usage) == expected
    disk.unmount(folder_of(guarded))
    refused = measure(order(guarded), [guarded])
    assert (refused.failure or "").endswith("is the volume mounted?")
    assert (refused.usage, refused.remaining) == (Usage(NOW, Clock.MTIME), ())
    disk.mount(folder_of(guarded))
    assert sums(measure(order(guarded), [guarded]).usage) == expected


def sums(usage: Usage) -> tuple[int, int, int, bool]:
    """What was measured, apart from times: the file system is younger than its files, which makes them odd."""
    return usage.size, usage.files, usage.directories, usage.complete


def test_a_volume_that_is_unmounted_between_two_slices_is_not_measured(guarded: Volume, disk: Disk) -> None:
    first = measure(order(guarded, budget=0), [guarded], threads=1)
    assert first.remaining == (b"a",)
    disk.unmount(folder_of(guarded))
    second = measure(order(guarded, *first.remaining), [guarded])
    assert second.failure is not None


class Hiding(tuple[bytes, ...]):
    """Directories of an order; when a walk looks at them, something happens."""

    happens: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        self.happens()
        return super().__iter__()


def test_a_mount_that_is_hidden_in_the_middle_of_a_walk_spoils_its_result(
    guarded: Volume, disk: Disk, tmp_path: Path
) -> None:
    hidden: list[Path] = []

    def hide() -> None:
        if not hidden:  # the native walk looks twice
            (tmp_path / "other" / "ada").mkdir(parents=True)
            disk.cover(folder_of(guarded), tmp_path / "other")
            hidden.append(folder_of(guarded))

    directories = Hiding((b"",))
    directories.happens = hide
    before = descriptors()
    result = measure(replace(order(guarded), directories=directories), [guarded])
    assert hidden
    assert (result.failure or "").endswith("is the volume mounted?")
    assert result.usage == Usage(NOW, Clock.MTIME)
    assert descriptors() == before


def test_a_volume_that_has_gone_altogether_spoils_the_result_too(guarded: Volume, disk: Disk) -> None:
    directories = Hiding((b"",))
    away = folder_of(guarded).with_name("away")
    directories.happens = lambda: None if away.exists() else _move(disk, folder_of(guarded), away)
    result = measure(replace(order(guarded), directories=directories), [guarded])
    assert result.failure == f"{folder_of(guarded)} does not exist"


def _move(disk: Disk, folder: Path, away: Path) -> None:
    disk.unmount(folder, lazily=True)
    folder.rename(away)
