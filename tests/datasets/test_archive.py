"""Archives: a dataset becomes one tar, read back with all its members, and comes back with the very same bytes."""

import io
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from facility import Facility
from servers.s3 import S3
from servers.sshd import Sshd

from datasets import far
from datasets.conftest import CONTENTS, Site
from datasets.test_kills import assert_nothing_is_left_open, killed_at, until_unharmed
from datasets.workers import Workers
from xfc_notify.datasets import local, tars
from xfc_notify.datasets.data_manager import archives
from xfc_notify.datasets.data_manager.answers import Answers
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Caller
from xfc_notify.datasets.errors import Conflict, DatasetError, LastCopy, StoreRefusal
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.tables import ReplicaRow, TarMemberRow
from xfc_notify.errors import WrongInput

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}
ODD = {
    "line\nbreak": b"1",
    "back\\slash": b"2",
    os.fsdecode(b"latin-\xe9\xff"): b"3",
    "é" * 127 + "x": b"4",  # 255 bytes
    "n" * 255: b"5",
    "12 hdrcharset=BINARY\n": b"6",
    "-rf": b"7",
    "/".join(["deep" * 20] * 5) + "/x": b"8",
    "empty": b"",
}


def archiving(tmp_path: Path) -> Site:
    """A site whose store `two` is an archive."""
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    stores = [
        {"name": name, "url": (tmp_path / name).as_uri(), "kind": "archive" if name == "two" else "disk"}
        for name in ("one", "two", "three")
    ]
    site = Site(tmp_path, Facility.at(tmp_path, stores=stores))
    site.initialise()
    return site


@pytest.fixture
def site(store: str, tmp_path: Path) -> Site:
    return archiving(tmp_path)


def spoilt(path: Path, at: int) -> None:
    """Flip a bit of a file, and let its time be what it was."""
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_dataset_goes_into_one_tar_and_comes_back_as_it_was(site: Site):
    uid = site.registered()
    os.chmod(site.root("one") / "exp/a/run.h5", 0o640)
    os.utime(site.root("one") / "exp/a/run.h5", ns=(1, 1_234_567_890_123_456_789))
    view = site.catalog.archive(uid, "two:kept")
    assert (view.files, view.bytes, view.new) == (
        3,
        sum(map(len, CONTENTS.values())),
        str(site.root("two") / "kept"),
    )
    assert site.tree("one") == {}
    assert not (site.root("one") / "exp/a").exists()
    assert list(site.tree("two")) == [f"kept/{uid}.tar"]
    (copy,) = site.catalog.show(uid).replicas
    assert (copy.store, copy.state, copy.packed, copy.files) == ("two", "good", True, 3)

    back = site.catalog.activate(uid)
    assert (back.old, back.new) == (view.new, view.old)
    assert site.tree("one") == TREE
    found = (site.root("one") / "exp/a/run.h5").stat()
    assert (found.st_mode & 0o777, found.st_mtime_ns) == (0o640, 1_234_567_890_123_456_789)
    assert [(it.store, it.packed) for it in site.catalog.show(uid).replicas] == [
        ("two", True),
        ("one", False),
    ]
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}
    assert [(it.cmd, it.old, it.new) for it in site.catalog.history(uid)][-2:] == [
        ("archive", "one:", "two:kept"), ("activate", "two:kept", "one:"),
    ]  # fmt: skip


def test_odd_names_are_in_it_as_gnu_tar_and_cksum_have_them(site: Site, tmp_path: Path):
    uid = site.registered(contents=ODD)
    site.catalog.archive(uid, "two:")
    tar, out = site.root("two") / f"{uid}.tar", tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "-xf", tar, "-C", out], check=True)
    checksums = out / ".xfc-checksums"
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", checksums], check=True, cwd=out)
    checksums.unlink()
    assert {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()} == {
        f"exp/a/{name}": content for name, content in ODD.items()
    }
    site.catalog.activate(uid, "three:")
    assert site.tree("three") == {f"exp/a/{name}": content for name, content in ODD.items()}


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_archives_behind_a_network(sqlite: str, tmp_path: Path, sshd: Sshd, s3: S3, kind: str):
    contents = {"run.h5": b"header", "big": os.urandom(20_000_000)}
    made = (far.by_sftp, sshd) if kind == "sftp" else (far.in_s3, s3)
    site = made[0](tmp_path, made[1], kind="archive")
    uid = site.registered(contents=contents)
    site.catalog.archive(uid, "two:kept")
    assert site.tree("one") == {}
    assert list(site.tree("two")) == [f"kept/{uid}.tar"]
    site.catalog.activate(uid)
    assert site.tree("one") == {f"exp/a/{name}": content for name, content in contents.items()}
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}
    assert site.uploads() == []


