"""What is ordered is done by workers, in slices: C1, C4, C6, C9, C10 and C18 of the list of cases, and the like."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from facility import together

from datasets.conftest import CONTENTS, Site, tree
from datasets.test_cases_of_copies import initialise, mounted, stopped
from datasets.test_kills import killed_at, until_unharmed
from datasets.workers import Workers, left, row
from xfc_notify.datasets import carrying, hashes, leaving, local, orders, slices, writing
from xfc_notify.datasets.errors import Busy, Conflict
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow, TransferSliceRow
from xfc_notify.errors import WrongInput

__all__ = ["mounted"]

FIVE = {f"{n}.h5": bytes([n]) * 1000 for n in range(5)}
TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}


@pytest.fixture
def workers(site: Site) -> Workers:
    return Workers(site)


@pytest.fixture
def small(monkeypatch) -> None:
    """A slice has one file."""
    monkeypatch.setattr(slices, "MOST_FILES", 1)


def assert_copied(site: Site, uid: str, contents: dict[str, bytes] = CONTENTS) -> None:
    assert site.tree("two") == {f"exp/a/{name}": content for name, content in contents.items()}
    assert site.catalog.journal(uid)[0].success is True
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}
    assert left() == 0
    assert not list(site.root("two").rglob(".xfc-part*"))


@pytest.mark.parametrize("command", ["copy", "move"])
def test_what_is_ordered_is_done_by_workers_as_a_command_would(
    site: Site, workers: Workers, small, command: str
):
    uid = site.registered()
    ordered = site.catalog.order(command, uid, old_root="one:", new_root="two:")
    assert (site.tree("two"), ordered.success) == ({}, None)
    with pytest.raises(Busy):
        site.catalog.copy(uid, "three:")
    workers.work()
    assert_copied(site, uid)
    done = site.catalog.command(ordered.id)
    size = sum(map(len, CONTENTS.values()))
    assert (done.success, done.files, done.bytes, done.done) == (True, 3, size, size)
    assert site.tree("one") == ({} if command == "move" else TREE)
    assert [it.cmd for it in site.catalog.history(uid)] == ["register", command]


def test_a_removal_and_a_verification_are_ordered_too(site: Site, workers: Workers, small):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    (site.root("two") / "exp/a/run.h5").write_bytes(b"broken")
    found = site.catalog.order("verify", uid)
    workers.work()
    assert site.catalog.command(found.id).success is False
    assert site.catalog.command(found.id).outcome == "two:: exp/a/run.h5 is not what it was"
    assert {it.store: it.state for it in site.catalog.show(uid).replicas} == {"one": "good", "two": "bad"}
    refused = site.catalog.order("remove", uid, old_root="one:")
    workers.work()
    assert "last good copy" in site.catalog.command(refused.id).outcome
    gone = site.catalog.order("remove", uid, old_root="two:")
    workers.work()
    assert site.catalog.command(gone.id).success is True
    assert (site.tree("one"), site.tree("two")) == (TREE, {})


def test_what_can_be_seen_at_once_is_refused_at_once(site: Site):
    uid = site.registered()
    with pytest.raises(Conflict, match="same place"):
        site.catalog.order("copy", uid, new_root="one:")
    with pytest.raises(WrongInput, match="lies in no store"):
        site.catalog.order("copy", uid, new_root="/nowhere")
    with pytest.raises(WrongInput, match="names the copy that goes"):
        site.catalog.order("move", uid, new_root="two:")
    with pytest.raises(WrongInput, match="cannot be ordered"):
        site.catalog.order("rebuild", uid)
    with pytest.raises(WrongInput, match="has no copy under"):
        site.catalog.order("remove", uid, old_root="two:")
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0


def test_c4_a_copy_is_done_when_every_file_has_a_good_answer_and_not_before(
    site: Site, workers: Workers, small
):
    uid = site.registered(contents=FIVE)
    ordered = site.catalog.order("copy", uid, new_root="two:")
    sent = workers.cut()
    assert len(sent) == 5
    workers.do([ordered.id], sent[:3])  # an order of the command that comes twice does nothing
    workers.do([], [sent[4], sent[4]])  # the fourth is lost, the fifth is answered twice
    workers.work()
    under_way = site.catalog.command(ordered.id)
    assert (under_way.success, under_way.done, under_way.bytes) == (None, 4000, 5000)
    assert not [name for name in site.tree("two") if name.endswith(".h5")]
    workers.later(hours=1)
    assert workers.sent() == ([], [])
    workers.later(hours=2)
    assert workers.sent() == ([], [sent[3]])  # what was lost goes out again
    workers.do([], [sent[3]])
    workers.work()
    assert_copied(site, uid, FIVE)
    assert site.catalog.command(ordered.id).done == 5000


def test_c4_an_answer_after_a_restart_counts(site: Site, store: str, workers: Workers, small):
    uid = site.registered(contents=FIVE)
    site.catalog.order("copy", uid, new_root="two:")
    for part in workers.cut():
        assert not killed_at(10_000, store, lambda part=part: workers.do([], [part]))  # each in a new process
    workers.work()
    assert_copied(site, uid, FIVE)


def test_c4_files_that_have_no_answer_though_no_slice_is_left_are_owed_again(
    site: Site, workers: Workers, small
):
    uid = site.registered(contents=FIVE)
    site.catalog.order("copy", uid, new_root="two:")
    sent = workers.cut()
    workers.do([], sent[1:])
    TransferSliceRow.delete().execute()
    workers.work()
    assert_copied(site, uid, FIVE)


def test_several_workers_share_one_transfer(site: Site, workers: Workers, small):
    uid = site.registered(contents={f"{n}": os.urandom(50_000) for n in range(12)})
    site.catalog.order("move", uid, old_root="one:", new_root="two:")
    sent = workers.cut()
    twice = [*sent, *reversed(sent)]
    together(lambda n=n: workers.do([], twice[n::3]) for n in range(3))
    workers.work()
    assert len(site.tree("two")) == 12
    assert site.tree("one") == {}
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}


def test_a_worker_gives_back_what_takes_too_long(site: Site, workers: Workers, monkeypatch):
    monkeypatch.setattr(carrying, "SECONDS", -1.0)
    monkeypatch.setattr("xfc_notify.datasets.replicas.FILLED", 1)
    uid = site.registered(contents=FIVE)
    site.catalog.order("copy", uid, new_root="two:")
    (part,) = workers.cut()
    workers.do([], [part])
    assert TransferSliceRow.get().tries == 0
    assert (
        FileRow.select().join(ReplicaRow).where(ReplicaRow.store == "two", FileRow.stamp != "").count() == 1
    )
    workers.work()
    assert_copied(site, uid, FIVE)


@pytest.mark.parametrize("phase", ["slice", "removing"])
def test_c9_a_worker_that_was_taken_for_dead_touches_nothing_any_more(
    site: Site, store: str, workers: Workers, phase: str
):
    uid = site.registered()
    ordered = site.catalog.order("move", uid, old_root="one:", new_root="two:")
    if phase == "slice":
        (part,) = workers.cut()
        child = stopped(store, writing, "_copied", lambda: workers.do([], [part]))
    else:
        workers.do([], workers.cut())
        child = stopped(store, carrying.acting.leaving, "take_away", lambda: workers.do(*workers.sent()))
    workers.later(minutes=2)
    workers.work()
    trees = site.tree("one"), site.tree("two")
    assert trees == ({}, TREE)
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    assert (site.tree("one"), site.tree("two")) == trees
    assert [it.success for it in site.catalog.journal(uid) if it.command == "move"] == [True]
    assert row(ordered.id).done == row(ordered.id).bytes
    assert [it.cmd for it in site.catalog.history(uid)] == ["register", "move"]


def test_a_slice_whose_worker_was_killed_is_done_by_another(site: Site, store: str, workers: Workers):
    def kill(step: int) -> bool:
        uid = site.registered(f"exp/{step}")
        site.catalog.order("copy", uid, new_root="two:")
        (part,) = workers.cut()
        was_killed = killed_at(step, store, lambda part=part: workers.do([], [part]))
        workers.later(minutes=2)
        workers.work()
        assert site.catalog.journal(uid)[0].success is True
        assert {it.state for it in site.catalog.verify(uid)} == {"good"}
        assert not list(site.root("two").rglob(".xfc-part*"))
        return was_killed

    until_unharmed(kill, 6, most=60)


def test_a_command_whose_worker_was_killed_goes_on(site: Site, store: str, workers: Workers):
    """At every step that is not a slice's: while it is planned, while names are given, while the source goes."""

    def kill(step: int) -> bool:
        uid = site.registered(f"exp/{step}")
        site.catalog.order("move", uid, old_root="one:", new_root="two:")
        was_killed = killed_at(step, store, workers.work)
        workers.later(minutes=2)
        workers.work()
        workers.later(hours=3)
        workers.work()
        assert site.catalog.journal(uid)[0].success is True
        assert site.tree("one") == {}
        assert {it.state for it in site.catalog.verify(uid)} == {"good"}
        assert not list(site.root("two").rglob(".xfc-part*"))
        return was_killed

    until_unharmed(kill, 20, most=100)


