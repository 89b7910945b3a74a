"""Stores behind sftp: servers that can do less than OpenSSH's, links, keys, and what is cut off (C3, C7, C16, C21)."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from servers.odd_sftp import OddSftp
from servers.sshd import Sshd, new_key

from datasets import far
from datasets.conftest import CONTENTS, tree
from datasets.far import Far
from datasets.test_cases_of_copies import meanwhile
from datasets.test_kills import killed_at
from xfc_notify.datasets import hashes, probing, remote
from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, NotAFile, StoreAway, StoreRefusal
from xfc_notify.datasets.sftp import Folder
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.settings import StoreTable

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}


@pytest.fixture
def site(sqlite: str, tmp_path: Path, sshd: Sshd) -> Far:
    return far.by_sftp(tmp_path, sshd)


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[OddSftp]:
    with OddSftp(tmp_path / "odd") as server:
        yield server


@pytest.mark.parametrize("without", ["hardlink", "fsync", "hardlink,fsync,statvfs,limits"])
def test_servers_that_can_do_less_are_served(sqlite: str, tmp_path: Path, without: str):
    with Sshd(*without.split(",")) as server:
        site = far.by_sftp(tmp_path, server)
        able = probing.probe(site.stores, "two")
        assert (able.copies, able.exclusive, able.lasting) == (True, True, "fsync" not in without)
        assert [it.startswith("files cannot be forced") for it in able.follows] == [True] * (
            "fsync" in without
        )
        assert site.tree("two") == {}
        uid = site.registered()
        site.catalog.move(uid, "one:", "two:")
        assert (site.tree("one"), site.tree("two")) == ({}, TREE)
        site.catalog.move(uid, "two:", "one:")
        assert (site.tree("one"), site.tree("two")) == (TREE, {})


def test_c3_where_nothing_can_be_forced_to_disk_another_session_reads_before_the_source_goes(
    sqlite: str, tmp_path: Path, monkeypatch
):
    with Sshd("fsync") as server:
        site = far.by_sftp(tmp_path, server)
        uid = site.registered()
        real, sessions = hashes.read, []

        def lost(folder: object, path: bytes, *more: object) -> object:
            if isinstance(folder, Folder):
                sessions.append((folder._session, path))
                if b".xfc-part" not in path:
                    file = site.root("two") / os.fsdecode(path)
                    content, at = file.read_bytes(), file.stat()
                    file.write_bytes(content[:-1] + b"!")
                    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns))
            return real(folder, path, *more)  # type: ignore[arg-type]

        monkeypatch.setattr(hashes, "read", lost)
        with pytest.raises(StoreRefusal, match="other bytes were read back"):
            site.catalog.move(uid, "one:", "two:")
        monkeypatch.undo()
        assert site.tree("one") == TREE
        parts, names = (
            {session for session, path in sessions if (b".xfc-part" in path) == ours}
            for ours in (True, False)
        )
        assert (len(parts), bool(names), parts & names) == (1, True, set())


def test_c21_a_server_whose_rename_replaces_is_told_and_what_came_meanwhile_survives(
    sqlite: str, tmp_path: Path, odd: OddSftp
):
    site = far.by_sftp(tmp_path, odd)
    able = probing.probe(site.stores, "two")
    assert (able.copies, able.exclusive, able.lasting) == (True, False, False)
    assert able.follows[0].startswith("not safe against other writers")
    uid = site.registered()
    with pytest.raises(Conflict, match="something else stands there by now"):
        meanwhile(site, lambda: site.put("exp/a/scans/2.tif", b"foreign")).move(uid, "one:", "two:")
    assert (site.tree("one"), site.tree("two")) == (TREE, {"exp/a/scans/2.tif": b"foreign"})
    site.drop("exp/a/scans/2.tif")
    site.catalog.move(uid, "one:", "two:")
    assert (site.tree("one"), site.tree("two")) == ({}, TREE)


def test_c21_what_comes_between_the_look_and_the_name_survives(site: Far, monkeypatch):
    uid = site.registered()
    real = Session.wait

    def late(session: Session, call, *arguments, **named):
        if call.__name__ == "link" and not (site.root("two") / "exp/a/run.h5").exists():
            site.put("exp/a/run.h5", b"foreign")
        return real(session, call, *arguments, **named)

    monkeypatch.setattr(Session, "wait", late)
    with pytest.raises(Conflict, match="something else stands there"):
        site.catalog.move(uid, "one:", "two:")
    assert (site.tree("one"), site.tree("two")) == (TREE, {"exp/a/run.h5": b"foreign"})


def test_c7_an_upload_that_was_cut_off_begins_anew(site: Far, sqlite: str):
    content = os.urandom(40 * 2**20)
    uid = site.registered(contents={"big": content})

    def killed(steps: object) -> None:
        real, sent = Session.wait, []

        def wait(session: Session, call, *arguments, **named):
            if call.__name__ == "write":
                sent.append(len(arguments[0]))
                if sum(sent) > 0.4 * len(content):
                    os.kill(os.getpid(), signal.SIGKILL)
            return real(session, call, *arguments, **named)

        Session.wait = wait  # type: ignore[method-assign]

    assert killed_at(-1, sqlite, lambda: site.catalog.copy(uid, "two:"), killed)
    (part,) = site.tree("two").values()
    assert 0.3 * len(content) < len(part) < len(content)
    site.put("exp/a/.xfc-part-0123456789abcdef-7", b"of another source")
    site.tick()
    assert site.tree("two") == {"exp/a/.xfc-part-0123456789abcdef-7": b"of another source"}
    site.catalog.move(uid, "one:", "two:")
    assert site.tree("two").pop("exp/a/big") == content


def test_c7_a_server_that_takes_every_write_for_an_appended_one_has_the_right_bytes_or_none(
    sqlite: str, tmp_path: Path
):
    with OddSftp(tmp_path / "odd", appends=True) as server:
        site = far.by_sftp(tmp_path, server)
        content = os.urandom(10 * 2**20)
        uid = site.registered(contents={"big": content})
        with suppress(StoreRefusal):
            site.catalog.move(uid, "one:", "two:")
        last, whole = site.catalog.journal(uid)[0], {"exp/a/big": content}
        assert last.success or "other bytes were read back" in last.outcome
        assert (site.tree("one"), site.tree("two")) == (({}, whole) if last.success else (whole, {}))


def test_c16_a_link_that_drops_right_after_a_name_was_given_loses_nothing(site: Far, monkeypatch):
    uid = site.registered()
    site.put("exp/foreign", b"foreign")
    real, links = Session.wait, []

    def dropped(session: Session, call, *arguments, **named):
        found = real(session, call, *arguments, **named)
        if call.__name__ == "link":
            links.append(1)
            if len(links) == 2:
                session._system.client.abort()
        return found

    monkeypatch.setattr(Session, "wait", dropped)
    with pytest.raises(StoreAway, match="store two is away"):
        site.catalog.move(uid, "one:", "two:")
    monkeypatch.undo()
    site.tick()
    assert site.tree("one") == TREE or site.tree("two") == TREE | {"exp/foreign": b"foreign"}
    assert site.tree("two")["exp/foreign"] == b"foreign"
    assert not [name for name in site.tree("two") if ".xfc-part" in name]
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}


def test_a_file_that_was_touched_while_others_went_stays(site: Far, monkeypatch):
    uid = site.registered()
    site.catalog.move(uid, "one:", "two:")
    real, (first, *_, last) = Folder.unlink, sorted(TREE)

    def unlink(folder: Folder, path: bytes) -> None:
        real(folder, path)
        if path == first.encode():
            os.utime(site.root("two") / last, (1, 1))

    monkeypatch.setattr(Folder, "unlink", unlink)
    with pytest.raises(Changed, match="changed meanwhile: it stays"):
        site.catalog.move(uid, "two:", "one:")
    assert site.tree("one") == TREE
    assert set(site.tree("two")) == {last}


def test_a_server_that_says_nothing_any_more_is_away_in_bounded_time(
    sqlite: str, tmp_path: Path, monkeypatch
):
    from xfc_notify.datasets import sftp_session

    monkeypatch.setattr(sftp_session, "ANSWER", 2)
    monkeypatch.setattr(sftp_session, "CONNECT", 2)
    with Sshd() as server:
        site = far.by_sftp(tmp_path, server)
        server.pause()
        began = time.monotonic()
        try:
            with pytest.raises(StoreAway, match="store two is away"):
                site.catalog.register("tree", "two:", "exp")
        finally:
            server.resume()
        assert time.monotonic() - began < 60


@pytest.mark.parametrize("name", ["link", "out", "pipe", "away/secret", "away", "file/below"])
def test_what_is_no_file_or_lies_behind_a_link_is_neither_looked_at_nor_touched(site: Far, name: str):
    (site.folder / "elsewhere").mkdir()
    (site.folder / "elsewhere/secret").write_bytes(b"secret")
    store = site.root("two")
    (store / "exp").mkdir()
    (store / "exp/file").write_bytes(b"data")
    (store / "exp/link").symlink_to("file")
    (store / "exp/out").symlink_to(site.folder / "elsewhere/secret")
    (store / "exp/away").symlink_to(site.folder / "elsewhere")
    os.mkfifo(store / "exp/pipe")
    path = b"exp/" + name.encode()
    taken: list[bytes] = []
    with site.stores.opened("two") as folder:
        with pytest.raises(NotAFile, match="store two: exp/"):
            folder.look(path)
        with pytest.raises(NotAFile):
            folder.read(path, lambda block: taken.append(bytes(block)))
        if name in {"away/secret", "file/below"}:
            for act in (folder.unlink, folder.make, folder.is_folder):
                with pytest.raises(NotAFile):
                    act(path)
        with pytest.raises(NotAFile):
            list(folder.walk(b"exp"))
    assert taken == []
    assert tree(site.folder / "elsewhere") == {"secret": b"secret"}


def test_a_copy_does_not_go_through_a_link_there(site: Far):
    (site.folder / "victim").mkdir()
    (site.root("two") / "exp").symlink_to(site.folder / "victim")
    uid = site.registered()
    with pytest.raises(NotAFile, match="lies behind 'exp', which is a link"):
        site.catalog.copy(uid, "two:")
    assert tree(site.folder / "victim") == {}


def test_a_folder_swapped_for_a_link_takes_nothing_from_elsewhere(site: Far):
    """The protocol cannot hold a folder fast; what is read through a swapped one is still told by its bytes."""
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    victim, folder = site.folder / "victim", site.root("two") / "exp/a"
    for name in CONTENTS:
        (victim / name).parent.mkdir(parents=True, exist_ok=True)
        (victim / name).write_bytes(b"secret")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            folder.rename(folder.with_name("aside"))
            folder.symlink_to(victim)
            folder.unlink()
            folder.with_name("aside").rename(folder)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(10):
            site.catalog.verify(uid)
    finally:
        over.set()
        thread.join()
    assert tree(victim) == dict.fromkeys(CONTENTS, b"secret")
    assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]


def changed(site: Far, **keys: object) -> StoreTable:
    """Store two, told otherwise."""
    return site.stores.named("two").model_copy(update=keys)


def test_a_server_of_another_key_is_not_spoken_to(site: Far, sshd: Sshd):
    new_key(site.folder / "other")
    host = (site.folder / "other.pub").read_text()
    known = site.folder / "known_hosts"
    for line, told in ((f"[127.0.0.1]:{sshd.port} {host}", "key of its server"), ("", "key of its server")):
        known.write_text(line)
        with pytest.raises(StoreAway, match=told), remote.opened(changed(site, known_hosts=known)):
            pass
    missing = site.folder / "nothing"
    with (
        pytest.raises(StoreAway, match="nothing: No such file"),
        remote.opened(changed(site, known_hosts=missing)),
    ):
        pass


def test_a_key_that_the_server_does_not_know_is_told_in_one_line_without_the_key(site: Far):
    new_key(site.folder / "mine")
    with pytest.raises(StoreAway) as caught, remote.opened(changed(site, key_file=site.folder / "mine")):
        pass
    assert caught.value.what == "store two is away: its server refuses the key or the password"
    (site.folder / "mine").write_text("no key, but s3cr3t")
    with pytest.raises(StoreAway) as caught, remote.opened(changed(site, key_file=site.folder / "mine")):
        pass
    assert "s3cr3t" not in caught.value.what


def test_a_folder_that_is_not_there_is_away(site: Far):
    url = site.stores.named("two").url
    with (
        pytest.raises(DatasetError, match="is not there"),
        remote.opened(changed(site, url=f"{url}/nothing")),
    ):
        pass


def test_without_its_libraries_a_store_says_what_to_install(site: Far):
    program = (
        "import sys; sys.modules['asyncssh'] = sys.modules['s3fs'] = None\n"
        "from xfc_notify.datasets import remote\nfrom xfc_notify.datasets.errors import StoreAway\n"
        "from xfc_notify.settings import StoreTable\n"
        "for url in ('sftp://h/p', 's3://bucket/p'):\n"
        "    try:\n        remote.opened(StoreTable(name='two', url=url)).__enter__()\n"
        "    except StoreAway as error:\n        print(error.what, error.hint)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.count("store two needs libraries that are not installed: ") == 2
    assert ran.stdout.count("Run: pip install 'xfc-notify[datasets]'") == 2
