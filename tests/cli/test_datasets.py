"""The commands of stores and datasets."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from cli.console import assert_harmless, assert_told, call, on_terminal, run
from cli.place import HOSTILE

SETTINGS = """\
[[stores]]
name = "one"
url = "file://{folder}/one"

[[stores]]
name = "two"
url = "file://{folder}/two"
kind = "archive"
hosts = ["node*"]
"""


class Site:
    """Two stores, with files in the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "settings.toml").write_text(SETTINGS.format(folder=folder))
        (folder / "two").mkdir()
        for number in range(3):
            file = folder / "one" / "exp" / f"cub_{number:05}.npy"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bytes(1000 + number))

    def __call__(self, *arguments: str):
        return run(*arguments, "--settings", self.folder / "settings.toml")


@pytest.fixture
def new(tmp_path: Path) -> Site:
    """A site whose stores have no marks yet."""
    return Site(tmp_path)


@pytest.fixture
def site(new: Site) -> Site:
    assert new("stores", "init").code == 0
    return new


def test_stores_get_their_identity_once(new: Site):
    assert [row["state"] for row in new("stores", "list", "--json").json] == ["away", "away"]
    assert_told(
        new("datasets", "register", "tree", "one:", "exp"), 1, "has no identity yet", "stores init one"
    )
    assert new("stores", "init", "one", "--json").json == {"initialised": ["one"]}
    assert new("stores", "init").out == "Store two has its identity now.\n"
    mark = (new.folder / "one/.xfc-store").read_text()
    assert new("stores", "init").out == "All these stores have their identity already.\n"
    assert (new.folder / "one/.xfc-store").read_text() == mark
    assert [row["state"] for row in new("stores", "list", "--json").json] == ["ok", "ok"]


def test_what_stores_can_do_is_tried(site: Site):
    before = sorted(os.listdir(site.folder / "one"))
    one, _ = site("stores", "check", "--json").json
    assert one == {
        "store": "one", "state": "ok", "what": f"file://{site.folder}/one is there", "do": "",
        "copies": True, "exclusive": True, "lasting": True, "case": True, "longest_name": 255, "follows": [],
    }  # fmt: skip
    assert sorted(os.listdir(site.folder / "one")) == before
    (site.folder / "two").rename(site.folder / "away")
    ran = site("stores", "check")
    assert (ran.code, ran.out.count("two: away: store two is away")) == (1, 1)
    (row,) = [row for row in site("check", "stores", "--json").json if row["name"] == "store two"]
    assert row["state"] == "failed"


def test_the_life_of_a_dataset(site: Site):
    assert site("datasets", "register", "tree", "one:", "exp", "--uid", "u1").out == "u1\n"
    assert site("datasets", "copy", "u1", "two:kept").out == (
        f"3 files (3 kB) copied and read back from {site.folder}/one to {site.folder}/two/kept.\n"
    )
    shown = site("datasets", "show", "u1", "--json").json
    assert {key: shown[key] for key in ("uid", "spec", "root", "path", "state")} == {
        "uid": "u1", "spec": "tree", "root": f"{site.folder}/one", "path": "exp", "state": "kept",
    }  # fmt: skip
    one, two = shown["replicas"]
    assert list(one) == ["store", "root", "state", "files", "bytes", "verified_at", "packed"]
    assert (two["store"], two["root"], two["state"]) == ("two", f"{site.folder}/two/kept", "good")
    assert (two["files"], two["bytes"]) == (3, 3003)
    assert "every byte read and hashed" in site("datasets", "verify", "u1").out
    assert site("datasets", "move", "u1", "two:kept", "two:", "--json").json["files"] == 3
    assert site("datasets", "remove", "u1", "one:").code == 0
    assert_told(site("datasets", "remove", "u1", "two:"), 1, "last good copy", "--force-last")
    assert site("datasets", "shift-root", "u1", "1").out == f"root {site.folder}/two/exp, path .\n"
    assert [row["cmd"] for row in site("datasets", "history", "u1", "--json").json] == [
        "register", "copy", "move", "remove", "shift_root",
    ]  # fmt: skip
    assert [row["success"] for row in site("datasets", "journal", "--json").json].count(False) == 1
    assert site("datasets", "list", "--json", "--store", "two").json[0]["uid"] == "u1"
    for words in ("list", "show u1", "files u1", "history u1", "journal u1"):
        assert site("datasets", *words.split()).code == 0


