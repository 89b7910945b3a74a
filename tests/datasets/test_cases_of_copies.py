"""Hard cases of copies and moves, out of what happened to others: C1 to C10, and C19 to C22, of the list of cases."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from datasets.conftest import CONTENTS, Site
from datasets.test_kills import killed_at
from xfc_notify.datasets import (
    acting,
    hashes,
    leaving,
    local,
    local_paths,
    marks,
    replicas,
    writing,
)
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, Missing, Overtaken, StoreRefusal
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.store import database

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}
BIG = {"big": os.urandom(3_000_000)}


def assert_failed(site: Site, uid: str, why: str) -> None:
    """The last command failed for this reason; the source is whole, and nothing of it is left at the target."""
    last = site.catalog.journal(uid)[0]
    assert last.success is False
    assert why in last.outcome
    assert [it.store for it in site.catalog.show(uid).replicas] == ["one"]
    assert [path.name for path in site.root("two").iterdir()] == [".xfc-store"]


def meanwhile(site: Site, act: Callable[[], object]) -> Catalog:
    """A catalogue that acts while the first bytes are read, once."""
    todo = [act]

    def tell(_count: int) -> None:
        if todo:
            todo.pop()()

    return Catalog(site.facility.service, watch=lambda _what, _total: tell)


@pytest.mark.parametrize("command", ["copy", "move"])
def test_c1_a_system_that_reports_bytes_it_did_not_write_is_found_out(site: Site, monkeypatch, command: str):
    uid = site.registered(contents=BIG)
    real = os.write

    def lying(file: int, block: memoryview) -> int:
        if len(block) < 2**17:
            return real(file, block)
        end = os.lseek(file, len(block), os.SEEK_CUR)
        os.ftruncate(file, end)
        return len(block)

    monkeypatch.setattr(os, "write", lying)
    act = {
        "copy": lambda: site.catalog.copy(uid, "two:"),
        "move": lambda: site.catalog.move(uid, "one:", "two:"),
    }
    with pytest.raises(StoreRefusal, match="other bytes were read back"):
        act[command]()
    monkeypatch.undo()
    assert_failed(site, uid, "other bytes were read back")
    assert site.tree("one") == {"exp/a/big": BIG["big"]}


def test_c2_a_source_that_cannot_be_read_to_its_end_leaves_nothing(site: Site, monkeypatch):
    uid = site.registered(contents=BIG)
    real, reads = os.readv, []

    def failing(file: int, buffers: Any) -> int:
        if len(buffers[0]) > 100:  # not those of a mark
            reads.append(file)
        if len(reads) == 3:
            reads.append(file)
            raise OSError(errno.EIO, "Input/output error")
        return real(file, buffers)

    monkeypatch.setattr(os, "readv", failing)
    with pytest.raises(StoreRefusal, match="Input/output error"):
        site.catalog.copy(uid, "two:")
    monkeypatch.undo()
    assert_failed(site, uid, "Input/output error")
    assert site.catalog.copy(uid, "two:").files == 1


def test_c3_a_byte_that_flips_before_the_check_is_found(site: Site, monkeypatch):
    uid = site.registered()
    real = hashes.read

    def flipped(folder: local.Folder, path: bytes, *more: Any) -> Any:
        if b".xfc-part" in path:
            file = site.root(folder.store) / os.fsdecode(path)
            file.chmod(0o600)
            file.write_bytes(b"!" + file.read_bytes()[1:])
        return real(folder, path, *more)

    monkeypatch.setattr(hashes, "read", flipped)
    with pytest.raises(StoreRefusal, match="other bytes were read back"):
        site.catalog.move(uid, "one:", "two:")
    assert_failed(site, uid, "other bytes")
    assert site.tree("one") == TREE


def test_c5_a_gap_in_a_series_is_an_error_and_an_empty_list_is_no_success(site: Site, monkeypatch):
    site.fill("one/tiles", {f"tile_{n:02}.tif": bytes([n]) for n in range(1, 21)})
    given = {"template": "tile_{point:02}.tif"}
    points = [{"point_number": n} for n in range(1, 21)]
    whole = site.catalog.register("template", "one:", "tiles", given, points)
    assert whole.replicas[0].files == 20
    (site.root("one") / "tiles/tile_07.tif").unlink()
    with pytest.raises(Missing, match=r"1 of 20 files are not there: tiles/tile_07\.tif"):
        site.catalog.register("template", "one:", "tiles", given, points)
    with monkeypatch.context() as patch:
        patch.setattr(local.Folder, "write", lambda *_: pytest.fail("a byte moved"))
        with pytest.raises(Missing, match=r"1 of 20 files are not there: tiles/tile_07\.tif"):
            site.catalog.copy(whole.uid, "two:")
    assert_failed(site, whole.uid, "tile_07")
    with pytest.raises(DatasetError, match="has no files"):
        site.catalog.register("glob", "one:", "tiles", {"pattern": "*.no"})
    with pytest.raises(DatasetError, match="has no files"):
        site.catalog.register("template", "one:", "tiles", given)


def test_c6_a_file_that_grows_while_it_is_read_is_not_copied(site: Site):
    uid = site.registered(contents=BIG)
    file = site.root("one") / "exp/a/big"

    def append() -> None:
        with file.open("ab") as opened:
            opened.write(b"more")

    with pytest.raises(Changed, match="changed while it was read"):
        meanwhile(site, append).move(uid, "one:", "two:")
    assert_failed(site, uid, "changed while it was read")
    assert file.stat().st_size == len(BIG["big"]) + 4


def test_c6_bytes_that_are_overwritten_while_they_are_read_are_not_registered(site: Site):
    site.fill(contents=BIG)
    file = site.root("one") / "exp/a/big"

    def overwrite() -> None:
        before = file.stat()
        with file.open("r+b") as opened:
            opened.write(b"!")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(Changed, match="changed while it was read"):
        meanwhile(site, overwrite).register("tree", "one:", "exp/a")
    assert site.catalog.find(removed=True) == []


def test_c6_a_file_that_changes_in_the_last_moment_stays(site: Site, monkeypatch):
    uid = site.registered()
    file, real = site.root("one") / "exp/a/scans/1.tif", replicas.shared

    def changed(*arguments: Any) -> set[str]:
        file.write_bytes(b"F" + file.read_bytes()[1:])
        return real(*arguments)

    monkeypatch.setattr(leaving.replicas, "shared", changed)
    with pytest.raises(Changed, match="changed meanwhile: it stays"):
        site.catalog.move(uid, "one:", "two:")
    assert site.tree("one")["exp/a/scans/1.tif"] == b"F" + CONTENTS["scans/1.tif"][1:]
    assert site.tree("two") == TREE


def test_c6_a_file_that_changed_before_it_goes_stays_even_with_its_mtime_set_back(site: Site, monkeypatch):
    uid = site.registered()
    file, real = site.root("one") / "exp/a/scans/1.tif", leaving.take_away

    def changed(*arguments: Any) -> None:
        before = file.stat()
        file.write_bytes(b"F" + file.read_bytes()[1:])
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        real(*arguments)

    monkeypatch.setattr(acting.leaving, "take_away", changed)
    with pytest.raises(Changed, match="is not what it was"):
        site.catalog.move(uid, "one:", "two:")
    monkeypatch.undo()
    assert len(site.tree("one")) == 3
    assert site.tree("two") == TREE
    assert [(it.store, it.state) for it in site.catalog.show(uid).replicas] == [
        ("one", "unverified"),
        ("two", "good"),
    ]
    assert site.catalog.journal(uid)[0].success is False
    site.catalog.verify(uid)
    site.catalog.remove(uid, "one:")
    assert site.tree("one") == {}


TEN = {f"{n}.h5": bytes([n]) * 1000 for n in range(10)}


def test_c8_identical_bytes_at_the_target_are_taken_over(site: Site):
    uid = site.registered(contents=TEN)
    site.fill("two/exp/a", {name: TEN[name] for name in ("0.h5", "1.h5", "2.h5")})
    kept = (site.root("two") / "exp/a/0.h5").stat().st_ino
    assert site.catalog.move(uid, "one:", "two:").taken_over == 3
    assert (site.tree("one"), len(site.tree("two"))) == ({}, 10)
    assert (site.root("two") / "exp/a/0.h5").stat().st_ino == kept


def test_c8_what_was_taken_over_and_is_gone_before_the_end_stops_the_move(site: Site):
    uid = site.registered(contents=TEN)
    site.fill("two/exp/a", {"0.h5": TEN["0.h5"]})
    told: list[int] = []

    def tell(_count: int) -> None:
        told.append(1)
        if len(told) == 5:  # it was read when the move was planned
            (site.root("two") / "exp/a/0.h5").unlink()

    catalog = Catalog(site.facility.service, watch=lambda _what, _total: tell)
    with pytest.raises(Conflict, match="changed meanwhile"):
        catalog.move(uid, "one:", "two:")
    assert (len(site.tree("one")), site.tree("two")) == (10, {})


def test_c8_other_bytes_at_the_target_are_a_conflict_and_everything_stays(site: Site):
    uid = site.registered(contents=TEN)
    there = {"0.h5": TEN["0.h5"], "1.h5": b"!" * 1000, "2.h5": TEN["2.h5"]}
    site.fill("two/exp/a", there)
    with pytest.raises(Conflict) as caught:
        site.catalog.move(uid, "one:", "two:")
    assert caught.value.what == ("store two: exp/a/1.h5: something else stands there than exp/a/1.h5 of one")
    assert len(site.tree("one")) == 10
    assert site.tree("two") == {f"exp/a/{name}": content for name, content in there.items()}


def test_c8_what_was_replaced_after_a_kill_is_not_touched_and_the_rest_is_undone(site: Site, store: str):
    for step in range(1, 200):
        uid = site.registered(f"exp/{step}", TEN)
        assert killed_at(step, store, lambda uid=uid: site.catalog.move(uid, "one:", "two:"))
        placed = sorted(path for path in site.root("two").rglob("*.h5") if f"/exp/{step}/" in str(path))
        if len(placed) == 3:
            break
        site.tick()
        copy = site.catalog.show(uid).replicas[0]
        site.catalog.remove(uid, copy.root, force_last=True)
    assert JournalRow.get(JournalRow.ended_at.is_null()).step == "placing"
    other = site.root("two") / "other"
    other.write_bytes(b"!" * 1000)
    other.replace(placed[1])
    site.tick()
    assert site.tree("two") == {str(placed[1].relative_to(site.root("two"))): b"!" * 1000}
    assert len(site.tree("one")) == 10
    last = site.catalog.journal(uid)[0]
    assert (last.success, "something else stands there" in last.outcome) == (False, True)


@pytest.mark.parametrize(("owner", "name"), [(writing, "_copied"), (leaving, "take_away")])
def test_c9_who_was_taken_for_dead_touches_nothing_any_more(site: Site, store: str, owner: Any, name: str):
    uid = site.registered()
    (site.root("two") / "exp/a/scans").mkdir(parents=True)  # so that it could still write there
    child = stopped(store, owner, name, lambda: site.catalog.move(uid, "one:", "two:"))
    site.tick()
    trees = site.tree("one"), site.tree("two")
    assert trees == ((TREE, {}) if owner is writing else ({}, TREE))
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) == 9
    assert (site.tree("one"), site.tree("two")) == trees
    entries = [it for it in site.catalog.journal(uid) if it.command == "move"]
    assert [it.success for it in entries] == [owner is leaving]


def stopped(url: str, owner: Any, name: str, act: Callable[[], object]) -> int:
    """A child that stops itself where it would call this; it ends with 9 if it finds that it was taken for dead."""
    database.close()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            real = getattr(owner, name)

            def stop(*arguments: Any) -> Any:
                setattr(owner, name, real)
                os.kill(os.getpid(), signal.SIGSTOP)
                return real(*arguments)

            setattr(owner, name, stop)
            database.prepare(url)
            with database.connected():
                act()
            code = 0
        except Overtaken:
            code = 9
        finally:
            os._exit(code)
    os.waitpid(child, os.WUNTRACED)
    database.connect()
    return child


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Mounts, and unmounts in the end."""
    places: list[str] = []

    def mount(*words: str | Path) -> None:
        done = subprocess.run(["mount", *map(str, words)], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"UNTESTED: mounting is not allowed here: {done.stderr!r}")
        places.append(str(words[-1]))

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "-l", place], check=True)