def test_what_is_read_back_otherwise_leaves_all_as_it_was(site: Site, monkeypatch):
    uid = site.registered()
    whole = local.Folder.force

    def spoiling(folder: local.Folder, paths: Any) -> None:
        whole(folder, paths)
        for path in paths:
            spoilt(site.root(folder.store) / os.fsdecode(path), 9000)

    monkeypatch.setattr(local.Folder, "force", spoiling)
    with pytest.raises(StoreRefusal, match="other bytes were read back"):
        site.catalog.archive(uid, "two:kept")
    assert (site.tree("one"), site.tree("two")) == (TREE, {})
    assert not (site.root("two") / "kept").exists()
    assert [it.store for it in site.catalog.show(uid).replicas] == ["one"]
    assert (ReplicaRow.select().count(), TarMemberRow.select().count()) == (1, 0)


def test_a_file_that_is_not_what_was_registered_is_not_packed(site: Site):
    uid = site.registered()
    spoilt(site.root("one") / "exp/a/scans/1.tif", 7)
    before = site.tree("one")
    with pytest.raises(DatasetError, match="not what was registered"):
        site.catalog.archive(uid, "two:")
    assert (site.tree("one"), site.tree("two")) == (before, {})


@pytest.mark.parametrize(
    ("at", "why"), [(-1, "is not what it was"), (0, "is no whole tar"), ("header", "is not what it was")]
)
def test_verify_reads_the_members_of_a_tar(site: Site, at: int | str, why: str):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    tar = site.root("two") / f"{uid}.tar"
    if isinstance(at, str):
        at = tar.read_bytes().index(at.encode())
    spoilt(tar, at)
    (found,) = site.catalog.verify(uid)
    assert found.state == "bad"
    ((path, said),) = found.wrong.items()
    assert path == f"{uid}.tar"
    assert why in said
    with pytest.raises(DatasetError, match="no good copy"):
        site.catalog.activate(uid)
    with pytest.raises(DatasetError, match="not repaired"):
        site.catalog.repair(uid)


def test_a_tar_that_is_cut_or_gone_is_bad(site: Site):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    tar = site.root("two") / f"{uid}.tar"
    content = tar.read_bytes()
    tar.write_bytes(content[:9000])
    (found,) = site.catalog.verify(uid)
    assert (found.state, list(found.wrong)) == ("bad", [f"{uid}.tar"])
    tar.unlink()
    (found,) = site.catalog.verify(uid)
    assert (found.state, found.wrong) == ("bad", {f"{uid}.tar": "is not there"})
    tar.write_bytes(content)
    assert [it.state for it in site.catalog.verify(uid)] == ["good"]


def test_a_tar_that_goes_bad_while_it_is_unpacked_leaves_nothing(site: Site):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    tar = site.root("two") / f"{uid}.tar"
    spoilt(tar, tar.read_bytes().index(b"second"))
    with pytest.raises(DatasetError, match="not what was registered"):
        site.catalog.activate(uid)
    assert site.tree("one") == {}
    assert [it.store for it in site.catalog.show(uid).replicas] == ["two"]


@pytest.mark.parametrize("mtime", ["NaN", "1e400", "9" * 30, "x"])
def test_a_tar_with_a_time_that_no_file_has_is_refused_in_one_line(site: Site, mtime: str):
    """Somebody made it anew, and let the row of its hash be that of it."""
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    tar = site.root("two") / f"{uid}.tar"
    good = tar.read_bytes()
    with (
        tarfile.open(tar, "w", format=tarfile.PAX_FORMAT) as made,
        tarfile.open(fileobj=io.BytesIO(good)) as read,
    ):
        for member in read:
            member.pax_headers = {"mtime": mtime}
            made.addfile(member, read.extractfile(member))
    with pytest.raises(DatasetError, match="is no whole tar"):
        site.catalog.activate(uid)
    assert site.tree("one") == {}
    (found,) = site.catalog.verify(uid)
    assert found.wrong == {tar.name: "is no whole tar"}


def test_what_stands_where_files_come_back_is_never_overwritten(site: Site):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    site.fill(contents={"run.h5": CONTENTS["run.h5"]})
    assert site.catalog.activate(uid, dry_run=True).taken_over == 1
    site.fill(contents={"scans/1.tif": b"other" * 1000})
    before = site.tree("one")
    with pytest.raises(Conflict, match="something else stands there"):
        site.catalog.activate(uid)
    assert site.tree("one") == before
    (site.root("one") / "exp/a/scans/1.tif").unlink()
    assert site.catalog.activate(uid).taken_over == 1
    assert site.tree("one") == TREE
    with pytest.raises(Conflict, match="a copy already"):
        site.catalog.activate(uid)


