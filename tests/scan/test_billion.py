"""A thousandth of the tree of benchmarks/billion.py: its sums are those of the formula, whole and in slices."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from preload import library

from xfc_notify.scan import native

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from billion import Tree, invented  # noqa: E402

pytestmark = pytest.mark.skipif(not native.is_available(), reason="THE NATIVE SCANNER WAS NOT BUILT")

MILLION = Tree((50, 10, 100), 20)
IN_SLICES = """
import json, os, sys
from datetime import UTC, datetime
from xfc_notify.scan import native
from xfc_notify.usage import Clock
as_of = datetime.fromtimestamp(1_772_366_400, UTC)
root = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
orders, total, slices, longest = [(b"",)], None, 0, 0
while orders:
    usage, remaining, _ = native.walk(root, orders.pop(), as_of=as_of, clock=Clock.ARRIVAL, budget=0.02,
                                      one_file_system=True, threads=2)
    total = usage if total is None else (total + usage).bounded()
    slices, longest = slices + 1, max(longest, len(usage.tree))
    orders += [part for part in (remaining[::2], remaining[1::2]) if part]
total = total.finished()
print(json.dumps([total.files, total.size, total.byte_seconds, total.directories, slices, longest, len(total.tree)]))
"""


def test_a_million_invented_files_come_to_what_the_formula_says(tmp_path: Path) -> None:
    area = tmp_path / "area"
    area.mkdir()
    environment = invented(MILLION, area, library(ROOT / "benchmarks/billion.c", tmp_path))
    run = [sys.executable, "-m", "xfc_notify", "scan", str(area), "--json"]
    found = json.loads(
        subprocess.run(run, env=environment, check=True, capture_output=True, cwd=tmp_path).stdout
    )
    expected = MILLION.expected(int(datetime.fromisoformat(found["as_of"]).timestamp()))
    assert (found["files"], found["size"], found["byte_seconds"]) == (
        expected.files, expected.size, expected.byte_seconds,
    )  # fmt: skip
    assert found["directories"] == MILLION.directories
    assert {one["path"] for one in found["where"]} >= {"", *(f"d{number}" for number in range(50))}
    assert all(one["exact"] for one in found["where"])


def test_cut_into_slices_it_comes_to_the_same(tmp_path: Path) -> None:
    area = tmp_path / "area"
    area.mkdir()
    environment = invented(MILLION, area, library(ROOT / "benchmarks/billion.c", tmp_path))
    run = [sys.executable, "-c", IN_SLICES, str(area)]
    said = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout
    files, size, byte_seconds, directories, slices, longest, named = json.loads(said)
    expected = MILLION.expected(1_772_366_400)
    assert (files, size, byte_seconds) == (expected.files, expected.size, expected.byte_seconds)
    assert directories == MILLION.directories
    assert slices > 1
    assert longest <= 6_000
    assert named > 50