def test_what_kills_its_workers_fails_in_the_end(site: Site, store: str, workers: Workers):
    uid = site.registered()
    ordered = site.catalog.order("copy", uid, new_root="two:")
    (part,) = workers.cut()
    for _ in range(orders.MOST_TRIES):
        assert killed_at(2, store, lambda: workers.do([], [part]))
        workers.later(minutes=2)
    workers.work()
    found = site.catalog.command(ordered.id)
    assert (found.success, found.outcome) == (False, carrying.DIED)
    assert (site.tree("two"), left()) == ({}, 0)
    assert [it.store for it in site.catalog.show(uid).replicas] == ["one"]


class Killed(BaseException):
    """As kill -9, where nothing is caught."""


def test_a_move_whose_workers_die_while_files_go_keeps_the_copy_that_arrived(
    site: Site, workers: Workers, monkeypatch
):
    def die(*_: object) -> None:
        raise Killed

    uid = site.registered()
    ordered = site.catalog.order("move", uid, old_root="one:", new_root="two:")
    with monkeypatch.context() as patch:
        patch.setattr(leaving, "take_away", die)
        for _ in range(orders.MOST_TRIES + 1):
            with suppress(Killed):
                workers.work()
            workers.later(minutes=2)
        workers.work()
    found = site.catalog.command(ordered.id)
    assert (found.success, found.outcome) == (False, carrying.DIED)
    copies = {it.store: it.state for it in site.catalog.show(uid).replicas}
    assert copies == {"one": "unverified", "two": "good"}
    assert (site.tree("one"), site.tree("two")) == (TREE, TREE)
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}


