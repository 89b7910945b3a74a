import os
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from disk import Disk

from xfc_notify.domain import Volume
from xfc_notify.errors import WrongInput
from xfc_notify.scan.order import ScanOrder
from xfc_notify.scan.progress import Progress
from xfc_notify.scan.slice import measure, measure_whole
from xfc_notify.usage import Clock, Scanner, Usage

from .trees import DAY, NOW, SECOND, descriptors, whole, write


@pytest.fixture
def order(tmp_path: Path) -> ScanOrder:
    write(tmp_path / "vol/ada/a/one.nc", 2 * 10**12, SECOND - 7 * DAY)
    write(tmp_path / "vol/ada/a/deep/two.nc", 10, SECOND - DAY)
    write(tmp_path / "vol/ada/loose", 1, SECOND)
    root = os.fsencode(tmp_path / "vol/ada")
    return ScanOrder("scan", "slice", root, (b"",), NOW, Clock.MTIME, budget=60)


def volumes(tmp_path: Path) -> list[Volume]:
    return [Volume("scratch", os.fsencode(tmp_path / "vol"))]


def test_an_order_is_measured_and_answered(order: ScanOrder, tmp_path: Path) -> None:
    before = descriptors()
    began = time.monotonic()
    result = measure(order, volumes(tmp_path))
    assert (result.scan_id, result.slice_id, result.failure) == ("scan", "slice", None)
    assert result.host == socket.gethostname()
    assert 0 < result.seconds <= time.monotonic() - began
    assert result.remaining == ()
    assert result.usage == whole(tmp_path / "vol/ada")
    assert descriptors() == before


@pytest.mark.parametrize("clock", Clock)
def test_an_order_is_measured_by_its_own_clock(order: ScanOrder, tmp_path: Path, clock: Clock) -> None:
    assert measure(replace(order, clock=clock), volumes(tmp_path)).usage == whole(tmp_path / "vol/ada", clock)


def test_an_order_says_whether_other_file_systems_are_entered(
    order: ScanOrder, tmp_path: Path, disk: Disk
) -> None:
    write(disk.root / "data", 100)
    (tmp_path / "vol/ada/mnt").mkdir()
    disk.mount(tmp_path / "vol/ada/mnt")
    one, several = (
        measure(replace(order, one_file_system=one), volumes(tmp_path)).usage for one in (True, False)
    )
    assert one.errors.keys() == {"other_file_system"}
    assert (several.errors, several.size) == ({}, one.size + 100)


def test_two_terabytes_for_seven_days_are_fourteen_terabyte_days(tmp_path: Path) -> None:
    write(tmp_path / "data", 2 * 10**12, SECOND - 7 * DAY)
    usage = whole(tmp_path)
    assert usage.temporal_usage == 14 * 10**12
    assert usage.byte_seconds == 14 * 10**12 * DAY


def test_a_slice_without_budget_does_one_directory_and_the_next_the_rest(
    order: ScanOrder, tmp_path: Path
) -> None:
    first = measure(replace(order, budget=0), volumes(tmp_path), threads=1)
    assert (first.usage.files, first.remaining) == (1, (b"a",))
    second = measure(replace(order, directories=first.remaining), volumes(tmp_path))
    assert second.remaining == ()
    assert first.usage + second.usage == whole(tmp_path / "vol/ada")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"root": b"/etc"}, "outside the volumes"),
        ({"directories": (b"../../secret",)}, "not a plain path"),
        ({"directories": (b"a", b"/etc")}, "not a plain path"),
    ],
)
def test_an_order_that_leads_out_of_the_volumes_is_answered_with_a_failure(
    order: ScanOrder, tmp_path: Path, change: dict[str, bytes], reason: str
) -> None:
    before = descriptors()
    result = measure(replace(order, **change), volumes(tmp_path))  # type: ignore[arg-type]
    assert reason in (result.failure or "")
    assert (result.usage, result.remaining) == (Usage(NOW, Clock.MTIME), ())
    assert descriptors() == before


def test_an_area_swapped_for_a_link_between_two_slices_is_refused(order: ScanOrder, tmp_path: Path) -> None:
    first = measure(replace(order, budget=0), volumes(tmp_path), threads=1)
    (tmp_path / "vol/ada").rename(tmp_path / "away")
    (tmp_path / "vol/ada").symlink_to("/etc")
    second = measure(replace(order, directories=first.remaining), volumes(tmp_path))
    assert "is a link" in (second.failure or "")


def test_a_whole_scan_reports_how_far_it_has_come(tmp_path: Path) -> None:
    links = 60_000  # of one inode: the quickest way to many files
    write(tmp_path / "d0/0", 10 * links)
    for number in range(1, links):
        if number % 1_000 == 0:
            (tmp_path / f"d{number // 1_000}").mkdir()
        os.link(tmp_path / "d0/0", tmp_path / f"d{number // 1_000}/{number}")
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)

    usage = measure_whole(
        os.fsencode(tmp_path),
        as_of=NOW,
        clock=Clock.MTIME,
        one_file_system=True,
        scanner=Scanner.PYTHON,
        progress=watch,
    ).usage
    assert usage.files == links
    assert seen
    assert seen == sorted(seen, key=lambda progress: progress.files)
    assert all(p.size == 10 * p.files <= 10 * links and p.directories <= 61 for p in seen)


def test_a_file_cannot_be_measured_as_a_directory(tmp_path: Path) -> None:
    write(tmp_path / "file")
    with pytest.raises(WrongInput, match="not a directory"):
        measure_whole(os.fsencode(tmp_path / "file"), as_of=NOW, clock=Clock.MTIME, one_file_system=True)
