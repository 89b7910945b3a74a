"""Native walks where each call of the file system takes time: how they end early, report, and choose their threads."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from preload import library

from xfc_notify.scan import native

from .trees import write

pytestmark = pytest.mark.skipif(not native.is_available(), reason="THE NATIVE SCANNER WAS NOT BUILT")

SLOW = Path(__file__).parents[2] / "benchmarks" / "slow.c"
SERIAL = Path(__file__).with_name("serial.c")
ENTRIES = 1_500


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """What is loaded first to make calls slow."""
    folder = tmp_path_factory.mktemp("libraries")
    return {source: library(source, folder) for source in (SLOW, SERIAL)}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of 1,500 files."""
    folder = tmp_path_factory.mktemp("wide")
    for number in range(ENTRIES):
        (folder / f"{number}").touch()
    return folder


def with_library(path: str, milliseconds: int = 0) -> dict[str, str]:
    """An environment in which it is loaded, and each look at an entry takes so long."""
    before = os.environ.get("LD_PRELOAD", "")
    microseconds = str(1_000 * milliseconds)
    return {**os.environ, "LD_PRELOAD": f"{before} {path}".strip(), "SLOW_MICROSECONDS": microseconds}


def answer(program: str, *arguments: object, environment: dict[str, str]) -> Any:
    """What a program prints, as JSON."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return json.loads(subprocess.check_output(command, env=environment, text=True, timeout=100))


# A walk of more than two minutes, or of eight by one thread, that is ended by somebody

LONG_WALK = """
import ctypes, math, os, signal, sys, threading, time
from datetime import UTC, datetime
from xfc_notify.scan import native
from xfc_notify.usage import Clock

class TimeIsUp(BaseException):
    pass

me, walking = threading.get_ident(), threading.Event()

def raise_here():
    walking.wait()
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(me), ctypes.py_object(TimeIsUp))

def progress(come):
    if come.files and not walking.is_set():
        print("walking", flush=True)
        walking.set()
        if sys.argv[2] == "display":
            raise BrokenPipeError

def held():
    return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored in the background
first = threading.Thread(target=int)  # with the first thread a sanitizer starts one of its own
first.start()
first.join()
time.sleep(0.2)  # the kernel lists a thread for a moment after it was joined
above, name = os.path.split(os.fsencode(sys.argv[1]))
root = os.open(above, os.O_RDONLY)
order = (*(b"gone %d" % number for number in range(200)), name)  # the last one comes first
before = held()
if sys.argv[2] == "time limit":
    threading.Thread(target=raise_here).start()
try:
    native.walk(root, order, as_of=datetime.now(UTC), clock=Clock.MTIME, budget=math.inf,
                one_file_system=True, threads=int(sys.argv[3]), progress=progress)
except (KeyboardInterrupt, TimeIsUp, BrokenPipeError) as stopped:
    print(type(stopped).__name__)
for _ in range(500):
    if held() == before:
        break
    time.sleep(0.02)
print("as before" if held() == before else (before, held()))
"""


@pytest.mark.parametrize(
    ("how", "raised"),
    [("ctrl-c", "KeyboardInterrupt"), ("time limit", "TimeIsUp"), ("display", "BrokenPipeError")],
)
@pytest.mark.parametrize("threads", [1, 4])
def test_a_walk_that_is_ended_ends_after_a_call_or_two_and_leaves_nothing(
    libraries: dict[Path, str], wide: Path, how: str, raised: str, threads: int
) -> None:
    command = [sys.executable, "-c", LONG_WALK, wide, how, str(threads)]
    slowly = with_library(libraries[SLOW], milliseconds=300)
    with subprocess.Popen(command, env=slowly, stdout=subprocess.PIPE, text=True) as walking:
        assert walking.stdout is not None
        try:
            assert walking.stdout.readline() == "walking\n"
            began = time.monotonic()
            if how == "ctrl-c":
                walking.send_signal(signal.SIGINT)
            assert walking.stdout.read() == f"{raised}\nas before\n"
            assert time.monotonic() - began < 8  # half a second as a rule, and 12 s with all that was taken
        finally:
            walking.kill()


# Progress

REPORTS = """
import json, math, os, sys
from datetime import UTC, datetime
from xfc_notify.scan import native
from xfc_notify.usage import Clock

seen = []
root = os.open(sys.argv[1], os.O_RDONLY)
native.walk(root, (b"",), as_of=datetime.now(UTC), clock=Clock.MTIME, budget=math.inf,
            one_file_system=True, threads=1, progress=seen.append)
print(json.dumps(seen))
"""


def test_progress_grows_and_ends_within_what_was_found(libraries: dict[Path, str], tmp_path: Path) -> None:
    write(tmp_path / "0/0", 1_000)
    for number in range(1, 100):
        (tmp_path / f"{number % 5}").mkdir(exist_ok=True)
        os.link(tmp_path / "0/0", tmp_path / f"{number % 5}/{number}")
    seen = answer(REPORTS, tmp_path, environment=with_library(libraries[SLOW], milliseconds=10))
    assert 3 <= len(seen) <= 100  # ten as a rule, one every tenth of a second
    for figures in zip(*seen, strict=True):
        assert figures == tuple(sorted(figures))
    assert seen[0] < seen[-1] <= [6, 100, 1_000]
    assert all(size == 10 * files for _, files, size in seen)
    assert all(files <= 20 * directories for directories, files, _ in seen)


# Threads

CHOSEN = """
import json, math, os, sys
from datetime import UTC, datetime
from xfc_notify.domain import Volume
from xfc_notify.scan.order import ScanOrder
from xfc_notify.scan import engine, native, slice
from xfc_notify.usage import Clock

path, as_of = os.fsencode(sys.argv[1]), datetime.now(UTC)
most = 0

def progress(_):
    global most
    most = max(most, len(os.listdir("/proc/self/task")) - alone)

given = dict(as_of=as_of, clock=Clock.MTIME, one_file_system=True, progress=progress)
order = ScanOrder("scan", "slice", path, (b"",), as_of, Clock.MTIME, budget=1_000)
volumes = [Volume("scratch", os.path.dirname(path))]
here = os.open(path, os.O_RDONLY)
alone = len(os.listdir("/proc/self/task"))
ended = {
    "native": lambda: native.walk(here, (b"",), budget=math.inf, **given),
    "engine": lambda: engine.walk(here, (b"",), budget=math.inf, **given),
    "order": lambda: slice.measure(order, volumes, progress=progress),
    "whole": lambda: slice.measure_whole(path, **given),
}[sys.argv[2]]()
print(json.dumps([most, getattr(ended, "threads", ended[-1] if isinstance(ended, tuple) else None)]))
"""


@pytest.mark.parametrize("caller", ["native", "engine", "order", "whole"])
def test_where_each_call_takes_time_a_walk_takes_more_threads_by_itself(
    libraries: dict[Path, str], wide: Path, caller: str
) -> None:
    slowly = with_library(libraries[SLOW], milliseconds=20)
    most, in_the_end = answer(CHOSEN, wide, caller, environment=slowly)
    assert most > 4  # so many it has from the start where there are processors enough
    assert caller == "order" or 4 < in_the_end <= most


def test_threads_that_bring_nothing_are_given_up(libraries: dict[Path, str], wide: Path) -> None:
    one_by_one = with_library(libraries[SERIAL])
    # What else the machine does can look like what threads bring, but not each time.
    ends = (answer(CHOSEN, wide, "native", environment=one_by_one)[1] for _ in range(4))
    assert any(in_the_end <= 16 for in_the_end in ends)