def test_c6_a_file_that_changes_while_it_is_read_is_tried_again(site: Site, workers: Workers, monkeypatch):
    uid = site.registered()
    ordered = site.catalog.order("copy", uid, new_root="two:")
    (part,) = workers.cut()
    real, todo = os.readv, [1]

    def touched(file: int, buffers: Any) -> int:
        if todo and os.readlink(f"/proc/self/fd/{file}").endswith("2.tif"):
            todo.pop()
            os.utime(file)
        return real(file, buffers)

    monkeypatch.setattr(os, "readv", touched)
    workers.do([], [part])
    found = site.catalog.command(ordered.id)
    assert (found.success, "changed while it was read" in found.outcome) == (None, True)
    assert workers.sent() == ([], [])
    workers.later(minutes=2)
    workers.work()
    assert_copied(site, uid)


def test_c10_a_store_that_is_full_is_tried_again_with_growing_pauses_until_there_is_room(
    site: Site, workers: Workers, mounted: Callable[..., None]
):
    mounted("-t", "tmpfs", "-o", "size=20m", "none", site.root("two"))
    initialise(site, "two")
    uid = site.registered(contents={f"{n}": os.urandom(10 * 2**20 - 50_000) for n in range(3)})
    ordered = site.catalog.order("move", uid, old_root="one:", new_root="two:")
    workers.work()
    found = site.catalog.command(ordered.id)
    assert (found.success, "store full" in found.outcome) == (None, True)
    assert site.catalog.transfers() == [found]
    assert len(site.tree("one")) == 3
    assert not [name for name in site.tree("two") if ".xfc-part" not in name]
    subprocess.run(["mount", "-o", "remount,size=40m", site.root("two")], check=True)
    workers.work()
    assert row(ordered.id).success is None
    workers.later(minutes=2)
    workers.work()
    assert row(ordered.id).success is True
    assert (len(site.tree("one")), len(site.tree("two"))) == (0, 3)


def test_c10_what_goes_on_failing_fails_and_leaves_nothing(site: Site, workers: Workers, monkeypatch):
    uid = site.registered()
    ordered = site.catalog.order("move", uid, old_root="one:", new_root="two:")

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(local, "_force", full)
        pauses = []
        for _ in range(orders.MOST_TRIES):
            assert row(ordered.id).success is None
            before = workers.clock()
            workers.work()
            if left():
                until = TransferSliceRow.get().lease_until
                pauses.append(round((until - before).total_seconds() / 60))
                workers.later(seconds=(until - before).total_seconds() + 60)
    assert pauses == [1, 4, 16, 64]
    found = site.catalog.command(ordered.id)
    assert (found.success, "store full" in found.outcome) == (False, True)
    assert (site.tree("one"), site.tree("two"), left()) == (TREE, {}, 0)
    assert [path.name for path in site.root("two").iterdir()] == [".xfc-store"]


def test_check_tells_what_fails_again_and_again(site: Site, workers: Workers):
    uid = site.registered()
    site.catalog.order("copy", uid, new_root="two:")
    site.root("two").rename(site.root("away"))
    workers.work()
    assert orders.stuck(workers.clock() - timedelta(minutes=30)) == []
    workers.later(minutes=40)
    (found,) = orders.stuck(workers.clock() - timedelta(minutes=30))
    assert "store two is away" in found.outcome