def initialise(site: Site, name: str) -> None:
    """Give a store that was covered by a mount its mark again."""
    database.db.execute_sql(f"DELETE FROM store WHERE name = '{name}'")
    with site.stores.folder(site.stores.named(name)) as opened:
        marks.give(opened, site.catalog._clock())


def test_c10_a_store_that_is_full_keeps_nothing_and_takes_all_when_there_is_room(site: Site, mounted):
    mounted("-t", "tmpfs", "-o", "size=20m", "none", site.root("two"))
    initialise(site, "two")
    uid = site.registered(contents={f"{n}": os.urandom(10 * 2**20 - 50_000) for n in range(3)})
    for command in (lambda: site.catalog.copy(uid, "two:"), lambda: site.catalog.move(uid, "one:", "two:")):
        with pytest.raises(StoreRefusal, match="store full"):
            command()
        assert_failed(site, uid, "store full")
        assert len(site.tree("one")) == 3
    subprocess.run(["mount", "-o", "remount,size=40m", site.root("two")], check=True)
    site.catalog.move(uid, "one:", "two:")
    assert (len(site.tree("one")), len(site.tree("two"))) == (0, 3)


def test_c10_a_disk_that_tells_only_at_the_end_that_it_is_full(site: Site, monkeypatch):
    uid = site.registered()
    real = os.fsync

    def full(file: int) -> None:
        if os.readlink(f"/proc/self/fd/{file}").rpartition("/")[2].startswith(".xfc-part"):
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreRefusal, match="store full"):
        site.catalog.copy(uid, "two:")
    assert_failed(site, uid, "store full")


