import itertools
import math
import os
import random
import resource
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xfc_notify.errors import ScanRefused
from xfc_notify.scan import walk as walking
from xfc_notify.scan.progress import Progress
from xfc_notify.scan.walk import walk
from xfc_notify.usage import Clock, Errors, Usage

from .trees import DAY, NOW, SECOND, added, as_nobody, cut, descriptors, whole, write

HOSTILE = [
    b"line\nbreak",
    b"\x1b[2J",
    b"\xff\xfe",
    b"<b>&amp;",
    b" ",
    b"-rf",
    b"\\x41",
    b"\xe2\x80\xae",
    b"...",
]


def hooked(
    path: Path, hook: Callable[[int], None], directories: tuple[bytes, ...] = (b"",), budget: float = math.inf
) -> tuple[Usage, tuple[bytes, ...]]:
    """A walk that calls the hook, with a running number, after each batch of names (through `progress`)."""
    numbers, clock = itertools.count(1), itertools.count()

    def progress(_: Progress) -> None:
        hook(next(numbers))

    root = os.open(path, os.O_RDONLY)
    try:
        return walk(
            root, directories, as_of=NOW, clock=Clock.MTIME, budget=budget, one_file_system=True,
            progress=progress, monotonic=lambda: float(next(clock)),
        )  # fmt: skip
    finally:
        os.close(root)


# What is counted


def test_bytes_files_and_directories_are_counted_exactly(tmp_path: Path) -> None:
    write(tmp_path / "a/one.txt", 1_000, SECOND - 10)
    write(tmp_path / "a/b/two.TXT", 234, SECOND - 20)
    write(tmp_path / "three", 1, SECOND - 30)
    (tmp_path / "empty").mkdir()
    usage = whole(tmp_path)
    assert (usage.files, usage.size, usage.directories) == (3, 1_235, 3)
    assert usage.byte_seconds == 10_000 + 4_680 + 30
    assert {name: tally.size for name, tally in usage.by_directory.items()} == {b"a": 1_234, b".": 1}
    assert {kind: tally.files for kind, tally in usage.by_type.items()} == {"txt": 2, "": 1}
    assert usage.by_owner.keys() == {os.getuid()}
    assert (usage.oldest, usage.newest) == (SECOND - 30, SECOND - 10)
    assert usage.complete


def test_the_size_agrees_with_du(tmp_path: Path) -> None:
    for number in range(300):
        write(tmp_path / f"{number % 7}/{number % 11}/{number}", number * 1_013)
    os.link(tmp_path / "0/0/0", tmp_path / "0/link")
    os.link(tmp_path / "1/1/1", tmp_path / "2/link")
    listed = subprocess.check_output(["du", "-b", "--apparent-size", "-a", tmp_path], text=True)
    sizes = {line.split("\t")[1]: int(line.split("\t")[0]) for line in listed.splitlines()}
    files = sum(size for path, size in sizes.items() if os.path.isfile(path))
    assert whole(tmp_path).size == files
    blocks = int(subprocess.check_output(["du", "-B1", "-s", tmp_path], text=True).split()[0])
    folders = sum(os.lstat(path).st_blocks * 512 for path in sizes if os.path.isdir(path))
    assert whole(tmp_path).allocated == blocks - folders


def test_each_inode_counts_once_where_all_its_links_lie_inside(tmp_path: Path) -> None:
    write(tmp_path / "a/file", 1_000, SECOND - 7)
    os.link(tmp_path / "a/file", tmp_path / "a/again")
    os.link(tmp_path / "a/file", tmp_path / "third")
    usage = whole(tmp_path)
    assert (usage.files, usage.size, usage.byte_seconds) == (3, 1_000, 7_000)


def test_an_inode_counts_whole_where_other_links_lie_outside(tmp_path: Path) -> None:
    write(tmp_path / "in/file", 1_000)
    (tmp_path / "out").mkdir()
    for number in range(9):
        os.link(tmp_path / "in/file", tmp_path / f"out/{number}")
    assert whole(tmp_path / "in").size == whole(tmp_path / "out").size == whole(tmp_path).size == 1_000
    assert whole(tmp_path / "in").complete


def test_a_symlink_is_counted_and_never_followed(tmp_path: Path) -> None:
    area = tmp_path / "area"
    write(area / "file", 5)
    write(tmp_path / "outside/big", 10**9)
    outside = str(tmp_path / "outside")
    links = {
        "root": "/",
        "up": "..",
        "self": "self",
        "dir": outside,
        "file2": "file",
        "here": ".",
        "no": "no way",
    }
    for name, target in links.items():
        (area / name).symlink_to(target)
    usage = whole(area)
    assert (usage.symlinks, usage.files, usage.size, usage.directories) == (7, 1, 5, 0)
    assert usage.errors == {}


