"""What a worker has left of a large file is gone on with, and the whole of it is what was registered (C7)."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from servers.odd_sftp import OddSftp
from servers.sshd import Sshd

from datasets import far
from datasets.conftest import Site
from datasets.far import Far
from datasets.test_cases_of_copies import stopped
from datasets.test_kills import killed_at
from datasets.workers import Workers, left
from xfc_notify.datasets import local, sftp, slices, writing
from xfc_notify.datasets.errors import StoreAway
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.datasets.tables import FileRow
from xfc_notify.store import lease

MB = 2**20
BIG = os.urandom(9 * MB + 12_345)


@pytest.fixture(autouse=True)
def large(monkeypatch) -> None:
    """What is large here."""
    monkeypatch.setattr(writing, "LARGE", MB)
    monkeypatch.setattr(sftp, "BLOCK", MB)


@pytest.fixture
def sftp_site(sqlite: str, tmp_path: Path, sshd: Sshd) -> Far:
    return far.by_sftp(tmp_path, sshd)


def killed_in(site: Site, url: str, workers: Workers, owner: Any, name: str, calls: int) -> None:
    """Let a worker be killed right before it calls this for the last time of so many, with a slice in hand."""
    (part,) = workers.cut()
    assert killed_at(calls, url, lambda: workers.do([], [part]), lambda steps: only(steps, owner, name)), (
        "it came to its end"
    )
    workers.later(minutes=2)


def only(steps: Any, owner: Any, name: str) -> None:
    """Count this alone."""
    passed = steps.pass_one
    steps.pass_one = lambda: None
    whole = getattr(owner, name)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        if name != "wait" or arguments[1].__name__ == "write":
            passed()
        return whole(*arguments, **named)

    setattr(owner, name, wrapped)


def parts(site: Site, name: str = "two") -> list[Path]:
    return list(site.root(name).rglob(".xfc-part*"))


def counted(monkeypatch, owner: Any, name: str, size: Callable[..., int]) -> list[int]:
    """The bytes that each call of this writes."""
    whole, sizes = getattr(owner, name), []

    def wrapped(*arguments: Any, **named: Any) -> Any:
        sizes.append(size(*arguments))
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, wrapped)
    return sizes


def assert_whole(site: Site, uid: str, content: bytes = BIG, name: str = "two") -> None:
    assert site.tree(name)["exp/a/big"] == content
    assert not parts(site, name)
    assert site.catalog.journal(uid)[0].success is True
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}
    assert left() == 0
    assert {(row.part, row.left) for row in FileRow.select()} == {(0, 0)}


def ordered(site: Site, content: bytes = BIG) -> str:
    uid = site.registered(contents={"big": content})
    site.catalog.order("copy", uid, new_root="two:")
    return uid


@pytest.mark.parametrize("block", [2, 5, 10])
def test_what_was_written_is_not_written_again(site: Site, store: str, monkeypatch, block: int):
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", block)
    (part,) = parts(site)
    stands = part.stat().st_size
    assert stands == (block - 1) * MB
    written = counted(monkeypatch, local, "_write_all", lambda _, block: len(block))
    workers.work()
    assert sum(written) == len(BIG) - stands
    assert_whole(site, uid)


def test_it_is_gone_on_with_again_and_again(site: Site, store: str):
    workers, uid = Workers(site), ordered(site)
    slices_ = workers.cut()
    for turn in range(1, 4):
        act = partial(workers.do, [], slices_)
        assert killed_at(3, store, act, lambda steps: only(steps, local, "_write_all"))
        (part,) = parts(site)
        assert part.stat().st_size == turn * 2 * MB
        workers.later(minutes=2)
        slices_ = workers.sent()[1]
    workers.do([], slices_)
    workers.work()
    assert_whole(site, uid)


def test_killed_while_it_is_taken_over_it_is_still_gone_on_with(site: Site, store: str, monkeypatch):
    """Between the row that says whose it is and the new name, and right after the new name."""
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", 6)
    (slice_,) = workers.sent()[1]
    for name in ("inherit", "write"):
        act = partial(workers.do, [], [slice_])
        assert killed_at(1, store, act, lambda steps, name=name: only(steps, local.Folder, name))
        assert len(parts(site)) == 1
        workers.later(minutes=2)
        (slice_,) = workers.sent()[1]
    written = counted(monkeypatch, local, "_write_all", lambda _, block: len(block))
    workers.do([], [slice_])
    workers.work()
    assert sum(written) == len(BIG) - 5 * MB
    assert_whole(site, uid)


def test_a_command_that_fails_takes_away_what_was_left(site: Site, store: str):
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", 6)
    (slice_,) = workers.sent()[1]
    assert killed_at(
        1, store, lambda: workers.do([], [slice_]), lambda steps: only(steps, local.Folder, "inherit")
    )
    (site.root("one") / "exp/a/big").write_bytes(b"!" * len(BIG))
    workers.later(minutes=2)
    workers.work()
    last = site.catalog.journal(uid)[0]
    assert (last.success, "is not what was registered" in last.outcome) == (False, True)
    assert (site.tree("two"), parts(site)) == ({}, [])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda part: part.write_bytes(b"!" + part.read_bytes()[1:]),
        lambda part: part.write_bytes(part.read_bytes()[:-1] + b"!"),
        lambda part: part.write_bytes(b"of another source"),
        lambda part: part.write_bytes(BIG + b"and more"),
        lambda part: part.write_bytes(b""),
        lambda part: part.unlink(),
    ],
    ids=["begin", "end", "short", "long", "empty", "gone"],
)
def test_c7_what_was_left_is_not_believed(site: Site, store: str, spoil: Callable[[Path], object]):
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", 6)
    spoil(parts(site)[0])
    workers.work()
    assert_whole(site, uid)


def test_c7_a_source_that_changed_meanwhile_is_not_copied(site: Site, store: str):
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", 6)
    (site.root("one") / "exp/a/big").write_bytes(BIG[:-1] + b"!")
    workers.work()
    assert site.catalog.journal(uid)[0].success is False
    assert (site.tree("two"), parts(site)) == ({}, [])


class Pause:
    """Where a worker may be stopped."""

    @staticmethod
    def here() -> None:
        """Nothing."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_was_stopped_in_the_middle_writes_nothing_that_was_read_later(
    site: Site, store: str, monkeypatch, when: str
):
    real = local._write_all

    def write(file: int, block: memoryview) -> None:
        if when == "before":
            Pause.here()
        real(file, block)
        if when == "after":
            Pause.here()

    monkeypatch.setattr(local, "_write_all", write)
    monkeypatch.setattr(lease, "EVERY", 0.2)
    monkeypatch.setattr(slices, "LEASE", timedelta(seconds=1))
    workers, uid = Workers(site), ordered(site)
    killed_in(site, store, workers, local, "_write_all", 4)
    (slice_,) = workers.sent()[1]
    child = stopped(store, Pause, "here", lambda: workers.do([], [slice_]))
    workers.later(minutes=2)
    workers.work()
    assert_whole(site, uid)
    (site.root("one") / "exp/a/big").write_bytes(b"!" * len(BIG))
    time.sleep(1.1)
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    assert site.tree("two") == {"exp/a/big": BIG}