def test_a_dataset_goes_into_an_archive_and_comes_back(site: Site):
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    before = {path: path.read_bytes() for path in (site.folder / "one/exp").iterdir()}
    assert_told(site("datasets", "archive", "u1", "one:tars"), 2, "one is no archive", "kind")
    said = site("datasets", "archive", "u1", "two:", "--dry-run").out
    assert said == f"3 files (3 kB) would be packed from {site.folder}/one to {site.folder}/two.\n"
    assert os.listdir(site.folder / "two") == [".xfc-store"]
    done = site("datasets", "archive", "u1", "two:", "--json").json
    assert (done["command"], done["files"], done["bytes"]) == ("archive", 3, 3003)
    assert not (site.folder / "one/exp").exists()
    assert "good, packed" in site("datasets", "show", "u1").out
    assert_told(site("datasets", "copy", "u1", "one:"), 1, "is packed in a tar", "datasets activate")
    assert site("datasets", "activate", "u1", "--dry-run").code == 0
    said = site("datasets", "activate", "u1").out
    assert said == f"3 files (3 kB) unpacked and read back from {site.folder}/two to {site.folder}/one.\n"
    assert {path: path.read_bytes() for path in (site.folder / "one/exp").iterdir()} == before
    assert_told(site("datasets", "archive", "u1", "two:"), 1, "a copy already", "datasets remove")


def test_workers_do_what_need_not_be_waited_for(site: Site):
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    assert site("datasets", "transfers", "--json").json == []
    assert site("datasets", "rules", "--json").json == []
    assert site("datasets", "rules").code == 0
    number = site("datasets", "copy", "u1", "two:", "--no-wait").out.strip()
    (row,) = site("datasets", "transfers", "--json").json
    assert (row["id"], row["command"], row["dataset"], row["success"]) == (number, "copy", "u1", None)
    assert number in site("datasets", "transfers").out
    assert_told(site("datasets", "verify", "u1", "--no-wait"), 1, "is being worked on", "tick")
    assert site("tick").code == 0
    done = site("datasets", "wait", number, "--json").json
    assert (done["success"], done["files"], done["bytes"], done["done"]) == (True, 3, 3003, 3003)
    moved = site("datasets", "move", "u1", "two:", "two:moved", "--no-wait", "--json").json["id"]
    assert site("datasets", "wait", moved).out == "move of dataset u1 is done.\n"
    gone = site("datasets", "remove", "u1", "one:", "--no-wait").out.strip()
    assert site("datasets", "wait", gone).code == 0
    last = site("datasets", "remove", "u1", "two:moved", "--no-wait").out.strip()
    ran = site("datasets", "wait", last)
    assert (ran.code, "last good copy" in ran.out) == (1, True)
    verified = site("datasets", "verify", "u1", "--no-wait").out.strip()
    assert site("datasets", "wait", verified, "--json").json["success"] is True
    assert_told(site("datasets", "wait", "nothing"), 2, "There is no command nothing")
    assert_told(site("datasets", "copy", "u1", "two:moved", "--no-wait"), 1, "same place")


def test_check_tells_what_waits(site: Site):
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    with closing(sqlite3.connect(site.folder / "xfc-notify.db")) as opened:
        opened.execute(
            "INSERT INTO journal (id, dataset, command, arguments, ordered, began_at, step, folders, turn, tries,"
            " lease_until, files, bytes, done, source_store, target_store, outcome)"
            " VALUES ('j', 'u1', 'copy', '{}', 0, '2020-01-01 00:00:00',"
            " 'reading', '[]', 2, 0, '2020-01-01 00:00:00', 0, 0, 0, '', '', '')"
        )
        opened.commit()
    (row,) = [row for row in site("check", "datasets", "--json").json if row["name"] == "datasets"]
    assert (row["state"], "1 commands were interrupted" in row["what"]) == ("notice", True)
    assert site("datasets", "finish").out == "copy of dataset u1 was interrupted; all is as it was before\n"
    assert site("datasets", "finish").out == "Nothing was interrupted.\n"
    assert "ok" in [
        row["state"] for row in site("check", "datasets", "--json").json if row["name"] == "datasets"
    ]


