"""The native walker against the one in Python, which test_walk.py holds to what is so."""

import itertools
import math
import os
import pickle
import random
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xfc_notify.errors import ScanRefused
from xfc_notify.scan import native, walk
from xfc_notify.scan.progress import Progress
from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.summary import EARLIEST

from .trees import DAY, NAMES_AND_TYPES, NOW, SECOND, added, as_nobody, descriptors, write

pytestmark = pytest.mark.skipif(not native.is_available(), reason="THE NATIVE SCANNER WAS NOT BUILT")

SANITIZED = "XFC_TEST_SANITIZED" in os.environ  # everything takes many times as long: see `sanitize`


def natively(
    path: Path | bytes | int,
    directories: tuple[bytes, ...] = (b"",),
    *,
    threads: int = 4,
    clock: Clock = Clock.MTIME,
    budget: float = math.inf,
    one_file_system: bool = True,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Usage, tuple[bytes, ...]]:
    root = path if isinstance(path, int) else os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        usage, remaining, used = native.walk(
            root, directories, as_of=NOW, clock=clock, budget=budget, one_file_system=one_file_system,
            threads=threads, progress=progress,
        )  # fmt: skip
    finally:
        if not isinstance(path, int):
            os.close(root)
    assert used == threads or threads == 0 < used
    return usage, remaining


def in_python(
    path: Path | bytes | int,
    directories: tuple[bytes, ...] = (b"",),
    *,
    clock: Clock = Clock.MTIME,
    one_file_system: bool = True,
) -> Usage:
    root = path if isinstance(path, int) else os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        usage, _ = walk.walk(
            root, directories, as_of=NOW, clock=clock, budget=math.inf, one_file_system=one_file_system
        )
    finally:
        if not isinstance(path, int):
            os.close(root)
    return usage


def same(path: Path | bytes, clock: Clock = Clock.MTIME, one_file_system: bool = True) -> Usage:
    """What all say, whatever the number of threads."""
    expected = in_python(path, clock=clock, one_file_system=one_file_system)
    for threads in (1, 2, 7, 0):
        answer = natively(path, clock=clock, one_file_system=one_file_system, threads=threads)
        assert answer == (expected, ())
    return expected


# Random trees

NAMES = st.one_of(
    st.sampled_from([b"a", b"B.TXT", b"c.tar.gz", b".d", b"e..gz", b"line\nbreak", b"\xff\xfe", b"\\x41"]),
    st.binary(min_size=1, max_size=255)
    .map(lambda name: name.replace(b"/", b"_").replace(b"\0", b"."))
    .filter(lambda name: name not in {b".", b".."}),
)
LEAVES = st.one_of(
    st.tuples(st.just("file"), st.integers(0, 10**13), st.integers(-3 * DAY, 5_000 * DAY)),
    st.tuples(st.sampled_from(["hard link", "symlink", "fifo", "socket"]), st.just(0), st.just(0)),
)
MODES = st.sampled_from([0o755] * 6 + [0o000, 0o444, 0o111])
TREES = st.recursive(
    st.tuples(MODES, st.dictionaries(NAMES, LEAVES, max_size=4)),
    lambda trees: st.tuples(MODES, st.dictionaries(NAMES, st.one_of(LEAVES, trees), max_size=5)),
    max_leaves=20,
)