def test_what_a_store_that_went_away_has_given_is_kept(sftp_site: Far, monkeypatch):
    """From a server to a folder: what was fetched is not fetched again."""
    site, workers = sftp_site, Workers(sftp_site)
    uid = site.registered(contents={"big": BIG})
    site.catalog.move(uid, "one:", "two:")
    real, fetched = Session.wait, []

    def wait(session: Session, call: Any, *arguments: Any, **named: Any) -> Any:
        found = real(session, call, *arguments, **named)
        if call.__name__ == "read" and len(found) > 100:  # not the mark
            fetched.append(len(found))
            if len(fetched) == 4:
                raise StoreAway("store two is away")
        return found

    monkeypatch.setattr(Session, "wait", wait)
    site.catalog.order("copy", uid, old_root="two:", new_root="one:")
    (part,) = workers.cut()
    workers.do([], [part])
    assert [it.stat().st_size for it in parts(site, "one")] == [3 * MB]
    fetched.clear()
    fetched.extend([0] * 5)
    workers.later(hours=2)
    workers.work()
    assert sum(fetched) == len(BIG) - 3 * MB
    assert_whole(site, uid, name="one")


def test_c7_an_upload_that_was_killed_is_gone_on_with(sftp_site: Far, sqlite: str, monkeypatch):
    site, workers = sftp_site, Workers(sftp_site)
    uid = ordered(site)
    killed_in(site, sqlite, workers, Session, "wait", 5)
    (part,) = parts(site)
    stands = part.stat().st_size
    assert 0 < stands < 5 * MB
    site.put("exp/a/.xfc-part-0123456789abcdef-7", b"of another source")
    sent = counted(
        monkeypatch, Session, "wait", lambda _, call, *more: len(more[0]) if call.__name__ == "write" else 0
    )
    workers.work()
    assert sum(sent) == len(BIG) - stands
    assert site.tree("two").pop("exp/a/.xfc-part-0123456789abcdef-7") == b"of another source"
    site.drop("exp/a/.xfc-part-0123456789abcdef-7")
    assert_whole(site, uid)


def test_c7_what_was_left_on_a_server_is_not_believed(sftp_site: Far, sqlite: str):
    site, workers = sftp_site, Workers(sftp_site)
    uid = ordered(site)
    killed_in(site, sqlite, workers, Session, "wait", 5)
    (part,) = parts(site)
    part.write_bytes(b"!" + part.read_bytes()[1:])
    workers.work()
    assert_whole(site, uid)


def test_c7_a_server_that_takes_every_write_for_an_appended_one_has_the_right_bytes(
    sqlite: str, tmp_path: Path
):
    with OddSftp(tmp_path / "odd", appends=True) as server:
        site = far.by_sftp(tmp_path, server)
        workers, uid = Workers(site), ordered(site)
        killed_in(site, sqlite, workers, Session, "wait", 5)
        workers.work()
        last = site.catalog.journal(uid)[0]
        assert last.success or "other bytes were read back" in last.outcome
        assert site.tree("two") == ({"exp/a/big": BIG} if last.success else {})
