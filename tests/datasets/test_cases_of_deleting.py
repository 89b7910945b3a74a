"""Hard cases of what could delete too much, out of what happened to others: C11 to C18, C26 and C34 of the list."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from disk import Disk

from datasets.conftest import CONTENTS, Site, tree
from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, LastCopy, NotAFile, StoreAway
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow
from xfc_notify.errors import WrongInput

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}


@pytest.mark.parametrize(
    "spelling", ["{one}", "{one}/.", "{one}//", "one:", "one:.", "{one}/link", "one:link"]
)
def test_c11_to_move_a_dataset_onto_itself_is_refused(site: Site, spelling: str):
    uid = site.registered()
    (site.root("one") / "link").symlink_to(".")
    with pytest.raises((Conflict, NotAFile)):
        site.catalog.move(uid, "one:", spelling.format(one=site.root("one")))
    (site.root("one") / "link").unlink()
    assert site.tree("one") == TREE
    assert [it.state for it in site.catalog.verify(uid)] == ["good"]


def test_c11_a_bind_mount_of_the_source_is_the_same_place(site: Site, disk: Disk):
    uid = site.registered()
    (site.root("two") / "exp").mkdir()
    disk.cover(site.root("two") / "exp", site.root("one") / "exp")
    for command in (lambda: site.catalog.move(uid, "one:", "two:"), lambda: site.catalog.copy(uid, "two:")):
        with pytest.raises(Conflict, match="are the same place"):
            command()
    assert site.tree("one") == TREE


@pytest.mark.parametrize("how", ["hard links", "a bind mount"])
def test_c12_two_names_of_the_same_files_are_one_copy(site: Site, disk: Disk, how: str):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    if how == "hard links":
        for name in TREE:
            (site.root("two") / name).unlink()
            os.link(site.root("one") / name, site.root("two") / name)
    else:
        disk.cover(site.root("two") / "exp", site.root("one") / "exp")
    site.catalog.verify(uid)
    for root in ("one:", "two:"):
        with pytest.raises(LastCopy, match="is the same place"):
            site.catalog.remove(uid, root)
    assert site.tree("one") == TREE


def test_c12_a_store_that_is_mounted_over_another_is_found_out(site: Site, disk: Disk):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    disk.cover(site.root("two"), site.root("one"))
    with pytest.raises(DatasetError, match="store two lies in the store one"):
        site.catalog.remove(uid, "one:")
    assert site.tree("one") == TREE


@pytest.fixture
def beside_a_volume(store: str, tmp_path: Path) -> Site:
    """A site beside a volume in the same file system, in which alice has files."""
    (tmp_path / "vol").mkdir()
    site = Site.at(tmp_path, volumes=[{"name": "vol", "path": str(tmp_path / "vol")}])
    site.fill("vol/alice/exp/a")
    return site


def test_what_is_mounted_in_a_store_is_no_way_into_a_volume(beside_a_volume: Site, disk: Disk):
    site, alice = beside_a_volume, beside_a_volume.root("vol") / "alice"
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    disk.cover(site.root("two") / "exp", alice / "exp")
    commands: list[Callable[[], object]] = [
        lambda: site.catalog.register("tree", "two:", "exp/a"),
        lambda: site.catalog.remove(uid, "two:"),
        lambda: site.catalog.move(uid, "two:", "three:"),
        lambda: site.catalog.copy(site.registered("exp/b"), "two:"),
    ]
    for command in commands:
        with pytest.raises(DatasetError, match="store two: what is mounted at 'exp' lies in the volume "):
            command()
    assert sorted(os.listdir(alice / "exp")) == ["a"]
    assert tree(alice) == TREE


def test_a_part_of_a_volume_that_is_mounted_elsewhere_is_no_store(beside_a_volume: Site, disk: Disk):
    site, alice = beside_a_volume, beside_a_volume.root("vol") / "alice"
    disk.cover(site.root("two"), alice)
    for store in site.stores.all[1:2]:
        with pytest.raises(DatasetError, match="store two lies in the volume "), site.stores.folder(store):
            pass
    assert tree(alice) == TREE


def test_c13_only_a_copy_that_is_good_now_counts(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    site.catalog.copy(uid, "three:")
    file = site.root("two") / "exp/a/run.h5"
    file.write_bytes(b"HEADER")
    (site.root("three") / "exp/a/scans/1.tif").unlink()
    with pytest.raises(LastCopy) as caught:
        site.catalog.remove(uid, "one:")
    assert "two: is bad: exp/a/run.h5 is not what it was" in caught.value.what
    assert "three: is bad: exp/a/scans/1.tif is not there" in caught.value.what
    assert site.tree("one") == TREE
    site.root("three").rename(site.root("gone"))
    with pytest.raises(LastCopy, match="store three is away"):
        site.catalog.remove(uid, "one:")
    site.catalog.remove(uid, "two:")
    assert (site.tree("one"), site.tree("two")) == (TREE, {})


def test_c13_a_copy_that_goes_bad_while_the_other_goes_stops_that(site: Site, monkeypatch):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    from xfc_notify.datasets import leaving

    real = leaving._known

    def spoiled(*arguments: object) -> str:
        (site.root("two") / "exp/a/scans/2.tif").write_bytes(b"spoiled")
        return real(*arguments)

    monkeypatch.setattr(leaving, "_known", spoiled)
    with pytest.raises(LastCopy, match="changed meanwhile"):
        site.catalog.remove(uid, "one:")
    assert site.tree("one")["exp/a/scans/2.tif"] == CONTENTS["scans/2.tif"]


@pytest.mark.parametrize("command", ["remove", "move"])
def test_c14_names_that_begin_alike_are_left_alone(site: Site, command: str):
    site.fill("one", {"d/run10/x": b"10", "d/run1.json": b"{}", "d/run1_backup/x": b"b"})
    before = site.tree("one")
    times = {name: (site.root("one") / name).stat().st_mtime_ns for name in before}
    uid = site.registered("d/run1")
    if command == "remove":
        site.catalog.remove(uid, "one:", force_last=True)
    else:
        site.catalog.move(uid, "one:", "two:")
    assert site.tree("one") == before
    assert {name: (site.root("one") / name).stat().st_mtime_ns for name in before} == times


def test_c15_no_name_is_a_pattern(site: Site):
    odd = ["file[1].txt", "file?", "a*", "{b}", "~x", "#y", "%41", "-rf", "new\nline", "$(x)", "caf\udce9"]
    neighbours = dict.fromkeys(("file1.txt", "filex", "ax", "b", "x", "y", "A"), b"neighbour")
    site.fill("one/exp", {name: os.fsencode(name) for name in odd} | neighbours)
    for name in odd:
        uid = site.catalog.register("file", "one:", f"exp/{name}").uid
        site.catalog.copy(uid, "two:")
        assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]
        site.catalog.remove(uid, "one:")
    assert site.tree("one") == {f"exp/{name}": content for name, content in neighbours.items()}
    assert site.tree("two") == {f"exp/{name}": os.fsencode(name) for name in odd}


@contextmanager
def swapping(folder: Path, victim: Path) -> Iterator[None]:
    """A thread that swaps a folder for a link to the victim and back, as fast as it can."""
    over, aside = threading.Event(), folder.with_name("aside")

    def swap() -> None:
        while not over.is_set():
            folder.rename(aside)
            folder.symlink_to(victim)
            folder.unlink()
            aside.rename(folder)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_c17_a_folder_swapped_for_a_link_leads_nowhere_else(site: Site, tmp_path: Path):
    victim = tmp_path / "victim"
    for name in CONTENTS:
        (victim / name).parent.mkdir(parents=True, exist_ok=True)
        (victim / name).write_bytes(b"secret")
    before = {path: path.stat() for path in victim.rglob("*") if path.is_file()}
    uid = site.registered()
    done = 0
    with swapping(site.root("one") / "exp/a", victim):
        for _ in range(40):
            for act in (
                lambda: site.catalog.verify(uid),
                lambda: site.catalog.copy(uid, "two:", "one:"),
                lambda: site.catalog.remove(uid, "two:"),
            ):
                try:
                    act()
                    done += 1
                except (DatasetError, WrongInput):
                    pass
                site.tick()
    assert done
    assert {path: path.stat() for path in victim.rglob("*") if path.is_file()} == before
    assert tree(victim) == dict.fromkeys(CONTENTS, b"secret")
    assert site.tree("one") == TREE
    assert b"secret" not in site.tree("two").values()
    site.catalog.verify(uid)


def test_c17_a_removal_through_a_swapped_folder_takes_nothing_else(site: Site, tmp_path: Path):
    victim = tmp_path / "victim"
    for round_ in range(20):
        site.fill("victim")
        uid = site.registered(uid=f"r{round_}")
        with swapping(site.root("one") / "exp/a", victim):
            try:
                site.catalog.remove(uid, "one:", force_last=True)
            except DatasetError:
                site.tick()
        assert tree(victim) == CONTENTS


def test_c17_what_lies_behind_a_link_is_refused(site: Site, tmp_path: Path):
    site.fill("victim")
    (site.root("one") / "exp").mkdir()
    (site.root("one") / "exp/a").symlink_to(tmp_path / "victim")
    (site.root("one") / "exp/b").mkdir()
    (site.root("one") / "exp/b/run.h5").symlink_to(tmp_path / "victim/run.h5")
    for spec, path in (
        ("tree", "exp"),
        ("file", "exp/a/run.h5"),
        ("tree", "exp/b"),
        ("file", "exp/b/run.h5"),
    ):
        with pytest.raises(NotAFile):
            site.catalog.register(spec, "one:", path)
    site.fill("two/x", {"run.h5": b"header"})
    uid = site.catalog.register("file", "two:", "x/run.h5").uid
    (site.root("three") / "x").symlink_to(tmp_path / "victim")
    with pytest.raises(NotAFile, match="lies behind 'x'"):
        site.catalog.copy(uid, "three:")
    assert tree(tmp_path / "victim") == CONTENTS


def test_c18_a_store_that_is_away_is_not_an_empty_store(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    rows = list(FileRow.select().order_by(FileRow.id).dicts())
    site.root("two").rename(site.root("away"))
    commands: list[Callable[[], object]] = [
        lambda: site.catalog.copy(uid, "three:", "two:"),
        lambda: site.catalog.remove(uid, "two:"),
        lambda: site.catalog.move(uid, "two:", "three:"),
        lambda: site.catalog.register("tree", "two:", "exp/a"),
    ]
    for mount_point in (False, True):
        if mount_point:
            site.root("two").mkdir()
        for command in commands:
            with pytest.raises(StoreAway, match="store two is away"):
                command()
        one, two = site.catalog.verify(uid)
        assert (one.state, one.away) == ("good", "")
        assert (two.state, two.away.startswith("store two is away"), two.wrong) == ("good", True, {})
    assert list(site.root("two").iterdir()) == []
    assert site.tree("three") == {}
    with pytest.raises(LastCopy, match="store two is away"):
        site.catalog.remove(uid, "one:")
    again = list(FileRow.select().order_by(FileRow.id).dicts())
    assert [row for row in again if row["replica"] == 2] == [row for row in rows if row["replica"] == 2]
    site.root("two").rmdir()
    site.root("away").rename(site.root("two"))
    assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]


def test_c18_the_mark_of_another_store_is_not_this_store(site: Site):
    uid = site.registered()
    (site.root("two") / ".xfc-store").write_text((site.root("one") / ".xfc-store").read_text())
    with pytest.raises(StoreAway, match="another store is there"):
        site.catalog.copy(uid, "two:")
    (site.root("two") / ".xfc-store").unlink()
    (site.root("two") / ".xfc-store").symlink_to(site.root("one") / ".xfc-store")
    with pytest.raises(StoreAway, match=r"its mark \.xfc-store is not there"):
        site.catalog.copy(uid, "two:")


def test_c26_what_no_row_knows_is_never_removed_nor_what_is_newer_than_its_row(site: Site):
    uid = site.registered()
    site.fill("one/exp/a", {"stranger": b"nobody knows me"})
    (site.root("one") / "exp/a/run.h5").write_bytes(b"written after the dump")
    with pytest.raises(Changed, match="is not what it was when it was last read"):
        site.catalog.remove(uid, "one:", force_last=True)
    assert len(site.tree("one")) == 4
    site.catalog.verify(uid)
    site.catalog.remove(uid, "one:", force_last=True)
    assert site.tree("one") == {"exp/a/stranger": b"nobody knows me"}


def test_c34_parts_of_others_and_of_living_commands_stay(site: Site):
    uid = site.registered()
    site.fill("two/exp/a", {".xfc-part-0123456789abcdef-7": b"of another", "x.tar.gz": b"in use"})
    before = site.tree("two")
    site.catalog._clock()

    def tick(_count: int) -> None:
        from xfc_notify.datasets import duties

        duties.finish(site.facility.service, site.catalog._clock())

    catalog = type(site.catalog)(site.facility.service, watch=lambda _what, _total: tick)
    catalog.copy(uid, "two:")
    site.tick()
    assert site.tree("two") == before | TREE
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
    with pytest.raises(WrongInput, match="is a path of xfc-notify itself"):
        site.catalog.register("file", "two:", "exp/a/.xfc-part-0123456789abcdef-7")


def test_files_that_are_links_of_each_other_all_go(site: Site):
    site.fill()
    os.link(site.root("one") / "exp/a/run.h5", site.root("one") / "exp/a/same.h5")
    uid = site.catalog.register("tree", "one:", "exp/a").uid
    site.catalog.move(uid, "one:", "two:")
    assert site.tree("one") == {}
    assert site.tree("two") == TREE | {"exp/a/same.h5": b"header"}


def test_a_file_registered_twice_stays_when_one_dataset_moves(site: Site):
    first, second = site.registered(), ""
    second = site.catalog.register("tree", "one:", "exp/a/scans").uid
    site.catalog.move(first, "one:", "two:")
    assert set(site.tree("one")) == {"exp/a/scans/1.tif", "exp/a/scans/2.tif"}
    assert site.tree("two") == TREE
    assert [it.state for it in site.catalog.verify(second)] == ["good"]
    assert ReplicaRow.select().count() == 2