@pytest.fixture
def folding(monkeypatch) -> Callable[[], None]:
    """From when it is called on, no store tells names apart that differ in case only."""

    def fold() -> None:
        real = local_paths.Paths.open
        monkeypatch.setattr(local, "last_of", lambda path: path.rpartition(b"/")[2].lower())
        monkeypatch.setattr(local_paths.Paths, "open", lambda paths, path: real(paths, path.lower()))

    return fold


def test_c19_names_that_a_store_cannot_tell_apart_are_refused_before_the_first_byte(site: Site, folding):
    uid = site.registered(contents={"Data.h5": b"one", "data.h5": b"two", "other": b"x"})
    folding()
    with pytest.raises(Conflict, match="ignores case"):
        site.catalog.copy(uid, "two:")
    assert_failed(site, uid, "ignores case")


def test_c19_a_move_that_changes_case_alone_removes_nothing(site: Site, folding):
    site.fill()
    uid = site.catalog.register("tree", "one:exp", "a").uid
    folding()
    with pytest.raises(Conflict, match="are the same place"):
        site.catalog.move(uid, "one:exp", "one:EXP")
    assert site.tree("one") == TREE


def test_c20_the_longest_names_and_paths_are_copied(site: Site):
    names = ["n" * 255, "漢" * 85, *(f"{'s' * 240}{n:02}" for n in range(50))]
    uid = site.registered(contents={name: name.encode() for name in names})
    site.catalog.copy(uid, "two:")
    assert site.tree("two") == {f"exp/a/{name}": name.encode() for name in names}
    here = os.open(site.root("one") / "exp", os.O_RDONLY)
    for _ in range(16):
        os.mkdir("d" * 250, dir_fd=here)
        here = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
    file = os.open("deep", os.O_CREAT | os.O_WRONLY, dir_fd=here)
    os.write(file, b"below 4,000 bytes of path")
    deep = site.catalog.register("tree", "one:", "exp/" + "d" * 250)
    assert len(site.catalog.files(deep.uid)[0].abs_path) > 4000
    site.catalog.move(deep.uid, "one:", "two:")
    assert [it.state for it in site.catalog.verify(deep.uid)] == ["good"]


