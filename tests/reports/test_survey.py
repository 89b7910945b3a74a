"""A survey of the lines of a tree finds in each area what a scan of it finds."""

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scan.trees import NAMES_AND_TYPES

from reports import wrstat
from reports.wrstat import AS_OF, DIALECTS, Entry
from xfc_notify.paths import show
from xfc_notify.reports import survey
from xfc_notify.reports.errors import BadData
from xfc_notify.reports.survey import Found
from xfc_notify.reports.survey_rows import How
from xfc_notify.scan.engine import walk
from xfc_notify.scan.export import Export
from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.directories import Directory, Tree, figures
from xfc_notify.usage.summary import EARLIEST, Errors
from xfc_notify.usage.tally import Tally

THEN = datetime.fromtimestamp(AS_OF, UTC)
K = TypeVar("K")
names = st.one_of(
    st.sampled_from([*NAMES_AND_TYPES, b"d", b"d.e", b"d0", b"d ", b"tmp"]),
    st.binary(min_size=1, max_size=6).filter(lambda name: not set(name) & set(b"/\0") and name not in {b".", b".."}),
)  # fmt: skip
trees = st.lists(
    st.tuples(
        st.sampled_from([b"ada", b"ben", b"ada.b"]),
        st.lists(names, max_size=3),
        st.sampled_from(["file", "file", "file", "link", "symlink", "pipe", "directory"]),
        st.integers(0, 2**40),
        st.integers(0, 5000),
    ),
    max_size=60,
)


def surveyed(file: Path, areas: Mapping[int, str], how: How, block: int = 2**20) -> dict[int, Found]:
    with tempfile.TemporaryDirectory() as work:
        return dict(survey.survey(file, areas, how, Path(work), block))


def lengths(tally: Tally) -> Tally:
    """The lines do not tell what files take on disk."""
    return replace(tally, allocated=tally.size)


def of_lines(usage: Usage) -> Usage:
    """What the lines can tell of a usage. Of files of one weight, any may be among the largest."""

    def told(table: Mapping[K, Tally]) -> dict[K, Tally]:
        return {key: lengths(tally) for key, tally in table.items()}

    def here(directory: Directory) -> Directory:
        return replace(directory, here=replace(directory.here, tally=lengths(directory.here.tally)))

    tree: Tree = {path: here(directory) for path, directory in usage.tree.items()}
    return replace(
        usage,
        total=lengths(usage.total),
        by_age=told(usage.by_age),
        by_owner=told(usage.by_owner),
        by_directory=told(usage.by_directory),
        by_type=told(usage.by_type),
        largest=tuple(entry._replace(path=b"") for entry in usage.largest),
        tree=tree,
        birth_times=0,
    )


def make(top: Path, tree: Sequence[tuple[bytes, list[bytes], str, int, int]], now: int) -> None:
    """Entries of each kind; a name that is taken, or too long, is left out."""
    made: list[bytes] = []
    for area, way, kind, size, days in tree:
        path = os.path.join(os.fsencode(top), area, *way)
        try:
            os.makedirs(os.path.dirname(path) if kind != "directory" and way else path, exist_ok=True)
            if not way or kind == "directory" or os.path.lexists(path):
                continue
            match kind:
                case "file":
                    with open(path, "xb") as file:
                        file.truncate(size)
                    os.utime(path, (now, now - days * 86_400))
                    made.append(path)
                case "link" if made:
                    os.link(made[size % len(made)], path)
                case "symlink":
                    os.symlink(b"anywhere", path)
                case "pipe":
                    os.mkfifo(path)
        except (FileExistsError, NotADirectoryError):
            continue


@pytest.mark.parametrize("clock", Clock)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tree=trees, block=st.sampled_from([6000, 2**20]), exclude=st.sampled_from([(), (b"d", b"t*"), (b"d/*",)])
)
def test_the_survey_of_our_own_export_finds_what_the_scan_found(
    clock: Clock,
    tree: list[tuple[bytes, list[bytes], str, int, int]],
    block: int,
    exclude: tuple[bytes, ...],
) -> None:
    now = datetime.now(UTC) + timedelta(days=3)
    how = How(now, clock, exclude)
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve() / "v"
        top.mkdir()
        make(top, tree, int(now.timestamp()) - 10)
        file = Path(folder) / "stats.gz"
        with Export(file, os.fsencode(top), int(now.timestamp())) as export:
            _scan(top, Clock.MTIME, now, export)
        areas = {number: show(os.fsencode(path)) for number, path in enumerate(sorted(top.iterdir()))}
        found = surveyed(file, areas, how, block)
        assert found.keys() == areas.keys()
        for number, path in areas.items():
            scanned = _scan(Path(path), clock, now, None, exclude)
            assert of_lines(found[number].usage.finished()) == of_lines(scanned)
            assert (found[number].kind, found[number].uid) == ("d", os.getuid())