def test_fifos_and_sockets_are_counted_and_have_no_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        usage = whole(tmp_path)
    assert (usage.others, usage.files, usage.size) == (2, 0, 0)


def test_a_sparse_file_has_its_apparent_size_and_its_few_blocks(tmp_path: Path) -> None:
    write(tmp_path / "sparse", 10**12)
    usage = whole(tmp_path)
    assert usage.size == 10**12
    assert usage.allocated < 10**6


def test_a_time_in_the_future_is_age_zero(tmp_path: Path) -> None:
    write(tmp_path / "future", 10**9, SECOND + 1_000 * DAY)
    usage = whole(tmp_path)
    assert (usage.byte_seconds, usage.newest) == (0, SECOND + 1_000 * DAY)
    assert usage.by_age.keys() == {0}


def test_each_clock_reads_its_own_time(tmp_path: Path) -> None:
    write(tmp_path / "copied with its old date", 1, mtime=10**9)
    inside = os.stat(tmp_path / "copied with its old date")
    by_mtime, by_ctime, by_arrival = (
        whole(tmp_path, clock) for clock in (Clock.MTIME, Clock.CTIME, Clock.ARRIVAL)
    )
    assert by_mtime.newest == 10**9
    assert by_ctime.newest == int(inside.st_ctime)
    assert by_arrival.newest is not None
    assert int(inside.st_ctime) - 5 <= by_arrival.newest <= int(inside.st_ctime)
    assert by_mtime.birth_times == by_ctime.birth_times == 0
    assert [usage.clock for usage in (by_mtime, by_ctime, by_arrival)] == ["mtime", "ctime", "arrival"]


def test_hostile_names_are_kept_as_their_bytes(tmp_path: Path) -> None:
    here = os.fsencode(tmp_path)
    for number, name in enumerate(HOSTILE, start=1):
        write(here + b"/" + name + b"/" + name, number, SECOND - 1)
    usage = whole(tmp_path)
    assert {name: tally.size for name, tally in usage.by_directory.items()} == {
        name: number for number, name in enumerate(HOSTILE, start=1)
    }
    assert {entry.path for entry in usage.largest} == {name + b"/" + name for name in HOSTILE}
    assert added(slices(tmp_path, random.Random(1))) == usage


# Slices


def slices(path: Path | bytes, dice: random.Random, most: int = 4) -> list[Usage]:
    """Usages of a scan cut at random; what remains is dealt out to new orders at random."""
    orders: list[tuple[bytes, ...]] = [(b"",)]
    usages = []
    while orders:
        order = orders.pop(dice.randrange(len(orders)))
        usage, remaining = cut(path, order, after=dice.randint(0, most))
        usages.append(usage)
        parts: dict[int, list[bytes]] = {}
        for directory in remaining:
            parts.setdefault(dice.randint(0, 2), []).append(directory)
        orders += map(tuple, parts.values())
        assert len(set(remaining)) == len(remaining)
    return usages


NAMES = st.sampled_from([b"a", b"b.txt", b"c.tar.gz", b".d", *HOSTILE])
LEAVES = st.one_of(
    st.tuples(st.just("file"), st.integers(0, 10**13), st.integers(-3 * DAY, 5_000 * DAY)),
    st.tuples(st.just("hard link"), st.just(0), st.just(0)),
    st.tuples(st.just("symlink"), st.just(0), st.just(0)),
    st.tuples(st.just("fifo"), st.just(0), st.just(0)),
)
TREES = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=4),
    lambda trees: st.dictionaries(NAMES, st.one_of(LEAVES, trees), max_size=5),
    max_leaves=20,
)