def test_a_dry_run_changes_nothing(site: Site):
    ran = site(
        "datasets", "register", "glob", "one:", "exp", "--arguments", '{"pattern": "*1.npy"}', "--dry-run"
    )
    assert ran.out == "exp/cub_00001.npy\n1 files would be registered.\n"
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    assert "would be copied" in site("datasets", "copy", "u1", "two:", "--dry-run").out
    assert "would be moved" in site("datasets", "move", "u1", "one:", "two:", "--dry-run").out
    assert "would be removed" in site("datasets", "remove", "u1", "one:", "--force-last", "--dry-run").out
    assert os.listdir(site.folder / "two") == [".xfc-store"]
    assert len(list((site.folder / "one/exp").iterdir())) == 3


def test_a_series_is_registered_by_its_points(site: Site):
    template = '{"template": "cub_{point:05}.npy"}'
    ran = site("datasets", "register", "template", "one:", "exp", "--arguments", template, "--points", "0-2")
    assert len(site("datasets", "files", ran.out.strip(), "--json").json) == 3
    ran = site("datasets", "register", "template", "one:", "exp", "--arguments", template, "--points", "1-3")
    assert_told(ran, 1, "1 of 3 files are not there: exp/cub_00003.npy")


def test_show_has_the_arrays_in_its_files(site: Site):
    np.save(site.folder / "one/exp/cub_00000.npy", np.arange(12.0).reshape(3, 4))
    with h5py.File(site.folder / "one/exp/odd.h5", "w") as file:
        file["\x1b[31m"] = h5py.ExternalLink("/etc/passwd", "/")
    assert site("datasets", "register", "tree", "one:", "exp", "--uid", "u").code == 0
    shown = site("datasets", "show", "u")
    assert shown.code == 0
    assert "3 × 4" in shown.out
    assert "least 0, greatest 11, mean 5.5, deviation 3.45205" in shown.out
    assert "/\\x1b[31m" in shown.out
    assert "lies in another file, which is not read" in shown.out
    found = site("datasets", "show", "u", "--json").json
    assert found["more_items"] is False
    assert [item["file"] for item in found["items"]] == ["exp/cub_00000.npy", "exp/odd.h5"]
    assert found["items"][0]["statistics"]["mean"] == 5.5


def test_verify_ends_with_1_where_a_byte_is_another(site: Site):
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    (site.folder / "one/exp/cub_00000.npy").write_bytes(b"\1" + bytes(999))
    ran = site("datasets", "verify", "u1")
    assert ran.code == 1
    assert "bad, 3 files" in ran.out
    assert "exp/cub_00000.npy: is not what it was: sha256:" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["datasets", "show", "nobody"], 2, "There is no dataset nobody"),
        (["datasets", "copy", "nobody", "two:"], 2, "There is no dataset nobody"),
        (["datasets", "journal", "--count", "0"], 2, "'--count'"),
        (["datasets", "register", "tree", "/elsewhere", "exp"], 2, "/elsewhere lies in no store"),
        (["datasets", "register", "tree", "one:", "../exp"], 2, "is no path below a root"),
        (["datasets", "register", "none", "one:", "exp"], 2, "No plugin knows datasets of the spec none"),
        (["datasets", "register", "tree", "one:", "exp", "--arguments", "[1]"], 2, "is no JSON object"),
        (["datasets", "register", "tree", "one:", "exp", "--points", "9-1"], 2, "is no range of points"),
        (["datasets", "register", "tree", "one:", "no"], 1, "store one: no: is not there"),
        (["datasets", "show", "\udcff"], 2, "\\xff is not printable text"),
        (["datasets", "journal", "a\nb"], 2, "a\\x0ab is not printable text"),
        (["datasets", "list", "--owner", "\udcff"], 2, "is not printable text"),
        (["datasets", "copy", "u1", "\udcff:"], 2, "There is no store \\xff"),
        (
            ["datasets", "register", "tree", "one:", "exp", "--arguments", '{"a": NaN}'],
            2,
            "what JSON can hold",
        ),
        (["stores", "check", "no"], 2, "There is no store no"),
    ],
)
def test_mistakes_are_one_line(site: Site, arguments: list[str], code: int, told: str):
    assert_told(site(*arguments), code, told)