def test_a_conflict_is_no_reason_to_try_again(site: Site, workers: Workers):
    uid = site.registered()
    site.fill("two/exp/a", {"run.h5": b"hEADER"})
    ordered = site.catalog.order("copy", uid, new_root="two:")
    workers.work()
    found = site.catalog.command(ordered.id)
    assert (found.success, "something else stands there" in found.outcome) == (False, True)
    assert site.tree("two") == {"exp/a/run.h5": b"hEADER"}


def test_c18_what_is_ordered_waits_for_a_store_that_is_away(site: Site, workers: Workers, small):
    uid = site.registered()
    ordered = site.catalog.order("copy", uid, new_root="two:")
    sent = workers.cut()
    workers.do([], sent[:1])
    site.root("two").rename(site.root("away"))
    site.root("two").mkdir()
    for _ in range(3 * orders.MOST_TRIES):
        workers.work()
        workers.later(minutes=90)
    found = site.catalog.command(ordered.id)
    assert (found.success, "store two is away" in found.outcome) == (None, True)
    assert list(site.root("two").iterdir()) == []
    site.root("two").rmdir()
    site.root("away").rename(site.root("two"))
    workers.work()
    assert_copied(site, uid)


def test_c18_a_verification_of_a_store_that_is_away_changes_nothing(site: Site, workers: Workers):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    before = [(it.store, it.state, it.verified_at) for it in site.catalog.show(uid).replicas]
    site.root("two").rename(site.root("away"))
    ordered = site.catalog.order("verify", uid, old_root="two:")
    for _ in range(2 * orders.MOST_TRIES):
        workers.work()
        workers.later(minutes=90)
    found = site.catalog.command(ordered.id)
    assert (found.success, "store two is away" in found.outcome) == (False, True)
    assert [(it.store, it.state, it.verified_at) for it in site.catalog.show(uid).replicas] == before
    site.root("away").rename(site.root("two"))


def test_c1_bytes_that_read_back_otherwise_are_never_an_answer(site: Site, workers: Workers, monkeypatch):
    uid = site.registered()
    ordered = site.catalog.order("move", uid, old_root="one:", new_root="two:")
    real = hashes.read

    def flipped(folder: local.Folder, path: bytes, *more: Any) -> Any:
        found, seen = real(folder, path, *more)
        return (found[:-1] + "x", seen) if b".xfc-part" in path else (found, seen)

    monkeypatch.setattr(hashes, "read", flipped)
    for _ in range(orders.MOST_TRIES):
        workers.work()
        workers.later(minutes=70)
    found = site.catalog.command(ordered.id)
    assert (found.success, "other bytes were read back" in found.outcome) == (False, True)
    assert (site.tree("one"), tree(site.root("two"))) == (TREE, {})


def test_a_tick_does_not_undo_what_was_ordered(site: Site, workers: Workers, small):
    uid = site.registered()
    ordered = site.catalog.order("copy", uid, new_root="two:")
    sent = workers.cut()
    workers.do([], sent[:2])
    site.tick()
    assert row(ordered.id).success is None
    workers.do([], sent[2:])
    workers.work()
    assert_copied(site, uid)


def test_what_was_sent_by_a_broker_that_died_with_its_process_is_due_again(
    site: Site, workers: Workers, small, now: datetime
):
    uid = site.registered()
    site.catalog.order("copy", uid, new_root="two:")
    commands, _ = workers.sent()
    orders.release_sent(workers.clock())
    assert workers.sent()[0] == commands
    workers.do(commands, [])
    _, sent = workers.sent()
    orders.release_sent(workers.clock())
    assert sorted(workers.sent()[1]) == sorted(sent)
    workers.do([], sent)
    workers.work()
    assert_copied(site, uid)


def test_a_copy_to_another_path_is_a_dataset_of_its_own_and_a_move_takes_its_path_along(
    site: Site, workers: Workers, small
):
    uid = site.registered()
    copied = site.catalog.order("copy", uid, new_root="one:", path="exp/b")
    workers.work()
    new = copied.arguments["apart"]
    assert site.catalog.show(new).path == "exp/b"
    assert site.tree("one") == TREE | {f"exp/b/{name}": content for name, content in CONTENTS.items()}
    site.catalog.order("move", new, old_root="one:", new_root="two:", path="c")
    workers.work()
    assert site.catalog.show(new).path == "c"
    assert (site.tree("one"), len(site.tree("two"))) == (TREE, 3)
    assert {it.state for it in site.catalog.verify(new)} == {"good"}
