"""Where it lies: the directory summary of both scanners against an independent sum, whatever is linked and cut.

Case 21.
"""

import itertools
import math
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xfc_notify.scan import native, walk
from xfc_notify.scan.exclude import excluded
from xfc_notify.scan.slice import measure_whole
from xfc_notify.usage import Clock, Errors, Usage
from xfc_notify.usage import summary as usage_module
from xfc_notify.usage.directories import LONGEST_PATH, NOTHING, Subtotal, figures, totals
from xfc_notify.usage.links import Inode
from xfc_notify.usage.summary import EARLIEST
from xfc_notify.usage.tally import Tally

from .trees import DAY, NOW, SECOND, added, write

SCANNERS = [
    "python",
    pytest.param("native", marks=pytest.mark.skipif(not native.is_available(), reason="NOT BUILT")),
]


def measured(
    scanner: str,
    path: Path | bytes,
    directories: tuple[bytes, ...] = (b"",),
    *,
    after: float = math.inf,
    least: Tally = NOTHING,
    exclude: Sequence[bytes] = (),
    clock: Clock = Clock.MTIME,
    earliest: int = EARLIEST,
    threads: int = 2,
) -> tuple[Usage, tuple[bytes, ...]]:
    """One slice; by the one in Python its budget is spent after so many directories."""
    root = os.open(path, os.O_RDONLY)
    try:
        if scanner == "python":
            return walk.walk(
                root, directories, as_of=NOW, clock=clock, budget=after, one_file_system=True, least=least,
                exclude=exclude, earliest=earliest, monotonic=itertools.count().__next__,
            )  # fmt: skip
        usage, remaining, _ = native.walk(
            root, directories, as_of=NOW, clock=clock, budget=0 if after < math.inf else after,
            one_file_system=True, least=least, exclude=exclude, earliest=earliest, threads=threads,
        )  # fmt: skip
        return usage, remaining
    finally:
        os.close(root)


def whole(scanner: str, path: Path | bytes, **how: object) -> Usage:
    usage, remaining = measured(scanner, path, **how)  # type: ignore[arg-type]
    assert remaining == ()
    return usage.finished()


def in_slices(scanner: str, path: Path | bytes, dice: random.Random, least: Tally = NOTHING) -> list[Usage]:
    orders: list[tuple[bytes, ...]] = [(b"",)]
    parts: list[Usage] = []
    while orders:
        usage, remaining = measured(
            scanner, path, orders.pop(dice.randrange(len(orders))), after=dice.randint(0, 4), least=least,
            threads=dice.randint(1, 3),
        )  # fmt: skip
        parts.append(usage)
        dealt = list(remaining)
        dice.shuffle(dealt)
        middle = dice.randint(0, len(dealt))
        orders += [tuple(part) for part in (dealt[:middle], dealt[middle:]) if part]
    dice.shuffle(parts)
    return parts


def independently(top: bytes) -> dict[bytes, Subtotal]:
    """What lies below each directory: by os.walk, each inode at the first of its names."""
    names: dict[Inode, list[bytes]] = {}
    found: dict[bytes, Subtotal] = {b"": Subtotal()}
    looks: dict[bytes, os.stat_result] = {}
    for here, inner, files in os.walk(top):
        below = os.path.relpath(here, top).removeprefix(b".") if here != top else b""
        for name in inner:
            found[os.path.join(below, name)] = Subtotal()
        for name in files:
            path = os.path.join(below, name)
            looks[path] = os.lstat(os.path.join(here, name))
            names.setdefault((looks[path].st_dev, looks[path].st_ino), []).append(path)
    first = {min(paths) for paths in names.values()}
    for path, look in looks.items():
        size = look.st_size if path in first else 0
        allocated = look.st_blocks * 512 if path in first else 0
        time = int(look.st_mtime)
        one = Subtotal(Tally(1, size, allocated, size * max(0, SECOND - time)), time, time)
        above = path
        while above:
            above = above.rpartition(b"/")[0]
            found[above] += one
    return found