def plant(tree: dict[bytes, object], here: bytes, files: list[bytes]) -> None:
    os.mkdir(here)
    for name, leaf in tree.items():
        path = here + b"/" + name
        match leaf:
            case dict():
                plant(leaf, path, files)
            case ("hard link", _, _) if files:
                os.link(files[len(files) // 2], path)
            case ("symlink", _, _):
                os.symlink(b"../" + name, path)
            case ("fifo", _, _):
                os.mkfifo(path)
            case (_, int(size), int(age)):
                write(path, size, SECOND - age)
                files.append(path)


def counted_otherwise(top: bytes) -> tuple[int, int, int, int, int, int]:
    """Files, bytes, bytes × age, directories, symlinks, others: by os.walk and a table of inodes."""
    files = size = byte_seconds = folders = symlinks = others = 0
    inodes = {}
    for here, directories, names in os.walk(top):
        for name in (*directories, *names):
            found = os.lstat(os.path.join(here, name))
            if os.path.islink(os.path.join(here, name)):
                symlinks += 1
            elif name in directories:
                folders += 1
            elif os.path.isfile(os.path.join(here, name)):
                files += 1
                inodes[found.st_ino] = (found.st_size, max(0, SECOND - int(found.st_mtime)))
            else:
                others += 1
    size = sum(size for size, _ in inodes.values())
    byte_seconds = sum(size * age for size, age in inodes.values())
    return files, size, byte_seconds, folders, symlinks, others


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, dice=st.randoms(use_true_random=False))
def test_the_sum_of_slices_equals_the_whole_whatever_the_cut(
    tree: dict[bytes, object], dice: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = os.fsencode(folder) + b"/area"
        plant(tree, top, [])
        usage = whole(top)
        assert counted_otherwise(top) == (
            usage.files, usage.size, usage.byte_seconds, usage.directories, usage.symlinks, usage.others
        )  # fmt: skip
        parts = slices(top, dice)
        dice.shuffle(parts)
        assert added(parts) == usage


def test_without_any_budget_a_slice_does_exactly_one_directory(tmp_path: Path) -> None:
    for name in ("a/a/a", "a/b", "b"):
        (tmp_path / name).mkdir(parents=True)
    _, remaining = cut(tmp_path, (b"",), after=0)
    assert sorted(remaining) == [b"a", b"b"]
    orders, done = [(b"",)], 0
    while orders:
        _, remaining = cut(tmp_path, orders.pop(), after=0)
        orders += [(directory,) for directory in remaining]
        done += 1
    assert done == 6


def test_what_remains_stays_small_because_the_walk_is_depth_first(tmp_path: Path) -> None:
    for path in itertools.product("abcd", repeat=4):
        (tmp_path / "/".join(path)).mkdir(parents=True)
    for after in range(1, 341):
        _, remaining = cut(tmp_path, (b"",), after)
        assert len(remaining) <= 4 * 3 + 1


def test_with_too_many_directories_open_a_walk_goes_on_past_its_budget(tmp_path: Path) -> None:
    for number in range(20_050):
        os.mkdir(tmp_path / str(number))
    _, remaining = cut(tmp_path, (b"",), after=0)
    assert len(remaining) == 20_000


def test_with_paths_too_long_for_a_message_a_walk_goes_on_past_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_REMAINING_BYTES", 1_000)
    for number in range(100):
        os.makedirs(tmp_path / f"{number:050d}/{number:050d}")
    remaining: tuple[bytes, ...] = (b"",)
    rounds = 0
    while remaining:
        _, remaining = cut(tmp_path, remaining, after=0)
        assert sum(map(len, remaining)) <= 1_000
        rounds += 1
    assert 20 <= rounds <= 45


@pytest.mark.parametrize("directory", [b"..", b"a/../../x", b"/etc", b".", b"a//b", b"a/", b"a\0"])
def test_a_directory_that_could_lead_out_of_the_area_is_refused(tmp_path: Path, directory: bytes) -> None:
    with pytest.raises(ScanRefused):
        cut(tmp_path, (b"", directory), after=9)


# What goes wrong


def as_nobody_sees(area: Path) -> Usage:
    area.chmod(0o755)
    root = os.open(area, os.O_RDONLY)
    try:
        return as_nobody(
            lambda: walk(root, (b"",), as_of=NOW, clock=Clock.MTIME, budget=math.inf, one_file_system=True)
        )[0]
    finally:
        os.close(root)


def test_what_may_not_be_read_is_counted_and_makes_the_scan_incomplete(tmp_path: Path) -> None:
    area = tmp_path / "area"
    write(area / "open/file", 5)
    write(area / "closed/file", 7)
    write(area / "no entry/file", 11)
    (area / "closed").chmod(0)
    (area / "no entry").chmod(0o644)
    usage = as_nobody_sees(area)
    (area / "closed").chmod(0o755)
    (area / "no entry").chmod(0o755)
    assert usage.errors == {"unreadable": Errors(2, (b"closed", b"no entry/file"))}
    assert (usage.size, usage.directories) == (5, 3)
    assert not usage.complete


def test_files_that_vanish_while_their_directory_is_listed_are_counted_as_vanished(tmp_path: Path) -> None:
    for number in range(600):
        write(tmp_path / f"{number}", 1)

    def remove_all(number: int) -> None:
        if number == 1:
            for name in os.listdir(tmp_path):
                os.unlink(tmp_path / name)

    usage, _ = hooked(tmp_path, remove_all)
    assert usage.files == 256
    assert usage.errors["vanished"].count > 0
    assert usage.complete


@pytest.mark.parametrize("substitute", ["link", "file", "fifo", "nothing"])
def test_a_directory_swapped_between_listing_and_opening_is_not_followed(
    tmp_path: Path, substitute: str
) -> None:
    area, outside = tmp_path / "area", tmp_path / "outside"
    write(outside / "secret", 10**9)
    write(area / "victim/file", 5)

    def swap(number: int) -> None:
        if number == 1:
            (area / "victim").rename(tmp_path / "away")
            {
                "link": lambda: (area / "victim").symlink_to(outside),
                "file": lambda: write(area / "victim", 10**9),
                "fifo": lambda: os.mkfifo(area / "victim"),
                "nothing": lambda: None,
            }[substitute]()

    usage, remaining = hooked(area, swap)
    kind = "vanished" if substitute == "nothing" else "swapped"
    assert usage.errors == {kind: Errors(1, (b"victim",))}
    assert (usage.size, usage.directories, remaining) == (0, 1, ())


def test_an_ancestor_swapped_between_two_slices_does_not_lead_out(tmp_path: Path) -> None:
    area = tmp_path / "area"
    write(tmp_path / "outside/b/secret", 10**9)
    write(area / "a/b/file", 5)
    (area / "a").rename(tmp_path / "away")
    (area / "a").symlink_to(tmp_path / "outside")
    usage, remaining = cut(area, (b"a/b",), after=9)
    assert usage.errors == {"swapped": Errors(1, (b"a/b",))}
    assert (usage.size, remaining) == (0, ())


def test_what_remained_below_a_vanished_directory_is_vanished(tmp_path: Path) -> None:
    write(tmp_path / "stays/file", 5)
    usage, remaining = cut(tmp_path, (b"gone/a/b", b"stays", b"gone/a/c"), after=9)
    assert usage.errors == {"vanished": Errors(2, (b"gone/a/b", b"gone/a/c"))}
    assert (usage.size, remaining) == (5, ())


def test_an_error_spends_the_budget_too_and_is_progress(tmp_path: Path) -> None:
    usage, remaining = cut(tmp_path, (b"gone1", b"gone2"), after=0)
    assert usage.errors["vanished"].count == 1
    assert len(remaining) == 1


def test_another_file_system_is_not_entered_unless_asked(tmp_path: Path) -> None:
    write(tmp_path / "file", 5)
    (tmp_path / "mnt").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "none", tmp_path / "mnt"], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"MOUNTING IS NOT ALLOWED HERE, other file systems go untested: {mounted.stderr!r}")
    try:
        write(tmp_path / "mnt/sub/file", 7)
        usage = whole(tmp_path)
        assert (usage.size, usage.directories) == (5, 1)
        assert usage.errors == {"other_file_system": Errors(1, (b"mnt",))}
        assert usage.complete
        both, _ = cut(tmp_path, (b"",), after=99, one_file_system=False)
        assert (both.size, both.directories) == (12, 2)
        ordered, remaining = cut(tmp_path, (b"mnt",), after=99)
        assert ordered.errors == {"other_file_system": Errors(1, (b"mnt",))}
        assert (ordered.size, remaining) == (0, ())
        (tmp_path / "mnt").chmod(0o700)
        assert as_nobody_sees(tmp_path).complete  # it is not even opened
        assert whole(tmp_path / "mnt").size == 7
    finally:
        subprocess.run(["umount", tmp_path / "mnt"], check=True)


