"""The lines of each group in a file of its own."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from reports import wrstat
from reports.wrstat import Entry
from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.reports import split as splitting
from xfc_notify.reports.errors import BadData

DAY = date(2026, 3, 2)
TREE = [Entry(b"/v/%d" % n, n, gid=n % 3, type="d" if n % 10 == 0 else "f") for n in range(300)]
NAMES = {0: "root", 1: "a/b", 2: "=lab"}


def split(folder: Path, *files: Path) -> Path:
    return splitting.split(files, folder / "out", DAY, NAMES.__getitem__, lambda _: None)


def test_each_line_goes_to_the_file_of_its_group_on_all_volumes(tmp_path: Path) -> None:
    one = wrstat.write(tmp_path / "one.gz", wrstat.lines(TREE))
    two = wrstat.write(tmp_path / "two.gz", wrstat.lines(TREE[:3], "B"))
    folder = split(tmp_path, one, two)
    assert folder == tmp_path / "out" / "groups" / "20260302"
    assert {file.name for file in folder.iterdir()} == {
        *("root.dat.gz", "a%2Fb.dat.gz", "%3Dlab.dat.gz", "index.txt", "groupfile", "passwdfile")
    }
    mine = [entry for entry in TREE if entry.gid == 1]
    expected = wrstat.lines(mine) + wrstat.line(TREE[1], "B")
    assert gzip.decompress((folder / "a%2Fb.dat.gz").read_bytes()) == expected
    assert (folder / "index.txt").read_text() == (
        "Group\tBuild Time (sec)\tMemory Use(bytes)\n"
        f"=lab\t100\t{(2 * 10 + 50) * 8000}\na/b\t100\t{(2 * 10 + 50) * 8000}\nroot\t100\t{(2 * 11 + 50) * 8000}\n"
    )
    assert "root:x:0:" in (folder / "groupfile").read_text()
    assert (folder / "passwdfile").read_text().startswith("root:x:0:0:")


def test_the_formula_of_the_index() -> None:
    assert (splitting.build_seconds(22_000), splitting.build_bytes(22_000, 220)) == (102, 4_900_000)
    sizes = [splitting.build_bytes(1000, dirs) // (2 * dirs + 50) for dirs in (8, 9, 15, 16, 20, 21, 40, 41)]
    assert sizes == [12_000, 10_000, 10_000, 9_000, 9_000, 8_500, 8_500, 8_000]


def test_a_second_run_on_a_day_stops_and_changes_nothing(tmp_path: Path) -> None:
    file = wrstat.write(tmp_path / "one.gz", wrstat.lines(TREE))
    folder = split(tmp_path, file)
    before = {found.name: found.read_bytes() for found in folder.iterdir()}
    with pytest.raises(WrongInput, match="split already on 2026-03-02"):
        split(tmp_path, file)
    assert {found.name: found.read_bytes() for found in folder.iterdir()} == before


def test_bad_data_leave_nothing_behind(tmp_path: Path) -> None:
    good = wrstat.write(tmp_path / "good.gz", wrstat.lines(TREE))
    bad = wrstat.write(tmp_path / "bad.gz", wrstat.lines(TREE) + b"nonsense\n")
    with pytest.raises(BadData):
        split(tmp_path, good, bad)
    assert list((tmp_path / "out" / "groups").iterdir()) == []


def test_a_copy_goes_to_any_place_that_fsspec_knows(tmp_path: Path) -> None:
    folder = split(tmp_path, wrstat.write(tmp_path / "one.gz", wrstat.lines(TREE)))
    target = splitting.upload(folder, f"file://{tmp_path}/there/", {})
    there = tmp_path / "there" / "20260302"
    assert target == f"file://{there}"
    assert {f.name: f.read_bytes() for f in there.iterdir()} == {
        f.name: f.read_bytes() for f in folder.iterdir()
    }
    with pytest.raises(XfcNotifyError, match="nowhere://x/20260302: "):
        splitting.upload(folder, "nowhere://x", {})