def test_a_tar_whose_members_match_lets_another_copy_go_and_the_other_way(site: Site):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    tar = site.root("two") / f"{uid}.tar"
    with pytest.raises(LastCopy):
        site.catalog.remove(uid, "two:")
    site.catalog.activate(uid)
    site.catalog.remove(uid, "one:")
    assert (site.tree("one"), list(site.tree("two"))) == ({}, [tar.name])
    site.catalog.activate(uid)
    good = tar.read_bytes()
    spoilt(tar, good.index(b"second"))
    with pytest.raises(LastCopy, match="not what it was"):
        site.catalog.remove(uid, "one:")
    tar.write_bytes(good)
    (site.root("one") / "exp/a/run.h5").unlink()
    with pytest.raises(LastCopy):
        site.catalog.remove(uid, "two:")
    with pytest.raises(DatasetError, match="two: is packed in a tar, to be activated"):
        site.catalog.repair(uid, "one:")
    site.fill(contents={"run.h5": CONTENTS["run.h5"]})
    site.catalog.remove(uid, "two:")
    assert (site.tree("one"), site.tree("two")) == (TREE, {})
    assert TarMemberRow.select().count() == 0


def test_what_a_packed_copy_cannot_do_is_said(site: Site):
    uid = site.registered()
    with pytest.raises(WrongInput, match="three is no archive"):
        site.catalog.archive(uid, "three:")
    with pytest.raises(DatasetError, match="no good copy in an archive"):
        site.catalog.activate(uid)
    site.catalog.archive(uid, "two:")
    refused: list[Callable[[], object]] = [
        lambda: site.catalog.copy(uid, "three:"),
        lambda: site.catalog.copy(uid, "three:", "two:"),
        lambda: site.catalog.move(uid, "two:", "three:"),
        lambda: site.catalog.archive(uid, "two:more"),
        lambda: site.catalog.rebuild(uid, "two:"),
        lambda: site.catalog.retrieve(uid),
        lambda: site.catalog.retrieve(uid, root="two:"),
        lambda: site.catalog.order("copy", uid, new_root="three:"),
    ]
    for act in refused:
        with pytest.raises(DatasetError, match="is packed in a tar") as told:
            act()
        assert "datasets activate" in told.value.hint
    with pytest.raises(DatasetError, match="the border stays"):
        site.catalog.shift_root(uid, 1)
    assert list(site.tree("two")) == [f"{uid}.tar"]
    assert site.catalog.show(uid).root == ""
    assert_nothing_is_left_open(site)


def test_a_uid_that_is_no_file_name_has_one_all_the_same(site: Site):
    uid = site.registered(uid="../a/ü %")
    site.catalog.archive(uid, "two:")
    assert list(site.tree("two")) == ["..%2Fa%2F%C3%BC%20%25.tar"]
    site.catalog.activate(uid)
    assert site.tree("one") == TREE


def test_a_file_that_another_dataset_shares_stays(site: Site):
    uid = site.registered()
    other = site.catalog.register("file", "one:", "exp/a/run.h5").uid
    site.catalog.archive(uid, "two:")
    assert site.tree("one") == {"exp/a/run.h5": CONTENTS["run.h5"]}
    site.catalog.activate(uid)
    assert site.tree("one") == TREE
    assert {it.state for it in (*site.catalog.verify(uid), *site.catalog.verify(other))} == {"good"}


def test_workers_verify_a_tar(site: Site):
    uid = site.registered()
    site.catalog.archive(uid, "two:")
    number = site.catalog.order("verify", uid).id
    Workers(site).work()
    assert site.catalog.command(number).success is True
    spoilt(site.root("two") / f"{uid}.tar", -1)
    number = site.catalog.order("verify", uid).id
    Workers(site).work()
    assert site.catalog.command(number).success is False


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", ["archive", "activate"])
def test_workers_pack_and_unpack_and_go_on_wherever_they_are_killed(store: str, tmp_path: Path, command: str):
    site = archiving(tmp_path)
    workers = Workers(site)
    root = "two:kept" if command == "archive" else None

    def kill(step: int) -> bool:
        uid = site.registered("exp/a", CONTENTS, uid=f"k{step}")
        if command == "activate":
            site.catalog.archive(uid, "two:kept")
        ordered = site.catalog.order(command, uid, new_root=root)
        was_killed = killed_at(step, store, workers.work)
        workers.later(minutes=2)
        workers.work()
        workers.later(hours=3)
        workers.work()
        assert site.catalog.command(ordered.id).success is True
        assert site.tree("one") == ({} if command == "archive" else TREE)
        assert list(site.tree("two")) == [f"kept/{uid}.tar"]
        assert {it.state for it in site.catalog.verify(uid)} == {"good"}
        assert not [*tmp_path.rglob(".xfc-part*")]
        for copy in site.catalog.show(uid).replicas:
            site.catalog.remove(uid, copy.root, force_last=True)
        return was_killed

    until_unharmed(kill, 15)