# Depth and descriptors


LEVELS = 3_000


def plant_file(name: str, size: int, here: int) -> None:
    file = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.truncate(file, size)
    os.utime(file, (SECOND - DAY, SECOND - DAY))
    os.close(file)


@pytest.fixture(scope="module")
def abyss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """3,000 levels of 10 characters; on each a file and a directory `beside`; at the end a larger file."""
    top = tmp_path_factory.mktemp("abyss")
    here = os.open(top, os.O_RDONLY)
    for _ in range(LEVELS):
        plant_file("file", 1, here)
        os.mkdir("beside", dir_fd=here)
        plant_file("beside/file", 2, here)
        os.mkdir("0123456789", dir_fd=here)
        below = os.open("0123456789", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    plant_file("deepest", 9, here)
    os.close(here)
    yield top
    subprocess.run(["rm", "-rf", top], check=True)  # shutil.rmtree cannot


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_descriptors")
def test_a_tree_deeper_than_path_max_is_measured_with_few_descriptors(abyss: Path) -> None:
    before = descriptors()
    usage = whole(abyss)
    assert (usage.files, usage.size, usage.directories) == (2 * LEVELS + 1, 3 * LEVELS + 9, 2 * LEVELS)
    assert usage.errors == {}
    assert max(len(entry.path) for entry in usage.largest) > os.pathconf("/", "PC_PATH_MAX")
    assert descriptors() == before


@pytest.mark.usefixtures("few_descriptors")
def test_a_tree_deeper_than_path_max_can_be_cut(abyss: Path) -> None:
    parts: list[Usage] = []
    remaining: tuple[bytes, ...] = (b"",)
    while remaining:
        usage, remaining = cut(abyss, remaining, after=701)
        parts.append(usage)
    assert len(parts) == 9
    assert added(parts) == whole(abyss)


def test_when_the_way_back_is_gone_what_lay_there_is_counted_as_vanished(tmp_path: Path) -> None:
    depth = 100  # more than there are descriptors kept open
    here = tmp_path / "area"
    for _ in range(depth):
        for name in ("x", "y1", "y2", "y3", "y4", "y5"):
            (here / name).mkdir(parents=True)
        here /= "x"

    def move_away(number: int) -> None:
        if number == depth:  # only directories with entries report: this is the last but one level
            os.rename(tmp_path / "area/x", tmp_path / "away")

    usage, remaining = hooked(tmp_path / "area", move_away)
    assert (usage.directories, remaining) == (6 * depth, ())
    assert usage.errors.keys() == {"vanished"}
    assert all(path.startswith(b"x/") for path in usage.errors["vanished"].samples)
    assert usage.complete


def test_a_walk_that_is_broken_off_leaves_no_descriptor_open(tmp_path: Path) -> None:
    for name in ("a/b/c/d", "e/f/g/h"):
        (tmp_path / name).mkdir(parents=True)
    before = descriptors()

    def stop(number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hooked(tmp_path, stop)
    assert descriptors() == before


def test_an_error_of_the_progress_display_is_not_taken_for_one_of_the_area(tmp_path: Path) -> None:
    write(tmp_path / "file")

    def broken(_: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        hooked(tmp_path, broken)


def test_without_descriptors_the_scan_is_incomplete_and_not_wrong(tmp_path: Path) -> None:
    write(tmp_path / "a/file", 5)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def use_up(_: int) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))

    try:
        usage, remaining = hooked(tmp_path, use_up)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert usage.errors == {"failed": Errors(1, (b"a",))}
    assert (usage.complete, remaining) == (False, ())


# Promises


def state(top: Path) -> dict[str, tuple[object, ...]]:
    """All that a scan could change: names, stat but for the access time, contents, link targets."""
    found: dict[str, tuple[object, ...]] = {}
    for here, directories, files in os.walk(top):
        for name in (".", *directories, *files):
            path = os.path.join(here, name)
            look = os.lstat(path)
            content = os.readlink(path) if os.path.islink(path) else b""
            if os.path.isfile(path) and not os.path.islink(path):
                content = Path(path).read_bytes()
            found[path] = (look.st_mode, look.st_ino, look.st_nlink, look.st_uid, look.st_gid, look.st_size,
                           look.st_mtime_ns, look.st_ctime_ns, look.st_blocks, content)  # fmt: skip
    return found


def test_a_scan_leaves_everything_as_it_was(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path / f"{number % 5}/{number}", number, SECOND - number)
    (tmp_path / "0/link").symlink_to("../1")
    os.link(tmp_path / "1/1", tmp_path / "2/hard")
    (tmp_path / "3").chmod(0o500)
    before = state(tmp_path)
    for clock in Clock:
        whole(tmp_path, clock)
    slices(tmp_path, random.Random(2))
    assert state(tmp_path) == before
    assert len(before) > 55


def test_progress_is_reported_at_most_ten_times_a_second(tmp_path: Path) -> None:
    for number in range(200):
        write(tmp_path / f"{number}/file", 3)
    seen: list[Progress] = []
    seconds = itertools.count(0, 0.01)
    root = os.open(tmp_path, os.O_RDONLY)
    usage, _ = walk(
        root, (b"",), as_of=NOW, clock=Clock.MTIME, budget=math.inf, one_file_system=True,
        progress=seen.append, monotonic=lambda: next(seconds),
    )  # fmt: skip
    os.close(root)
    passed = next(seconds)
    assert passed / 0.2 <= len(seen) <= passed / 0.1
    assert [p.files for p in seen] == sorted({p.files for p in seen})
    assert all(p.size == 3 * p.files for p in seen)
    assert all(p.directories == 1 + p.files for p in seen)  # the area itself, and one for each file
    assert seen[-1].size <= usage.size == 600