def _scan(
    top: Path, clock: Clock, now: datetime, export: Export | None = None, exclude: tuple[bytes, ...] = ()
) -> Usage:
    root = os.open(top, os.O_RDONLY)
    try:
        return walk(
            root, (b"",), as_of=now, clock=clock, budget=math.inf, one_file_system=True, export=export,
            exclude=exclude, earliest=EARLIEST,
        ).usage.finished()  # fmt: skip
    finally:
        os.close(root)


def at(path: str, size: int = 10, **more: object) -> Entry:
    return Entry(path.encode(), size, **({"inode": hash(path) % 2**32} | more))  # type: ignore[arg-type]


def capture(folder: Path, entries: Sequence[Entry], dialect: str = "D") -> Path:
    return wrstat.write(folder / "stats.gz", wrstat.lines(entries, dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_tells_the_same_and_links_count_once_an_area(tmp_path: Path, dialect: str) -> None:
    linked = {"inode": 7, "nlink": 3}
    file = capture(
        tmp_path,
        [
            at("/v/one/ada", 4096, type="d"),
            at("/v/one/ada/é\t\n", 100, ctime=AS_OF - 86_400),
            at("/v/one/ada/x/first", 1000, **linked),
            at("/v/one/ada/y/second", 1000, **linked),
            at("/v/one/ada.old/a", 5),
            at("/v/one/ben/third", 1000, **linked),
            at("/v/one/odd", 9),
        ],
        dialect,
    )
    areas = {1: "/v/one/ada", 2: "/v/one/ben", 3: "/v/one/none", 4: "/v/one"}
    found = surveyed(file, areas, How(THEN, Clock.ARRIVAL))
    assert sorted(found) == [1, 2, 4]
    ada, whole = found[1].usage.finished(), found[4].usage.finished()
    assert (ada.files, ada.size, ada.directories, ada.oldest) == (3, 1100, 0, AS_OF - 86_400)
    assert ada.by_directory == {
        b".": Tally(1, 100, 100, 100 * 86_400), b"x": Tally(1, 1000, 1000, 10_000), b"y": Tally(1)
    }  # fmt: skip
    assert {figure.path: figure.tally.size for figure in figures(ada.tree)} == {
        b"": 1100,
        b"x": 1000,
        b"y": 0,
    }
    assert (found[2].usage.finished().size, found[2].uid, found[1].uid) == (1000, None, 20001)
    assert (whole.files, whole.size, whole.directories) == (6, 1114, 1)


def test_sizes_are_the_lengths_and_what_wrstat_counts_with_b_is_on_disk(tmp_path: Path) -> None:
    line = wrstat.line(at("/v/one/ada/a", 512)).split(b"\t")
    line[-1] = b"7000\n"
    found = surveyed(
        wrstat.write(tmp_path / "b.gz", b"\t".join(line)), {1: "/v/one/ada"}, How(THEN, Clock.CTIME)
    )
    assert (found[1].usage.size, found[1].usage.allocated) == (7000, 512)


def test_times_that_cannot_be_are_counted_and_what_lies_ahead_has_no_age(tmp_path: Path) -> None:
    entries = [at(f"/v/one/ada/{time}", mtime=time, ctime=AS_OF - 86_400) for time in (-1, 5, AS_OF + 86_400)]
    file = capture(tmp_path, entries, "B")
    usage = surveyed(file, {1: "/v/one/ada"}, How(THEN, Clock.MTIME))[1].usage.finished()
    assert usage.errors == {"odd_time": Errors(2, (b"-1", b"5"))}
    assert (usage.byte_seconds, usage.oldest, usage.newest) == (20 * 86_400, AS_OF - 86_400, AS_OF + 86_400)
    assert usage.by_age == {0: Tally(1, 10, 10), 1: Tally(2, 20, 20, 20 * 86_400)}


def test_sums_beyond_64_bits_are_exact_and_the_largest_are_found_in_any_block(tmp_path: Path) -> None:
    entries = [at(f"/v/one/ada/{number % 7}/{number}", 2**62 + number, ctime=1) for number in range(300)]
    file = capture(tmp_path, [replace(entry, ctime=AS_OF - 10**9) for entry in entries])
    usage = surveyed(file, {1: "/v/one/ada"}, How(THEN, Clock.CTIME), block=2000)[1].usage.finished()
    assert usage.size == 300 * 2**62 + sum(range(300))
    assert usage.byte_seconds == usage.size * 10**9
    assert [entry.path for entry in usage.largest] == [b"%d/%d" % (n % 7, n) for n in range(299, 279, -1)]


def test_a_file_that_is_not_whole_tells_of_no_area(tmp_path: Path) -> None:
    good = wrstat.lines([at(f"/v/one/ada/{number}") for number in range(2000)])
    file = wrstat.write(tmp_path / "bad.gz", good + b'"/v/one/ada/x"\t1\n')
    with pytest.raises(BadData, match="line 2,001: has 2 columns"):
        surveyed(file, {1: "/v/one/ada"}, How(THEN, Clock.CTIME), block=10_000)
