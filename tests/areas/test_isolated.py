import os
import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from preload import POISON, library

from xfc_notify.areas import isolated
from xfc_notify.areas.isolated import measure_isolated
from xfc_notify.domain import Volume
from xfc_notify.scan.order import ScanOrder
from xfc_notify.scan.slice import measure
from xfc_notify.usage import Clock


@pytest.fixture
def order(tmp_path: Path) -> ScanOrder:
    """Of an area with an odd name."""
    area = tmp_path / "vol1" / "a\udce9\n"
    (area / "runs").mkdir(parents=True)
    (area / "runs" / "one.nc").write_bytes(bytes(1000))
    now = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
    return ScanOrder(str(uuid4()), str(uuid4()), os.fsencode(area), (b"",), now, Clock.MTIME, budget=60)


@pytest.fixture
def volumes(tmp_path: Path) -> list[Volume]:
    return [Volume("vol1", os.fsencode(tmp_path / "vol1"))]


def test_apart_means_the_same_answer(order: ScanOrder, volumes: list[Volume]) -> None:
    here = measure(order, volumes)
    assert here.usage.files == 1
    there = measure_isolated(order, volumes)
    assert replace(there, seconds=0) == replace(here, seconds=0)


def test_what_cannot_be_opened_is_refused_as_ever(order: ScanOrder, volumes: list[Volume]) -> None:
    failure = measure_isolated(replace(order, root=b"/etc/passwd.d"), volumes).failure
    assert failure == "/etc/passwd.d lies outside the volumes of this scanner"


def test_an_area_that_crashes_its_scanner_is_an_answer(
    order: ScanOrder,
    volumes: list[Volume],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path(os.fsdecode(order.root), "crash").touch()
    monkeypatch.setenv("LD_PRELOAD", library(POISON, tmp_path))
    result = measure_isolated(order, volumes)
    assert result.failure == "the scanner dies of it (SIGSEGV): its log says more"
    assert (result.usage.files, result.remaining) == (0, ())
    assert "Segmentation fault" in capfd.readouterr().err


def test_a_file_system_that_never_answers_is_an_answer(
    order: ScanOrder, volumes: list[Volume], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(os.fsdecode(order.root), "stuck").touch()
    monkeypatch.setenv("LD_PRELOAD", library(POISON, tmp_path))
    before = os.listdir("/proc/self/fd")
    result = measure_isolated(order, volumes, patience=2)
    assert os.listdir("/proc/self/fd") == before
    assert result.failure == "the scanner did not return within 2 s: does the file system answer?"
    assert 2 <= result.seconds < 10


def test_it_knows_the_volumes_that_its_worker_knows_whatever_the_settings_are_by_now(
    order: ScanOrder, volumes: list[Volume], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XFC_NOTIFY_SETTINGS", "/nowhere.toml")
    assert measure_isolated(order, volumes).usage.files == 1
    guarded = [replace(volumes[0], marker=b".not there\xff")]
    here, there = measure(order, guarded).failure, measure_isolated(order, guarded).failure
    assert here is not None
    assert there == here


def test_a_process_that_cannot_begin_is_an_answer_as_well(
    order: ScanOrder, volumes: list[Volume], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    failure = measure_isolated(order, volumes).failure
    assert failure == "the scanner dies of it (exit code 1): its log says more"


def test_who_stops_all_processes_of_a_worker_stops_the_worker_only(
    order: ScanOrder, volumes: list[Volume], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service manager asks all of them to end, and the worker finishes what it has in hand."""
    started: list[int] = []
    popen = isolated.subprocess.Popen

    class Watched(popen):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: object, **named: object) -> None:
            super().__init__(*arguments, **named)
            started.append(self.pid)

    monkeypatch.setattr(isolated.subprocess, "Popen", Watched)

    def stop() -> None:
        while not started:
            time.sleep(0.001)
        for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(started[0], asked)

    stopper = threading.Thread(target=stop)
    stopper.start()
    result = measure_isolated(order, volumes)
    stopper.join()
    assert result.failure is None
    assert result.usage.files == 1
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