def plant(tree: tuple[int, dict[bytes, object]], here: bytes, files: list[bytes]) -> None:
    mode, entries = tree
    os.mkdir(here)
    for name, leaf in entries.items():
        path = here + b"/" + name
        match leaf:
            case (int(), dict()):
                plant(leaf, path, files)  # type: ignore[arg-type]
            case ("hard link", _, _) if files:
                os.link(files[len(files) // 2], path)
            case ("symlink", _, _):
                os.symlink(b"../" + name[:200], path)
            case ("fifo", _, _):
                os.mkfifo(path)
            case ("socket", _, _):
                plant_socket(here, name)
            case (_, int(size), int(age)):
                write(path, size, SECOND - age)
                files.append(path)
    os.chmod(here, mode)


def plant_socket(here: bytes, name: bytes) -> None:
    """Bound under a short name, since the address of a socket holds 108 bytes."""
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(here, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{folder}/.bound")
        os.rename(b".bound", name, src_dir_fd=folder, dst_dir_fd=folder)
        os.close(folder)


@settings(max_examples=50 if SANITIZED else 100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, threads=st.integers(1, 9), clock=st.sampled_from(Clock))
def test_both_scanners_say_the_same_of_any_tree(
    tree: tuple[int, dict[bytes, object]], threads: int, clock: Clock
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        area = os.fsencode(folder) + b"/area"
        plant(tree, area, [])
        assert natively(area, threads=threads, clock=clock) == (in_python(area, clock=clock), ())
        subprocess.run(["chmod", "-R", "u+rwX", area], check=True)


@settings(max_examples=25 if SANITIZED else 50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, threads=st.integers(1, 9))
def test_both_scanners_say_the_same_to_one_who_may_not_read_everything(
    tree: tuple[int, dict[bytes, object]], threads: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        area = os.fsencode(folder) + b"/area"
        plant(tree, area, [])
        root = os.open(area, os.O_RDONLY)
        expected, answer = as_nobody(lambda: (in_python(root), natively(root, threads=threads)))
        assert answer == (expected, ())
        os.close(root)
        subprocess.run(["chmod", "-R", "u+rwX", area], check=True)


@settings(max_examples=25 if SANITIZED else 50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, threads=st.integers(1, 5), seed=st.integers(0, 99))
def test_the_sum_of_slices_equals_the_whole_whatever_the_cut(
    tree: tuple[int, dict[bytes, object]], threads: int, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        area = os.fsencode(folder) + b"/area"
        plant(tree, area, [])
        dice = random.Random(seed)  # not Hypothesis's: where several threads cut is left to chance
        orders: list[tuple[bytes, ...]] = [(b"",)]
        parts: list[Usage] = []
        while orders:
            usage, remaining = natively(area, orders.pop(), threads=threads, budget=0)
            parts.append(usage)
            dealt = list(remaining)
            dice.shuffle(dealt)
            half = dice.randint(0, len(dealt))
            orders += [tuple(part) for part in (dealt[:half], dealt[half:]) if part]
        assert added(parts) == in_python(area).finished()
        subprocess.run(["chmod", "-R", "u+rwX", area], check=True)


def test_both_scanners_say_the_same_at_the_edges_of_types_and_ages(tmp_path: Path) -> None:
    for name in NAMES_AND_TYPES:
        write(os.fsencode(tmp_path) + b"/" + name, 7)
    for days in (0, 1, 399, 400, 401, 429, 430, 3_969, 3_970, 3_999, 4_000, 9_999):
        for seconds in (-1, 0, 1):
            write(tmp_path / f"{days} days and {seconds} seconds", 7, SECOND - days * DAY - seconds)
    usage = same(tmp_path)
    assert usage.by_type.keys() == {*NAMES_AND_TYPES.values()}
    assert usage.by_age.keys() == {0, 1, 398, 399, 400, 430, 3_940, 3_970, 4_000}


# Large and odd trees


def test_a_large_directory_with_directories_in_it_is_shared_and_counted_once(tmp_path: Path) -> None:
    for number in range(20_000):
        (tmp_path / f"a rather long name to fill the buffer {number}.t{number % 300}").touch()
    for number in range(500):
        write(tmp_path / f"directory {number}/file", number, SECOND - number)
    assert same(tmp_path).files == 20_500


def test_a_directory_of_a_million_entries_is_counted_exactly() -> None:
    entries = 100_000 if SANITIZED else 1_000_000
    if not os.path.isdir("/dev/shm") or os.statvfs("/dev/shm").f_favail < entries:
        pytest.skip("NO FILE SYSTEM IN MEMORY FOR SO MANY: a directory of a million entries goes untested")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        write(Path(folder) / "0.nc", 7 * entries)
        here = os.open(folder, os.O_RDONLY)
        for number in range(1, entries):
            os.link("0.nc", f"{number}.nc", src_dir_fd=here, dst_dir_fd=here)
        usage, remaining = natively(here, threads=3)
        os.close(here)
    assert (usage.files, usage.size, remaining) == (entries, 7 * entries, ())
    assert usage.by_type.keys() == {"nc"}


@pytest.mark.parametrize("count", [15_000] if SANITIZED else [10_000, 10_001, 15_000])
def test_the_same_directories_keep_their_names(tmp_path: Path, count: int) -> None:
    for number in range(count):
        os.mkdir(tmp_path / str(number))
        os.close(os.open(tmp_path / str(number) / "file", os.O_CREAT | os.O_WRONLY))
        os.truncate(tmp_path / str(number) / "file", number % 7)
        os.utime(tmp_path / str(number) / "file", (0, number))
    usage = in_python(tmp_path)
    assert natively(tmp_path) == (usage, ())
    assert len(usage.by_directory) == min(count, 10_001)


def test_the_same_types_keep_their_names(tmp_path: Path) -> None:
    for number in range(1_900):
        write(tmp_path / f"{number % 3}/file.{number}", number % 7)
    assert len(same(tmp_path).by_type) == 1_001


def test_a_flood_of_directories_and_types_is_pooled_exactly(tmp_path: Path) -> None:
    for number in range(45_000):
        os.mkdir(tmp_path / str(number))
        os.close(os.open(tmp_path / f"{number}/file.x{number}", os.O_CREAT | os.O_WRONLY))
    usage, _ = natively(tmp_path)
    assert len(usage.by_directory) == len(usage.oldest_by_directory) == 10_001
    assert len(usage.by_type) == 1_001
    for table in (usage.by_directory, usage.by_type, usage.by_age, usage.by_owner):
        assert sum(tally.files for tally in table.values()) == usage.files == 45_000  # type: ignore[attr-defined]


def test_memory_is_bounded_against_a_flood_of_names(tmp_path: Path) -> None:
    for number in range(30_000):
        os.close(os.open(tmp_path / f"file.x{number}", os.O_CREAT | os.O_WRONLY))
    root = os.open(tmp_path, os.O_RDONLY)
    _, (_, _, _, types), *_ = native._native.walk(
        root,
        (b"",),
        SECOND,
        2,
        math.inf,
        True,
        (),
        (0, 0, 0),
        0,
        20_000,
        16_000_000,
        1,
        lambda *_: None,
        b"",
        None,
    )
    os.close(root)
    assert len(types) <= 4_000  # four times as many as keep their names in the end
    assert sum(row[2] for _, row in types) == 30_000


def test_sums_beyond_64_bits_are_exact() -> None:
    if not os.path.isdir("/dev/shm"):
        pytest.skip("NO FILE SYSTEM HERE WITH SUCH FILES: sums beyond 64 bits go untested")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for number in range(9):
            try:
                write(Path(folder) / str(number), 2**63 - 1, EARLIEST)
            except (OverflowError, OSError):
                pytest.skip("/dev/shm TAKES NO SUCH FILES: sums beyond 64 bits go untested")
        usage = same(Path(folder))
        assert usage.byte_seconds == 9 * (2**63 - 1) * (SECOND - EARLIEST) > 2**96


@contextmanager
def mounted(kind: str, where: Path) -> Iterator[None]:
    """A file system of this kind, for the time being."""
    where.mkdir()
    if subprocess.run(["mount", "-t", kind, "none", where], check=False).returncode:
        pytest.skip(f"{kind} CANNOT BE MOUNTED HERE, what needs it goes untested")
    try:
        yield
    finally:
        subprocess.run(["umount", where], check=True)


@pytest.mark.parametrize(
    "inside", [(), ("file",), ("sub/file",), ("file", "sub/file"), ("file", "sub/sub/file")]
)
def test_a_mounted_file_system_is_treated_alike(tmp_path: Path, inside: tuple[str, ...]) -> None:
    write(tmp_path / "file", 5)
    with mounted("tmpfs", tmp_path / "mnt"):
        for name in inside:
            write(tmp_path / "mnt" / name, 7)
        usage = same(tmp_path)
        assert (usage.size, usage.errors["other_file_system"].samples) == (5, (b"mnt",))
        assert same(tmp_path, one_file_system=False).size == 5 + 7 * len(inside)
        assert natively(tmp_path, (b"mnt",)) == (in_python(tmp_path, (b"mnt",)), ())


def test_a_file_that_is_mounted_is_of_another_file_system(tmp_path: Path) -> None:
    write(tmp_path / "area/a", 5)
    write(tmp_path / "area/b", 6)
    with mounted("tmpfs", tmp_path / "mnt"):
        write(tmp_path / "mnt/other", 7)
        subprocess.run(["mount", "--bind", tmp_path / "mnt/other", tmp_path / "area/a"], check=True)
        try:
            usage = same(tmp_path / "area")
            assert (usage.size, usage.errors["other_file_system"].samples) == (6, (b"a",))
        finally:
            subprocess.run(["umount", tmp_path / "area/a"], check=True)


def test_where_there_are_no_birth_times_the_ctime_counts(tmp_path: Path) -> None:
    with mounted("ramfs", tmp_path / "area"):
        for number in range(50):
            write(tmp_path / f"area/{number % 3}/{number}", number)
        usage = same(tmp_path / "area", clock=Clock.ARRIVAL)
        assert (usage.files, usage.birth_times) == (50, 0)
        assert usage.oldest == min(int(path.stat().st_ctime) for path in tmp_path.glob("area/*/*"))


LEVELS = 1_000 if SANITIZED else 3_000


@pytest.fixture(scope="module")
def abyss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Thousands of levels of 10 characters, with a directory and two files beside on each."""
    top = tmp_path_factory.mktemp("abyss")
    here = os.open(top, os.O_RDONLY)
    for _ in range(LEVELS):
        os.mkdir("0123456789", dir_fd=here)
        os.mkdir("beside", dir_fd=here)
        for name in ("file", "beside/file"):
            file = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=here)
            os.truncate(file, 7)
            os.close(file)
        below = os.open("0123456789", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    yield top
    subprocess.run(["rm", "-rf", top], check=True)  # shutil.rmtree cannot


@pytest.mark.parametrize("threads", [1, 8])
def test_few_descriptors_are_open_however_deep_it_goes(abyss: Path, threads: int) -> None:
    before, most = descriptors(), 0
    usage: list[Usage] = []
    walking = threading.Thread(target=lambda: usage.append(natively(abyss, threads=threads)[0]))
    walking.start()
    while walking.is_alive():
        most = max(most, descriptors())
    assert usage == [in_python(abyss)]
    assert before < most <= before + 1 + 1 + 64 + 3 * threads  # the root, the look itself, at rest, in use
    assert descriptors() == before


WALK_WITH_FEW_DESCRIPTORS = """
import math, os, pickle, resource, sys
from datetime import datetime
from xfc_notify.scan import native
from xfc_notify.usage import Clock
resource.setrlimit(resource.RLIMIT_NOFILE, (140, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
root = os.open(sys.argv[1], os.O_RDONLY)
as_of = datetime.fromisoformat(sys.argv[2])
answer = native.walk(
    root, (b"",), as_of=as_of, clock=Clock.MTIME, budget=math.inf, one_file_system=True, threads=64
)
sys.stdout.buffer.write(pickle.dumps(answer))
"""


def test_with_few_descriptors_allowed_there_are_fewer_threads_and_no_errors(abyss: Path) -> None:
    """In a process of its own, since this one may hold many."""
    command = [sys.executable, "-c", WALK_WITH_FEW_DESCRIPTORS, str(abyss), str(NOW)]
    usage, _, used = pickle.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert usage == in_python(abyss)
    assert used == 4


def test_a_tree_deeper_than_path_max_can_be_cut(abyss: Path) -> None:
    usage, remaining = natively(abyss, budget=0)
    parts, budget = [usage], 0.01
    assert remaining
    while remaining:
        usage, remaining = natively(abyss, remaining, budget=budget)
        parts.append(usage)
        budget *= 2  # the way back to where it was cut takes a while, on a busy machine more than any time
    assert added(parts) == in_python(abyss).finished()


def test_two_walks_over_one_descriptor_say_the_same(tmp_path: Path) -> None:
    write(tmp_path / "a/file", 3)
    root = os.open(tmp_path, os.O_RDONLY)
    assert natively(root) == natively(root) == (in_python(root), ())
    os.close(root)


# Budget


def test_without_any_budget_one_thread_does_exactly_one_directory(tmp_path: Path) -> None:
    for name in ("a/a/a", "a/b", "b"):
        (tmp_path / name).mkdir(parents=True)
    orders: list[tuple[bytes, ...]] = [(b"",)]
    done = 0
    while orders:
        _, remaining = natively(tmp_path, orders.pop(), threads=1, budget=0)
        orders += [(directory,) for directory in remaining]
        done += 1
    assert done == 6


@pytest.mark.parametrize("threads", [1, 8])
def test_with_too_many_directories_open_a_walk_goes_on_past_its_budget(tmp_path: Path, threads: int) -> None:
    for number in range(20_050):
        os.mkdir(tmp_path / str(number))
    usage, remaining = natively(tmp_path, threads=threads, budget=0)
    assert 20_000 - threads < len(remaining) <= 20_000
    assert usage.directories == 20_050
    assert len(set(remaining)) == len(remaining)


def test_with_paths_too_long_for_a_message_a_walk_goes_on_past_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "MOST_REMAINING_BYTES", 1_000)
    for number in range(100):
        os.makedirs(tmp_path / f"{number:050d}/{number:050d}")
    remaining: tuple[bytes, ...] = (b"",)
    rounds = 0
    while remaining:
        _, remaining = natively(tmp_path, remaining, threads=1, budget=0)
        assert sum(map(len, remaining)) <= 1_000
        rounds += 1
    assert 20 <= rounds <= 45


def test_what_remains_stays_small_because_slices_go_on_depth_first(tmp_path: Path) -> None:
    for path in itertools.product("abcd", repeat=4):
        (tmp_path / "/".join(path)).mkdir(parents=True)
    remaining: tuple[bytes, ...] = (b"",)
    for _ in range(1 + 4 + 16 + 64 + 256):
        _, remaining = natively(tmp_path, remaining, threads=1, budget=0)
        assert len(remaining) <= 4 * 3 + 1
    assert remaining == ()


@pytest.mark.parametrize("directory", [b"..", b"a/../../x", b"/etc", b".", b"a//b", b"a/", b"a\0"])
def test_a_directory_that_could_lead_out_of_the_area_is_refused(tmp_path: Path, directory: bytes) -> None:
    with pytest.raises(ScanRefused):
        natively(tmp_path, (b"", directory))


# What goes wrong


def test_what_is_gone_or_became_a_link_between_two_slices_is_counted_alike(tmp_path: Path) -> None:
    area = tmp_path / "area"
    write(tmp_path / "outside/b/secret", 10**9)
    write(area / "stays/file", 5)
    write(area / "beside/file", 7)
    (area / "a").symlink_to(tmp_path / "outside")
    order = (b"gone/a/b", b"stays", b"gone/a/c", b"a/b", b"beside/file", b"x" * 300)
    usage, remaining = natively(area, order)
    assert usage == in_python(area, order)
    assert (usage.size, remaining) == (5, ())
    assert usage.errors.keys() == {"vanished", "swapped", "failed"}


def test_what_changes_under_the_walk_does_not_lead_out_and_is_counted_or_not(tmp_path: Path) -> None:
    area, outside = tmp_path / "area", tmp_path / "outside"
    write(outside / "secret", 10**12)
    for number in range(2_000):
        write(area / f"{number % 50}/{number}", 1)
    stop, disturbed = threading.Event(), threading.Event()

    def disturb() -> None:
        dice = random.Random(1)
        while not stop.is_set():
            name, other = str(dice.randrange(50)), tmp_path / "away"
            (area / name).rename(other)
            (area / name).symlink_to(outside)
            (area / name).unlink()
            other.rename(area / name)
            file = area / name / f"new {dice.randrange(9)}"
            file.touch()
            file.unlink()
            disturbed.set()

    disturbing = threading.Thread(target=disturb)
    disturbing.start()
    try:
        for _ in range(50 if SANITIZED else 150):
            usage, _ = natively(area, threads=3)
            assert usage.size <= 2_000
            assert usage.errors.keys() <= {"vanished", "swapped"}
    finally:
        stop.set()
        disturbing.join()
    assert disturbed.is_set()
