"""Lines come to what a slow and plain reading says: whatever the dialect, whatever the blocks. Cases 24 and 26."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reports import oracle, wrstat
from reports.wrstat import AS_OF, DIALECTS, Entry
from xfc_notify.paths import show
from xfc_notify.reports import bases, cells
from xfc_notify.reports.bases import Base, Bases, Rule
from xfc_notify.reports.lines import Shape, table_of
from xfc_notify.reports.native import fold
from xfc_notify.reports.place import PseudoGroup
from xfc_notify.reports.stream import Block
from xfc_notify.reports.summary import Summary, summary

NAMES = (
    b"a",
    b"b",
    b"b-x",
    b"users",
    b"projects",
    b"tmp",
    b"x.bam",
    b"y.VCF.gz",
    b"z.tar.gz",
    b"n.fq",
    b"tmp.o",
)
HOSTILE = (
    b"tab\t",
    b"new\nline",
    b'q"uote',
    b"back\\slash",
    b"\xff\xfe",
    b"caf\xc3\xa9",
    b"\xe2\x80\xaeexe",
    b"\r",
    b"\x00"[:0] + b"'",
)

component = some.sampled_from((*NAMES, *HOSTILE))
paths = some.lists(component, min_size=1, max_size=5).map(lambda parts: b"/" + b"/".join(parts))
times = some.sampled_from(
    (-1, 0, AS_OF - 200_000_000, AS_OF - 40_000_000, AS_OF - 3_000_000, AS_OF, AS_OF + 10**9)
)
entries = some.builds(
    Entry,
    path=paths,
    size=some.sampled_from((0, 1, 7, 4096, 2**53 + 1, 2**63 - 1)),
    uid=some.sampled_from((0, 20001, 4294967294)),
    gid=some.sampled_from((1, 2, 3)),
    atime=times,
    mtime=times,
    ctime=times,
    type=some.sampled_from("ffffdlsX"),
    nlink=some.sampled_from((0, 1, 1, 2, 3, 7)),
)
trees = some.lists(entries, min_size=1, max_size=40)
named = (Base(1, "/a"), Base(1, "/a/b"), Base(2, "/a/b"), Base(2, "/users"), Base(3, "/b"))


def load(
    folder: Path, text: bytes, found: Bases, pseudo: Sequence[PseudoGroup] = (), size: int = 2**24
) -> Summary:
    file = wrstat.write(folder / "stats.gz", text)
    when = datetime.fromtimestamp(AS_OF, UTC)
    read = cells.write_cells(file, folder / "cells.parquet", when, lambda _: None, size)
    assert read.lines == text.count(b"\n")
    return summary(folder / "cells.parquet", found, pseudo)


def equals_the_oracle(found: Summary, tree: Sequence[Entry], base_of: Callable[[Entry], str | None]) -> None:
    groups: dict[Any, oracle.Sum] = defaultdict(oracle.Sum)
    directories: dict[Any, oracle.Sum] = defaultdict(oracle.Sum)
    users: dict[Any, oracle.Sum] = defaultdict(oracle.Sum)
    for entry in tree:
        base = base_of(entry)
        groups[entry.gid, base].add(entry)
        users[entry.uid, entry.gid].add(entry)
        if base is not None:
            directories[entry.gid, base, oracle.below(oracle.place(entry), base)].add(entry)
    assert {(g.gid, g.base): (plain(g), g.ages, g.temporary) for g in found.groups} == {
        key: (total.plain(), {age: int(share) for age, share in total.ages.items()}, int(total.temporary))
        for key, total in groups.items()
    }
    assert {(u.uid, u.gid): (u.bytes, u.files, u.newest) for u in found.users} == {
        key: (int(total.bytes), total.files, total.newest) for key, total in users.items()
    }
    shown = {(d.gid, d.base, d.directory): plain(d) for d in found.directories}
    assert shown.keys() == directories.keys()
    for key, total in directories.items():
        assert abs(shown[key].pop("bytes") - total.bytes) < 1
        wanted = total.plain()
        del wanted["bytes"]
        assert shown[key] == wanted
    for key, total in groups.items():
        if key[1] is not None:
            assert sum(d.bytes for d in found.directories if (d.gid, d.base) == key) == int(total.bytes)


def plain(row: Any) -> dict[str, Any]:
    return {"bytes": row.bytes, "files": row.files, "newest": row.newest, "kinds": row.kinds}


@settings(max_examples=10)
@given(tree=trees, dialect=some.sampled_from(DIALECTS), size=some.sampled_from((300, 2**24)))
def test_with_named_bases_any_tree_in_any_dialect_and_any_blocks(
    tmp_path_factory: pytest.TempPathFactory, tree: list[Entry], dialect: str, size: int
) -> None:
    text = wrstat.lines(tree, dialect)
    found = load(tmp_path_factory.mktemp("tree"), text, Bases(named=named), size=size)
    pairs = [(base.gid, base.path) for base in named]
    equals_the_oracle(found, tree, lambda entry: oracle.named_base(entry.gid, oracle.place(entry), pairs))


@settings(max_examples=20)
@given(tree=trees, blanks=some.booleans())
def test_the_native_reader_and_the_query_come_to_the_same(tree: list[Entry], blanks: bool) -> None:
    text = wrstat.lines(tree) + b"\n" * blanks
    block, shape, ages = Block(1, text.count(b"\n"), text), Shape("plain", 12), cells.AGES_IN_SECONDS
    native = fold(text, 12, AS_OF, ages)
    assert native is not None, "it is not built here"
    by_query = cells.queried(table_of(block, shape, Path("x")), AS_OF)
    _, by_both, blank = cells.cells_of(block, shape, Path("x"), AS_OF)
    assert blank == blanks
    assert sums(by_both) == sums(by_query)
    odd = native[1].split(b"\n")[:-1]
    assert len(odd) + sum(native[0]["lines"].to_pylist()) == len(tree)
    assert all(
        b"\\" in line
        or not line.isascii()
        or b"//" in line
        or len(line) > 200
        or b"9223372036854775807" in line
        for line in odd
    )


def sums(table: Any) -> dict[Any, list[Any]]:
    """Directory, user, group, type, temporary and links → the sums; the newest of all."""
    found: dict[Any, list[Any]] = {}
    for row in table.to_pylist():
        key, values = tuple(row.values())[:6], list(row.values())[6:]
        before = found.get(key, [0, 0, 0, -(2**63), *[0] * 9])
        found[key] = [
            max(a, b) if n == 3 else a + b for n, (a, b) in enumerate(zip(before, values, strict=True))
        ]
    for values in found.values():
        values[4] = pytest.approx(values[4])  # a double, whose last digits depend on the order
    return found


@settings(max_examples=10)
@given(tree=trees, dialect=some.sampled_from(DIALECTS), depth=some.integers(1, 3))
def test_with_bases_found_by_depth(
    tmp_path_factory: pytest.TempPathFactory, tree: list[Entry], dialect: str, depth: int
) -> None:
    found = load(
        tmp_path_factory.mktemp("tree"), wrstat.lines(tree, dialect), Bases(rules=(Rule("/", depth),))
    )
    levels = oracle.found_bases(tree, depth)

    def base_of(entry: Entry) -> str | None:
        return levels.get((entry.gid, oracle.level(oracle.place(entry), depth) or ""))

    equals_the_oracle(found, tree, base_of)


@pytest.mark.parametrize("dialect", ["A_std_base64", "B_ordered_base64", "C_quoted_11col", "D_quoted_12col"])
def test_the_real_lines_come_to_the_same_in_each_dialect(tmp_path: Path, dialect: str) -> None:
    file = Path(__file__).parent / "data" / f"{dialect}.stats.gz"
    read = cells.write_cells(
        file, tmp_path / "cells.parquet", datetime(2024, 6, 1, tzinfo=UTC), lambda _: None
    )
    found = summary(tmp_path / "cells.parquet", bases.DEFAULT)
    assert (read.lines, sum(g.files for g in found.groups)) == (158, 128)
    assert sum(user.files for user in found.users) == 128
    assert {g.gid: g.bytes for g in found.groups} == {
        15078: 15_198_645,
        15247: 12_288,
        15397: 94_270,
        15623: 12_288,
    }
    assert {g.base for g in found.groups if g.gid == 15078} == {"/lustre/scratch122/tol/teams/team1/users"}


def test_a_prefix_gives_what_lies_below_it_to_another_group_and_the_longest_wins(tmp_path: Path) -> None:
    tree = [Entry(b"/a/b/f", 1, gid=1), Entry(b"/a/bc/f", 2, gid=1), Entry(b"/a/b/c/f", 4, gid=2)]
    pseudo = (PseudoGroup("/a/b", -1), PseudoGroup("/a/b/c", -2))
    found = load(tmp_path, wrstat.lines(tree), Bases(named=(Base(-1, "/a/b"), Base(1, "/a"))), pseudo)
    assert [(g.gid, g.base, g.bytes) for g in found.groups] == [(-2, None, 4), (-1, "/a/b", 1), (1, "/a", 2)]


def test_a_base_holds_what_lies_below_it_and_not_what_begins_alike(tmp_path: Path) -> None:
    tree = [Entry(b"/a/b/f", 1, gid=1), Entry(b"/a/bc/f", 2, gid=1), Entry(b"/a/b/f", 4, gid=2)]
    found = load(tmp_path, wrstat.lines(tree), Bases(named=(Base(1, "/a/b"),)))
    assert [(g.gid, g.base, g.bytes) for g in found.groups] == [(1, "/a/b", 1), (1, None, 2), (2, None, 4)]


def test_links_of_an_inode_share_it_exactly(tmp_path: Path) -> None:
    tree = [Entry(b"/v/g/" + name, 10, gid=1, nlink=3) for name in (b"x/1", b"y/2", b"z/3")]
    found = load(tmp_path, wrstat.lines(tree), Bases(named=(Base(1, "/v/g"),)))
    assert found.groups[0].bytes == 10
    assert [(d.directory, d.bytes) for d in found.directories] == [("x", 3), ("y", 3), ("z", 4)]


@pytest.mark.parametrize("count", [1, 2047, 2048, 2049, 100_000])
def test_no_line_gets_lost_wherever_it_stands(tmp_path: Path, count: int) -> None:
    text = wrstat.lines(Entry(b"/v/d/%d" % number, 1, gid=1) for number in range(count - 1))
    text += wrstat.line(Entry(b"/v/d/" + b"x" * 4000, 1, gid=1))
    found = load(tmp_path, text, bases.DEFAULT, size=100_000)
    assert (found.groups[0].files, found.groups[0].bytes) == (count, count)


def test_large_sums_are_exact(tmp_path: Path) -> None:
    tree = [Entry(b"/v/g/" + name, 2**53 + 1, gid=1) for name in (b"1", b"2")]
    found = load(tmp_path, wrstat.lines(tree), bases.DEFAULT)
    assert found.groups[0].bytes == 2**54 + 2


def test_odd_names_far_down_change_nothing_else(tmp_path: Path) -> None:
    odd = [Entry(b"/v/g/" + name + b"/f", 3, gid=2) for name in HOSTILE]
    text = wrstat.lines(Entry(b"/v/g/d/%d" % number, 1, gid=1) for number in range(3000)) + wrstat.lines(odd)
    found = load(tmp_path, text, Bases(named=(Base(2, "/v/g"),)), size=10_000)
    assert {d.directory for d in found.directories} == {show(name) for name in HOSTILE}
    assert sum(d.bytes for d in found.directories) == 3 * len(HOSTILE)