def test_what_stands_in_the_way_of_an_order_is_said_at_once(site: Site):
    uid = site.registered()
    with pytest.raises(WrongInput, match="three is no archive"):
        site.catalog.order("archive", uid, new_root="three:")
    with pytest.raises(DatasetError, match="no good copy in an archive"):
        site.catalog.order("activate", uid)
    for command, named in (
        ("archive", {"path": "exp/b"}),
        ("activate", {"path": "exp/b"}),
        ("activate", {"old_root": "one:"}),
    ):
        with pytest.raises(WrongInput, match=r"no other path|read from its archive"):
            site.catalog.order(command, uid, new_root="two:", **named)
    site.catalog.archive(uid, "two:")
    with pytest.raises(DatasetError, match="packed in a tar"):
        site.catalog.order("archive", uid, new_root="two:other")
    assert [it.command for it in site.catalog.journal(uid)] == ["archive", "register"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", ["archive", "activate"])
def test_killed_at_every_step_it_is_undone_or_finished(store: str, tmp_path: Path, command: str, caplog):
    caplog.set_level("ERROR")
    site, ended = archiving(tmp_path), set[bool]()
    acts: dict[str, Callable[[str], object]] = {
        "archive": lambda uid: site.catalog.archive(uid, "two:kept"),
        "activate": site.catalog.activate,
    }

    def kill(step: int) -> bool:
        uid = site.registered("exp/a", CONTENTS, uid=f"k{step}")
        if command == "activate":
            site.catalog.archive(uid, "two:kept")
        was_killed = killed_at(step, store, lambda uid=uid: acts[command](uid))
        site.tick()
        assert_nothing_is_left_open(site)
        copies = {it.store for it in site.catalog.show(uid).replicas}
        assert site.tree("one") == (TREE if "one" in copies else {})
        assert list(site.tree("two")) == ([f"kept/{uid}.tar"] if "two" in copies else [])
        assert copies in ([{"one"}, {"two"}] if command == "archive" else [{"two"}, {"one", "two"}])
        ended.add("one" in copies)
        assert {it.state for it in site.catalog.verify(uid)} == {"good"}
        for copy in site.catalog.show(uid).replicas:
            site.catalog.remove(uid, copy.root, force_last=True)
        return was_killed

    until_unharmed(kill, 20)
    assert ended == {True, False}


def test_a_data_manager_without_an_archive_says_what_it_always_said(sqlite: str, tmp_path: Path):
    site = Site.at(tmp_path)
    asked = Asked(Caller(all=True), site.registered())
    answers = Answers(site.facility.service)
    assert answers.answer(archives.archive, asked) == Answer(501, "Not Implemented")
    assert answers.answer(archives.activate, asked).status == 409


def test_c23_members_of_8_gib_and_more_are_whole_and_followed(tmp_path: Path):
    """The form alone: the tar is a sparse file, so that it takes seconds."""
    big, zeros = 2**33 + 1, memoryview(bytes(2**20))
    path = tmp_path / "big.tar"
    with path.open("wb") as file:

        def sink(block: memoryview) -> None:
            if block.nbytes == len(zeros):
                file.truncate(file.seek(len(zeros), os.SEEK_CUR))
            else:
                file.write(block)

        tar = tars.Writing(sink, "md5")
        for name, size in ((b"big", big), (b"after", 1000)):
            tar.begin(name, Seen(0, 0, size, 10**18, 0, 0o644))
            for _ in range(size // len(zeros)):
                tar.put(zeros)
            tar.put(memoryview(b"x" * (size % len(zeros))))
            tar.fill_up()
        tar.end()
        assert file.tell() == tar.size
    listed = subprocess.run(["tar", "-tvf", path], check=True, capture_output=True, text=True).stdout
    assert [(line.split()[2], line.split()[-1]) for line in listed.splitlines()] == [
        (str(big), "big"), ("1000", "after"),
    ]  # fmt: skip
    with tarfile.open(path) as read:
        after = read.extractfile("after")
        assert after is not None
        assert after.read() == b"x" * 1000