def test_c20_a_name_that_does_not_fit_is_refused_beforehand(site: Site, monkeypatch):
    uid = site.registered(contents={"short": b"1", "n" * 200: b"2"})
    monkeypatch.setattr(local.Folder, "longest_name", lambda _: 143)
    with pytest.raises(StoreRefusal, match="over 143 bytes"):
        site.catalog.copy(uid, "two:")
    assert_failed(site, uid, "over 143 bytes")


def test_c21_and_c16_what_another_puts_there_meanwhile_survives(site: Site):
    uid = site.registered()
    foreign = site.root("two") / "exp/a/scans/2.tif"

    def put() -> None:
        foreign.parent.mkdir(parents=True, exist_ok=True)
        foreign.write_bytes(b"foreign")
        (foreign.parent / ".xfc-part-of-another").write_bytes(b"foreign, too")

    with pytest.raises(Conflict, match="something else stands there by now"):
        meanwhile(site, put).move(uid, "one:", "two:")
    assert site.tree("two") == {
        "exp/a/scans/2.tif": b"foreign",
        "exp/a/scans/.xfc-part-of-another": b"foreign, too",
    }
    assert site.tree("one") == TREE
    assert site.catalog.journal(uid)[0].success is False


def test_c22_nothing_is_decided_by_what_was_seen_before(site: Site):
    uid = site.registered()
    catalog = site.catalog
    catalog.copy(uid, "two:")
    catalog.verify(uid)
    file = site.root("two") / "exp/a/run.h5"
    file.write_bytes(b"longer than before")
    _, two = catalog.verify(uid)
    assert list(two.wrong) == ["exp/a/run.h5"]
    file.unlink()
    _, two = catalog.verify(uid)
    assert two.wrong == {"exp/a/run.h5": "is not there"}


def test_work_that_was_taken_over_cannot_be_ended(site: Site):
    uid = site.registered()
    work = Work.begin("verify", uid, {}, site.catalog._clock)
    JournalRow.update(turn=2).execute()
    with pytest.raises(Overtaken):
        work.end(success=True)
    assert JournalRow.get(JournalRow.ended_at.is_null()).turn == 2