@pytest.mark.parametrize(
    ("stores", "told"),
    [
        (
            '[[stores]]\nname = "a"\nurl = "file:///x/vol1/below"',
            "'a' and the volume 'vol1' lie inside each other",
        ),
        ('[[stores]]\nname = "a"\nurl = "file:///x"', "lie inside each other"),
        (
            '[[stores]]\nname = "a"\nurl = "file:///y"\n[[stores]]\nname = "b"\nurl = "file:///y/z"',
            "'b' and 'a' lie",
        ),
        (
            '[[stores]]\nname = "a"\nurl = "file:///y"\n[[stores]]\nname = "a"\nurl = "file:///z"',
            "two stores are called",
        ),
        ('[[stores]]\nname = "a"\nurl = "ftp://y"', "file:///data/disk1"),
        ('[[stores]]\nname = "a:b"\nurl = "file:///y"', "is no name of a store"),
        ('[[stores]]\nname = "a"\nurl = "file:relative"', "file:///data/disk1"),
    ],
)
@pytest.mark.parametrize("command", [["datasets", "list"], ["status"], ["tick"]])
def test_stores_that_overlap_stop_every_command(tmp_path: Path, stores: str, told: str, command: list[str]):
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[[volumes]]\nname = "vol1"\npath = "/x/vol1"\n{stores}\n')
    assert_told(run(*command, "--settings", settings), 2, told)


def test_a_store_that_is_a_link_into_a_volume_stops_the_start(tmp_path: Path):
    (tmp_path / "vol1/ada").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "vol1/ada")
    settings = tmp_path / "settings.toml"
    settings.write_text(f"""
        [[volumes]]
        name = "vol1"
        path = "{tmp_path}/vol1"
        [[stores]]
        name = "a"
        url = "file://{tmp_path}/link"
    """)
    assert_told(run("stores", "init", "--settings", settings), 2, "lie inside each other")
    assert os.listdir(tmp_path / "vol1/ada") == []


def test_hostile_names_reach_no_terminal_raw(site: Site):
    folder = os.fsencode(site.folder / "one/exp")
    for name in HOSTILE:
        Path(os.fsdecode(os.path.join(folder, name))).write_bytes(name)
    uid = "u1"
    assert site("datasets", "register", "tree", "one:", "exp", "--uid", uid).code == 0
    assert site("datasets", "copy", uid, "two:").code == 0
    for words in ("files u1", "files u1 --json", "verify u1", "show u1", "register tree one: exp --dry-run"):
        ran = site("datasets", *words.split())
        assert ran.code == 0
        assert_harmless(ran.raw)
    assert {os.fsencode(name) for name in os.listdir(site.folder / "two/exp")} >= set(HOSTILE)
    for name in HOSTILE:
        ran = site(
            "datasets", "register", os.fsdecode(name), os.fsdecode(name), os.fsdecode(name), "--uid", "x\n"
        )
        assert ran.code in {1, 2}
        assert_harmless(ran.err.encode())


def test_progress_is_shown_on_a_terminal_alone(site: Site):
    site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")
    settings = str(site.folder / "settings.toml")
    assert call("datasets", "verify", "u1", "--settings", settings).err == ""
    shown = on_terminal("datasets", "verify", "u1", "--settings", settings, stream="stderr")
    assert b"verifying" in shown.terminal
    assert b"verifying" not in shown.pipe
