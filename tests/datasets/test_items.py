"""The arrays in the files of a dataset: what is said of them, and how little a hostile file can do."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from datasets.conftest import Site
from datasets.workers import Workers
from xfc_notify.datasets.items import apart, hdf5, reading
from xfc_notify.datasets.items.arrays import Said
from xfc_notify.datasets.items.rows import Item
from xfc_notify.datasets.tables import ItemRow

FRAMES = np.arange(2 * 3 * 4, dtype="<u2").reshape(2, 3, 4)
"""0 … 23: the mean is 11.5, the variance (24² − 1) / 12."""
KINDS = {"one": "disk", "two": "disk", "three": "archive"}
DEVIATION = (575 / 12) ** 0.5


def npy(array: Any, **how: Any) -> bytes:
    kept = io.BytesIO()
    np.save(kept, array, **how)
    return kept.getvalue()


def h5(fill: Callable[[Any], object]) -> bytes:
    kept = io.BytesIO()
    with h5py.File(kept, "w") as file:
        fill(file)
    return kept.getvalue()


def nexus(file: Any, frames: Any = FRAMES) -> None:
    file["entry/data"] = frames
    file["entry/time"] = np.array([1.5, np.nan, 2.5])
    file["entry/title"] = "a text"


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[Said]]:
    """The items of a file with these bytes."""

    def read(content: bytes) -> list[Said]:
        (tmp_path / "file").write_bytes(content)
        with (tmp_path / "file").open("rb") as file:
            return list(apart.items(file))

    return read


def only(site: Site, uid: str) -> Item:
    (item,) = site.catalog.items(uid)
    return item


def test_of_a_series_of_npy_every_array_is_known_with_its_statistics(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "AT_ONCE", 4)
    site.fill("one/exp/a", {f"cub_{n:05}.npy": npy(FRAMES + n) for n in range(15)} | {"note.txt": b"-"})
    uid = site.catalog.register("tree", "one:", "exp/a").uid
    found = list(site.catalog.items(uid))
    assert [item.file for item in found] == [f"exp/a/cub_{n:05}.npy" for n in range(15)]
    assert {(item.name, item.shape, item.dtype, item.why) for item in found} == {("", (2, 3, 4), "<u2", "")}
    assert len({item.hash for item in found}) == 15
    last = found[14].statistics
    assert (last["least"], last["greatest"], last["not_finite"]) == (14, 37, 0)
    assert (last["mean"], last["deviation"]) == (pytest.approx(25.5), pytest.approx(DEVIATION))


def test_of_hdf5_every_array_is_known_by_its_path(site: Site):
    site.fill("one/exp/a", {"run.h5": h5(nexus)})
    uid = site.catalog.register("AD_HDF5", "one:", "exp/a/run.h5").uid
    data, time, title = sorted(site.catalog.items(uid), key=lambda item: item.name)
    assert (data.file, data.name, data.shape, data.dtype) == ("exp/a/run.h5", "/entry/data", (2, 3, 4), "<u2")
    assert (data.statistics["least"], data.statistics["greatest"]) == (0, 23)
    assert (time.statistics["mean"], time.statistics["not_finite"]) == (2.0, 1)
    assert (title.name, title.hash, title.why) == (
        "/entry/title",
        "",
        "holds texts or references, which are not read",
    )


def test_an_array_has_one_hash_in_whichever_file_it_is(read: Callable[[bytes], list[Said]]):
    (plain,) = read(npy(FRAMES))
    (packed,) = read(
        h5(lambda file: file.create_dataset("x", data=FRAMES, chunks=(1, 2, 3), compression="gzip"))
    )
    assert packed["hash"] == plain["hash"]
    assert packed["statistics"] == plain["statistics"]


def test_items_stay_the_same_in_copies_that_are_called_or_packed_otherwise(site: Site):
    site.fill("one/exp/a", {"run.npy": npy(FRAMES)})
    uid = site.catalog.register("npy", "one:", "exp/a/run.npy").uid
    known = only(site, uid)
    apart_ = site.catalog.copy_apart(uid, "two:", "other/run.npy")
    assert only(site, apart_).file == "other/run.npy"
    assert only(site, apart_).hash == known.hash
    site.catalog.shift_root(uid, 1)
    assert only(site, uid).file == "a/run.npy"
    site.catalog.move(uid, "one:exp", "three:")
    assert only(site, uid).hash == known.hash
    site.catalog.remove(uid, "three:", force_last=True)
    assert list(site.catalog.items(uid)) == []
    assert ItemRow.select().where(ItemRow.dataset == uid).count() == 0


def test_what_is_packed_in_a_tar_keeps_its_items(sqlite: str, tmp_path: Path):
    stores = [{"name": name, "url": (tmp_path / name).as_uri(), "kind": kind} for name, kind in KINDS.items()]
    site = Site.at(tmp_path, stores=stores)
    uid = site.registered(contents={"run.npy": npy(FRAMES)})
    known = only(site, uid)
    site.catalog.archive(uid, "three:")
    assert only(site, uid) == known


def test_a_flipped_byte_is_told_with_what_differs(site: Site):
    uid = site.registered(contents={"run.h5": h5(nexus), "1.npy": npy(FRAMES)})
    (site.root("one") / "exp/a/run.h5").write_bytes(h5(lambda file: nexus(file, FRAMES + np.uint16(1))))
    broken = bytearray(npy(FRAMES))
    broken[-1] ^= 1
    (site.root("one") / "exp/a/1.npy").write_bytes(broken)
    (found,) = site.catalog.verify(uid)
    assert found.wrong["exp/a/run.h5"].endswith("; /entry/data has the least 1 instead of 0")
    assert found.wrong["exp/a/1.npy"].endswith("; its array has the greatest 279 instead of 23")
    assert site.catalog.journal(uid)[0].success is False
    assert [item.statistics["least"] for item in site.catalog.items(uid) if item.name != "/entry/title"] == [
        0,
        0,
        1.5,
    ]


def test_a_file_that_was_written_anew_with_the_same_arrays_says_so(site: Site):
    uid = site.registered(contents={"run.h5": h5(nexus)})
    again = h5(lambda file: (nexus(file), file.attrs.update(author="somebody")))
    (site.root("one") / "exp/a/run.h5").write_bytes(again)
    (found,) = site.catalog.verify(uid)
    assert found.wrong["exp/a/run.h5"].endswith("; its arrays are what they were")


def test_where_a_library_is_missing_one_word_says_so_and_the_next_verification_makes_up_for_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/h5py.py").write_text("raise ModuleNotFoundError('none', name='h5py')")
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPATH", str(tmp_path / "lib"), prepend=os.pathsep)
        uid = site.registered(contents={"a.npy": npy(FRAMES), "b.h5": h5(nexus)})
        known, unknown = site.catalog.items(uid)
        assert known.statistics["greatest"] == 23
        assert unknown.why == "h5py is not installed here: pip install 'xfc-notify[items]'"
        assert site.catalog.verify(uid)[0].state == "good"
    site.catalog.order("verify", uid)
    Workers(site).work()
    assert [item.name for item in site.catalog.items(uid)] == [
        "",
        "/entry/data",
        "/entry/time",
        "/entry/title",
    ]


def test_what_ends_the_process_or_hangs_is_said_of_its_file_alone(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "lib").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"), prepend=os.pathsep)
    contents = {"a.npy": npy(FRAMES), "b.h5": h5(nexus), "c.npy": npy(FRAMES + 1)}
    (tmp_path / "lib/h5py.py").write_text("import os; os.abort()")
    uid = site.registered("exp/a", contents)
    assert [item.why for item in site.catalog.items(uid)] == [
        "",
        "ends the process that reads it: SIGABRT",
        "",
    ]
    (tmp_path / "lib/h5py.py").write_text("bytearray(3 * 2**30)")
    uid = site.registered("exp/c", contents)
    assert [item.why for item in site.catalog.items(uid)] == ["", "takes too much memory", ""]
    monkeypatch.setattr(reading, "PATIENCE", 2)
    (tmp_path / "lib/h5py.py").write_text("import time; time.sleep(60)")
    uid = site.registered("exp/b", contents)
    assert [item.why for item in site.catalog.items(uid)] == ["", "takes too long to read", ""]


def test_what_reads_arrays_is_told_no_secret(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "lib").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"), prepend=os.pathsep)
    monkeypatch.setenv("XFC_NOTIFY_DATABASE__URL", "postgresql://secret")
    told = tmp_path / "told"
    (tmp_path / "lib/h5py.py").write_text(f"import os; open({str(told)!r}, 'w').write(repr(os.environ))")
    site.registered(contents={"b.h5": h5(nexus)})
    assert "OPENBLAS" in told.read_text()
    assert "secret" not in told.read_text()


def header(text: str) -> bytes:
    padded = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x93NUMPY", "has no header that numpy can read"),
        (npy(FRAMES)[:-1], "its header says 48 bytes of values, and 47 are there"),
        (
            header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000000,)}") + bytes(80),
            "its header says 8,000,000,000,000,000,000 bytes of values, and 80 are there",
        ),
        (
            header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}") + bytes(80),
            "its header says -8 bytes of values, and 80 are there",
        ),
        (header("__import__('os').abort()"), "has no header that numpy can read"),
        (header("(" * 100), "has no header that numpy can read"),
        (
            npy(np.array([{}], dtype=object), allow_pickle=True),
            "holds Python objects, which are never loaded",
        ),
        (b"\x93NUMPY\x03\x00" + bytes(100), "is of version 3.0 of npy, which is not read"),
        (hdf5.BEGINS, "cannot be read: "),
        (h5(nexus)[:-500], "cannot be read: "),
        (hdf5.BEGINS + bytes(5000), "cannot be read: "),
    ],
)
def test_a_broken_file_says_why_it_is_not_read(read: Callable[[bytes], list[Said]], content: bytes, why: str):
    (said,) = read(content)
    assert (said["name"], said["hash"], said["statistics"]) == ("", "", {})
    assert said["why"].startswith(why)
    assert said["why"].isprintable()


def test_nothing_leads_out_of_an_hdf5_file(read: Callable[[bytes], list[Said]], tmp_path: Path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = FRAMES
    (tmp_path / "raw").write_bytes(bytes(48))
    layout = h5py.VirtualLayout((2, 3, 4), "<u2")
    layout[:] = h5py.VirtualSource(tmp_path / "other.h5", "secret", (2, 3, 4))

    def fill(file: Any) -> None:
        file["linked"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/secret")
        file["soft"] = h5py.SoftLink("/linked")
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("raw", (24,), "<u2", external=[(str(tmp_path / "raw"), 0, 48)])
        file["loop"] = file["/"]

    said = {one["name"]: (one["why"], one["hash"]) for one in read(h5(fill))}
    assert said == dict.fromkeys(("/linked", "/virtual", "/raw"), (hdf5.ELSEWHERE, ""))


def test_what_a_header_promises_is_not_believed(read: Callable[[bytes], list[Said]]):
    def fill(file: Any) -> None:
        file.create_dataset("huge", (10**18,), "<f8", chunks=(1000,))
        file.create_dataset("bomb", (2**28,), "u1", chunks=(2**28,), compression="gzip")
        file.create_dataset("none", data=h5py.Empty("<f8"))
        file.create_dataset("some", data=np.zeros(0))
        file["number"] = 7

    said = {one["name"]: one for one in read(h5(fill) + bytes(2**21))}
    assert "would have 8,000,000,000,000,000,000 bytes of values in a file of " in said["/huge"]["why"]
    assert said["/bomb"]["why"] == "has chunks of 268,435,456 bytes"
    assert said["/none"]["why"] == "is empty"
    assert said["/some"]["statistics"]["mean"] is None
    assert said["/number"]["statistics"]["mean"] == 7


def test_of_many_arrays_some_are_noted_and_many_names_end_it(read: Callable[[bytes], list[Said]]):
    many = read(h5(lambda file: [file.__setitem__(f"{n:04}", n) for n in range(apart.MOST + 1)]))
    assert len(many) == apart.MOST + 1
    assert many[-1]["why"] == "has more than 500 arrays: the rest was not read"
    groups = read(h5(lambda file: [file.create_group(f"{n:05}") for n in range(hdf5.LOOKED + 1)]))
    assert [one["why"] for one in groups] == ["has more than 10,000 names: the rest was not looked at"]


def test_a_name_of_an_array_can_hurt_nobody(site: Site):
    evil = "\x1b[31m<b>\u202e"
    uid = site.registered(contents={"run.h5": h5(lambda file: file.__setitem__(evil, 1))})
    assert only(site, uid).name == "/\\x1b[31m<b>\\u202e"


@pytest.mark.parametrize("kind", ["npy", "h5"])
def test_a_large_array_takes_no_more_memory_than_a_small_one(tmp_path: Path, kind: str):
    def peak(megabytes: int) -> int:
        path, count = tmp_path / f"{megabytes}.{kind}", megabytes * 2**17
        if kind == "npy":
            np.lib.format.open_memmap(path, "w+", "<f8", (count,)).flush()
        else:
            with h5py.File(path, "w") as file:
                file["x"] = np.zeros(count)
        code = (
            "import resource, sys; from xfc_notify.datasets.items import apart\n"
            "(said,) = apart.items(open(sys.argv[1], 'rb')); assert said['hash'], said\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
        return int(ran.stdout)

    assert peak(256) < peak(32) + 32 * 1024


def test_figures_of_large_numbers_close_together_lose_no_digits(read: Callable[[bytes], list[Said]]):
    numbers = 1e9 + np.tile([0.0, 1.0], 2**20)
    (said,) = read(npy(numbers))
    assert said["statistics"] == {
        "least": 1e9, "greatest": 1e9 + 1, "mean": pytest.approx(1e9 + 0.5, abs=1e-6),
        "deviation": pytest.approx(0.5, abs=1e-6), "not_finite": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "array",
    [
        np.array([np.inf, np.nan]), np.array([1e308, 1e308]), np.array([2**64 - 1], "<u8"), np.array([True, False]),
        np.array([1 + 2j]), np.array(["text"]), np.array(["2026-01-01"], "M8[s]"), np.zeros(3, [("a", "<f4")]),
        np.array(5.0), np.asfortranarray(np.ones((3, 4))), np.ones(3, ">i4"), np.ones(3, "f2"),
        np.ones(3, "longdouble"),
    ],
)  # fmt: skip
def test_whatever_the_type_all_that_is_said_is_what_json_can_hold(
    read: Callable[[bytes], list[Said]], array: Any
):
    (said,) = read(npy(array))
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert (said["shape"], said["why"]) == (list(array.shape), "")
    assert said["hash"].startswith("sha256:")