NAMES = st.sampled_from([b"a", b"b.txt", b"c.tar.gz", b"\xff", b"line\nbreak"])
LEAVES = st.one_of(
    st.tuples(st.just("file"), st.integers(0, 10**9), st.integers(-3 * DAY, 5_000 * DAY)),
    st.tuples(st.just("hard link"), st.integers(0, 99), st.just(0)),
)
TREES = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=4),
    lambda trees: st.dictionaries(NAMES, st.one_of(LEAVES, trees), max_size=5),
    max_leaves=25,
)
LEAST = st.builds(Tally, st.integers(0, 8), st.integers(0, 10**9), st.just(0), st.integers(0, 10**14))


def plant(tree: dict[bytes, object], here: bytes, files: list[bytes]) -> None:
    os.mkdir(here)
    for name, leaf in tree.items():
        path = here + b"/" + name
        match leaf:
            case dict():
                plant(leaf, path, files)
            case ("hard link", int(which), _) if files:
                os.link(files[which % len(files)], path)
            case (_, int(size), int(age)):
                write(path, size, SECOND - age)
                files.append(path)


@pytest.mark.parametrize("scanner", SCANNERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES, least=LEAST, seed=st.integers(0, 9999))
def test_each_figure_is_exact_whatever_the_cut_and_the_thresholds(
    scanner: str, tree: dict[bytes, object], least: Tally, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = os.fsencode(folder) + b"/area"
        plant(tree, top, [])
        true = independently(top)
        usage = whole(scanner, top)
        parts = in_slices(scanner, top, random.Random(seed))
        assert added(parts) == usage
        coarse = added(in_slices(scanner, top, random.Random(seed), least))
        for one in (usage, coarse):
            found = totals(one.tree) or {b"": Subtotal()}
            assert {path: true[path] for path in found} == found
            assert all(figure.missing == NOTHING for figure in figures(one.tree))
            assert one.total == found[b""].tally
        for table in (usage.by_age, usage.by_owner, usage.by_directory, usage.by_type):
            assert sum(table.values(), Tally()) == usage.total  # type: ignore[attr-defined]


# Hard links


def du(path: Path, *options: str) -> int:
    """What du says of the files: without the directories themselves."""
    listed = subprocess.check_output(["du", "-ab0", *options, path], text=True)
    found = (line.split("\t", 1) for line in listed.split("\0") if line)
    return sum(int(size) for size, name in found if not Path(name).is_dir())


@pytest.fixture
def farm(tmp_path: Path) -> Path:
    """An area with links inside, and beside it a copy of everything by links."""
    dice = random.Random(7)
    area = tmp_path / "area"
    for number in range(200):
        write(
            area / f"{number % 5}/{number % 7}/{number}",
            dice.randrange(10**6),
            SECOND - dice.randrange(10**7),
        )
    for number in range(0, 200, 3):
        os.link(area / f"{number % 5}/{number % 7}/{number}", area / f"{number % 4}/again {number}")
    subprocess.run(["cp", "-al", area, tmp_path / "beside"], check=True)
    return area


@pytest.mark.parametrize("scanner", SCANNERS)
def test_an_area_with_links_within_and_without_is_what_du_says(farm: Path, scanner: str) -> None:
    usage = whole(scanner, farm)
    assert usage.size == du(farm)
    assert usage.complete
    blocks = int(subprocess.check_output(["du", "-s", "-B1", farm], text=True).split()[0])
    folders = sum(found.stat().st_blocks * 512 for found in (farm, *farm.rglob("*")) if found.is_dir())
    assert usage.allocated == blocks - folders
    for seed in range(5):
        assert added(in_slices(scanner, farm, random.Random(seed))) == usage


@pytest.mark.parametrize("scanner", SCANNERS)
def test_in_every_directory_children_and_rest_are_the_parent(farm: Path, scanner: str) -> None:
    usage = whole(scanner, farm)
    found = totals(usage.tree)
    for path, directory in usage.tree.items():
        inside = [child for child in found if child and child.rpartition(b"/")[0] == path]
        assert sum((found[child].tally for child in inside), directory.here.tally) == found[path].tally


@pytest.mark.parametrize("scanner", SCANNERS)
def test_beyond_the_bound_links_count_less_and_say_so(
    farm: Path, scanner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = whole(scanner, farm).size
    monkeypatch.setattr(usage_module, "MOST_OPEN", 10)
    usage = added(in_slices(scanner, farm, random.Random(3)))
    assert usage.size < exact
    assert not usage.complete
    assert usage.errors["hard_links"].count > 0
    found = totals(usage.tree)
    assert found[b""].tally == usage.total


@pytest.mark.parametrize("scanner", SCANNERS)
def test_two_names_of_the_same_empty_file_are_harmless(tmp_path: Path, scanner: str) -> None:
    write(tmp_path / "a")
    os.link(tmp_path / "a", tmp_path / "b")
    usage = whole(scanner, tmp_path)
    assert (usage.files, usage.size, usage.links) == (2, 0, {})


# What is left out, and odd times


@pytest.mark.parametrize("scanner", SCANNERS)
def test_what_the_operator_excludes_is_counted_and_not_measured(tmp_path: Path, scanner: str) -> None:
    for name in (
        ".snapshot/a",
        "x/.snapshot/b",
        "x/y.tmp",
        "x/y.tmpl",
        "p/one/big",
        "p/two/big",
        "q/p/one/big",
    ):
        write(tmp_path / name, 100)
    usage = whole(scanner, tmp_path, exclude=(b".snapshot", b"*.tmp", b"p/o*"))
    assert usage.size == 300  # y.tmpl, p/two, q/p/one
    assert usage.errors == {"excluded": Errors(4, (b".snapshot", b"p/one", b"x/.snapshot"))}
    assert usage.complete
    assert whole(scanner, tmp_path, exclude=(b".snapshot", b"*.tmp")).size == du(
        tmp_path, "--exclude=.snapshot", "--exclude=*.tmp"
    )


@given(
    st.lists(st.text("ab*./", min_size=1, max_size=6).map(str.encode), min_size=1, max_size=3),
    st.lists(st.text("ab.", min_size=1, max_size=4).map(str.encode), min_size=1, max_size=3),
)
@settings(max_examples=60, deadline=None)
@pytest.mark.skipif(not native.is_available(), reason="NOT BUILT")
def test_both_scanners_read_patterns_alike(patterns: list[bytes], names: list[bytes]) -> None:
    names = [name for name in names if name not in {b".", b".."}] or [b"a"]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        write(os.fsencode(folder) + b"/" + b"/".join(names), 10)
        of_both = [
            whole(scanner, os.fsencode(folder), exclude=tuple(patterns)) for scanner in ("python", "native")
        ]
    assert of_both[0] == of_both[1]
    is_excluded = excluded(patterns)
    out = [n for n, name in enumerate(names) if is_excluded(names[:n], name)]
    assert (of_both[0].size == 0) is bool(out)


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("odd", [0, 1, -2_177_452_800, EARLIEST - 1])
def test_an_odd_time_gives_way_to_the_next_best_and_is_counted(
    tmp_path: Path, scanner: str, odd: int
) -> None:
    write(tmp_path / "odd", 1_000, odd)
    write(tmp_path / "future", 1_000, 4_291_747_200)
    write(tmp_path / "plain", 1_000, SECOND - 5 * DAY)
    usage = whole(scanner, tmp_path)
    assert usage.errors == {"odd_time": Errors(1, (b"odd",))}
    assert usage.by_age.keys() == {0, 5}  # it was made just now, which is after NOW
    assert usage.complete


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("clock", Clock)
def test_without_any_time_that_can_be_a_file_is_new(tmp_path: Path, scanner: str, clock: Clock) -> None:
    write(tmp_path / "file", 1_000, SECOND - 5 * DAY)
    usage = whole(scanner, tmp_path, clock=clock, earliest=2**40)
    assert (usage.byte_seconds, usage.oldest, usage.newest) == (0, SECOND, SECOND)
    assert (usage.errors["odd_time"].count, usage.birth_times) == (1, 0)


# Mounts


@pytest.fixture
def mounts() -> Iterator[list[Path]]:
    """Places that are unmounted in the end."""
    places: list[Path] = []
    yield places
    for place in reversed(places):
        subprocess.run(["umount", "-l", place], check=True)


def mount(places: list[Path], *words: str | Path) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"CANNOT BE MOUNTED HERE, what needs it goes untested: {done.stderr!r}")
    places.append(Path(words[-1]))


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_bind_mount_of_the_same_file_system_is_not_measured_twice(
    tmp_path: Path, scanner: str, mounts: list[Path]
) -> None:
    write(tmp_path / "area/real/file", 100)
    for name in ("full", "empty", "beside"):
        (tmp_path / "area" / name).mkdir()
    (tmp_path / "nothing").mkdir()
    mount(mounts, "--bind", tmp_path / "area/real", tmp_path / "area/full")
    mount(mounts, "--bind", tmp_path / "nothing", tmp_path / "area/empty")
    usage = whole(scanner, tmp_path / "area")
    assert usage.size == 100
    assert usage.errors == {"other_file_system": Errors(2, (b"empty", b"full"))}
    ordered, _ = measured(scanner, tmp_path / "area", (b"full", b"real"))
    assert (ordered.size, ordered.errors.keys()) == (100, {"other_file_system"})


@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_subvolume_of_btrfs_is_measured(tmp_path: Path, scanner: str, mounts: list[Path]) -> None:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(200 * 2**20)
    if shutil.which("mkfs.btrfs") is None:
        pytest.skip("NO BTRFS HERE: its subvolumes go untested")
    subprocess.run(["mkfs.btrfs", "-q", image], check=True)
    (tmp_path / "disk").mkdir()
    mount(mounts, "-o", "loop", image, tmp_path / "disk")
    area = tmp_path / "disk/area"
    write(area / "file", 1_000)
    subprocess.run(["btrfs", "-q", "subvolume", "create", area / "hidden"], check=True)
    write(area / "hidden/deep/file", 50_000)
    os.link(area / "hidden/deep/file", area / "hidden/again")
    assert os.stat(area / "hidden").st_dev != os.stat(area).st_dev
    usage = whole(scanner, area)
    assert (usage.size, usage.errors) == (51_000, {})
    subprocess.run(["sync", "-f", area], check=True)


# Deep and wide


@pytest.mark.parametrize("scanner", SCANNERS)
def test_only_what_can_be_typed_is_named_and_nothing_is_lost(tmp_path: Path, scanner: str) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("0123456789", dir_fd=here)
        below = os.open("0123456789", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    with open(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb") as file:
        file.truncate(10**6)
    os.close(here)
    usage = whole(scanner, tmp_path)
    subprocess.run(["rm", "-rf", tmp_path / "0123456789"], check=True)
    named = totals(usage.tree)
    assert LONGEST_PATH - 11 <= max(map(len, named)) <= LONGEST_PATH
    assert {total.tally.size for total in named.values()} == {10**6}


@pytest.mark.parametrize("scanner", SCANNERS)
def test_very_many_directories_do_not_make_a_large_summary(tmp_path: Path, scanner: str) -> None:
    for number in range(12_000):
        os.mkdir(tmp_path / str(number))
        os.close(os.open(tmp_path / f"{number}/file", os.O_CREAT | os.O_WRONLY))
    for number in range(3):
        write(tmp_path / f"{number}/more", 1_000)
    usage, _ = measured(scanner, tmp_path)
    assert usage.tree.keys() == {b"", b"0", b"1", b"2"}


def test_a_measure_of_a_whole_directory_has_no_loose_ends(farm: Path) -> None:
    usage = measure_whole(os.fsencode(farm), as_of=NOW, clock=Clock.MTIME, one_file_system=True).usage
    assert usage.links == {}
    assert not any(directory.cut for directory in usage.tree.values())
