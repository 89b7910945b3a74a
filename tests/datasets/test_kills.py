"""Killed at every step: nothing is lost, nothing half there, nothing twice, and the next tick finishes or undoes it.

A child process is killed by SIGKILL right before each call that changes a store or the journal, the first, the second,
… until it gets through unharmed.
"""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from facility import Facility
from peewee import SqliteDatabase
from servers.process import until

from datasets.conftest import Site
from xfc_notify.datasets import journal, local
from xfc_notify.datasets.journal import LEASE, Work
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import DatasetRow, FileRow, JournalRow, ReplicaRow
from xfc_notify.store import database

CONTENTS = {"run.h5": b"header", "scans/1.tif": b"first" * 1000}
TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}
MOST = 400
"""More steps than any command has."""
TOUCHING = ("write", "force", "place", "unlink", "make", "unmake", "sync")


class Steps:
    """Counts the steps of this process and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def pass_one(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, counts: Callable[..., bool] = lambda *_: True) -> None:
        whole = getattr(owner, name)

        def wrapped(*arguments: Any, **named: Any) -> Any:
            if counts(*arguments):
                self.pass_one()
            return whole(*arguments, **named)

        setattr(owner, name, wrapped)


def killed_at(
    step: int, url: str, act: Callable[[], object], prepare: Callable[[Steps], object] = lambda _: None
) -> bool:
    """Act in a child that is killed at its step of this number; whether it was killed.

    prepare  counts more steps
    """
    database.close()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            steps = Steps(step)
            for name in TOUCHING:
                steps.around(local.Folder, name)
            for name in ("step", "end"):
                steps.around(Work, name)
            steps.around(os, "write")
            steps.around(os, "fsync")
            prepare(steps)
            database.prepare(url)
            with database.connected():
                act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    database.connect()
    until(_is_alone, "the database to see that the child is dead")
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _is_alone() -> bool:
    """Whether the database has let go what the child held: until then others pass over its rows."""
    if isinstance(database.db.obj, SqliteDatabase):
        return True
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    ((count,),) = database.db.execute_sql(others).fetchall()
    return bool(count == 0)


def assert_nothing_is_left_open(site: Site) -> None:
    """No command is open, no copy is on its way, and no temporary name is left."""
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
    assert {row.state for row in ReplicaRow.select()} <= {ReplicaState.GOOD}
    assert all(row.hash and row.state == "good" for row in FileRow.select())
    for name in ("one", "two"):
        assert not list(Path(site.root(name)).rglob(".xfc-part*"))


def until_unharmed(kill: Callable[[int], bool], least: int = 0, most: int = MOST) -> int:
    """Kill at the first step, the second, …, until it comes to its end, after more than `least`; how many kills."""
    for step in range(1, most):
        if not kill(step):
            assert step > least
            return step - 1
    raise AssertionError("there is no end")


def every_kill(site: Site, url: str, uid: str, act: Callable[[], object], check: Callable[[], None]) -> int:
    """Kill it at each step, with a fresh dataset each time; how many kills there were."""

    def kill(step: int) -> bool:
        site.registered("exp/a", CONTENTS, uid=f"{uid}{step}")
        was_killed = killed_at(step, url, lambda step=step: act(f"{uid}{step}"))
        site.tick()
        assert_nothing_is_left_open(site)
        check(f"{uid}{step}")
        for view in site.catalog.find():
            assert {it.state for it in site.catalog.verify(view.uid)} == {"good"}
            for copy in view.replicas:
                site.catalog.remove(view.uid, copy.root, force_last=True)
        assert (site.tree("one"), site.tree("two")) == ({}, {})
        return was_killed

    return until_unharmed(kill)


def stores_of(site: Site, uid: str) -> list[str]:
    return sorted(copy.store for copy in site.catalog.show(uid).replicas)


def test_a_copy_that_is_killed_is_there_whole_or_not_at_all(site: Site, store: str):
    def check(uid: str) -> None:
        assert site.tree("one") == TREE
        there = stores_of(site, uid)
        if there == ["one", "two"]:
            assert site.tree("two") == {f"kept/{name}": content for name, content in TREE.items()}
            assert site.catalog.journal(uid)[0].success is True
        else:
            assert there == ["one"]
            assert site.tree("two") == {}
            assert list(site.root("two").iterdir()) == [site.root("two") / ".xfc-store"]

    kills = every_kill(site, store, "c", lambda uid: site.catalog.copy(uid, "two:kept"), check)
    assert kills > 20


def test_a_move_that_is_killed_has_its_files_at_one_place_or_the_other(site: Site, store: str):
    def check(uid: str) -> None:
        (place,) = stores_of(site, uid)
        trees = {name: site.tree(name) for name in ("one", "two")}
        assert trees.pop(place) == TREE
        assert list(trees.values()) == [{}]
        if place == "two":
            assert not (site.root("one") / "exp/a").exists()

    kills = every_kill(site, store, "m", lambda uid: site.catalog.move(uid, "one:", "two:"), check)
    assert kills > 20


def test_a_move_to_another_path_that_is_killed_has_its_files_at_one_place_or_the_other(
    site: Site, store: str
):
    def check(uid: str) -> None:
        (place,) = stores_of(site, uid)
        new = {name.replace("exp/a/", "new/b/"): content for name, content in TREE.items()}
        assert site.tree(place) == (new if place == "two" else TREE)
        assert site.tree("one" if place == "two" else "two") == {}
        assert site.catalog.show(uid).path == ("new/b" if place == "two" else "exp/a")

    kills = every_kill(site, store, "p", lambda uid: site.catalog.move(uid, "one:", "two:", "new/b"), check)
    assert kills > 20


def test_a_copy_apart_that_is_killed_is_a_dataset_of_its_own_or_nothing(site: Site, store: str):
    def check(uid: str) -> None:
        assert site.tree("one") == TREE
        assert stores_of(site, uid) == ["one"]
        others = [view for view in site.catalog.find() if view.uid != uid]
        new = {name.replace("exp/a/", "new/b/"): content for name, content in TREE.items()}
        assert [view.path for view in others] == ["new/b"] * len(others)
        assert site.tree("two") == (new if others else {})
        assert len(others) == int(site.catalog.journal(uid)[0].success is True)

    kills = every_kill(site, store, "a", lambda uid: site.catalog.copy_apart(uid, "two:", "new/b"), check)
    assert kills > 20


def test_a_removal_that_is_killed_is_finished_or_never_began(site: Site, store: str):
    def act(uid: str) -> None:
        site.catalog.remove(uid, "one:")

    def check(uid: str) -> None:
        there = stores_of(site, uid)
        assert there in (["one", "two"], ["two"])
        assert site.tree("one") == (TREE if "one" in there else {})
        assert site.tree("two") == TREE

    def kill(step: int) -> bool:
        uid = site.registered("exp/a", CONTENTS, uid=f"r{step}")
        site.catalog.copy(uid, "two:")
        was_killed = killed_at(step, store, lambda uid=uid: act(uid))
        site.tick()
        assert_nothing_is_left_open(site)
        check(uid)
        for copy in site.catalog.show(uid).replicas:
            site.catalog.remove(uid, copy.root, force_last=True)
        return was_killed

    until_unharmed(kill, 6)


@pytest.mark.parametrize("step", ["copying", "placing", "removing"])
def test_a_tick_that_is_killed_while_it_finishes_a_move_is_finished_by_the_next(
    site: Site, store: str, step: str
):
    def killed_in_step(uid: str) -> None:
        """Kill a move when it has come to this step."""
        for number in range(first[0], MOST):
            site.registered(uid=uid, contents=CONTENTS)
            assert killed_at(number, store, lambda: site.catalog.move(uid, "one:", "two:"))
            if JournalRow.get(JournalRow.ended_at.is_null()).step == step:
                first[0] = number
                return
            site.tick()
            for copy in site.catalog.show(uid).replicas:
                site.catalog.remove(uid, copy.root, force_last=True)
            DatasetRow.delete().where(DatasetRow.uid == uid).execute()

    first = [1]
    for kill in range(1, MOST):
        uid = f"t{kill}"
        killed_in_step(uid)
        was_killed = killed_at(kill, store, site.tick)
        JournalRow.update(lease_until=JournalRow.began_at).where(JournalRow.ended_at.is_null()).execute()
        site.tick()
        assert_nothing_is_left_open(site)
        (place,) = stores_of(site, uid)
        assert place == ("one" if step == "copying" else "two")
        assert {name: site.tree(name) for name in ("one", "two")} == {"one": {}, "two": {}} | {place: TREE}
        site.catalog.remove(uid, f"{place}:", force_last=True)
        if not was_killed:
            assert kill > 3
            return
    raise AssertionError("there is no end")


def test_a_registration_that_is_killed_is_forgotten(site: Site, store: str):
    site.fill(contents=CONTENTS)
    for step in range(1, MOST):
        uid = f"g{step}"
        was_killed = killed_at(
            step, store, lambda uid=uid: site.catalog.register("tree", "one:", "exp/a", uid=uid)
        )
        site.tick()
        assert_nothing_is_left_open(site)
        assert site.tree("one") == TREE
        known = {view.uid for view in site.catalog.find()}
        if not was_killed:
            assert uid in known
            return
        assert site.catalog.journal(uid)[0].success is (uid in known)
    raise AssertionError("there is no end")


def test_what_is_received_and_killed_is_there_whole_or_not_at_all(site: Site, store: str):
    for step in range(1, MOST):
        content = b"from outside" * step

        def act(content: bytes = content) -> None:
            site.catalog.receive("one:", "new/x", lambda sink: sink(memoryview(content)), "a test")

        was_killed = killed_at(step, store, act)
        site.tick()
        assert_nothing_is_left_open(site)
        known = site.catalog.find()
        assert site.tree("one") == ({"new/x": content} if known else {})
        assert (site.root("one") / "new").exists() == bool(known)
        for view in known:
            site.catalog.remove(view.uid, "one:", force_last=True)
        if not was_killed:
            assert known
            assert step > 10
            return
    raise AssertionError("there is no end")


def test_what_waits_for_a_store_that_is_away_is_finished_when_it_is_back(site: Site, store: str):
    for step in range(1, MOST):
        uid = site.registered(f"exp/{step}", CONTENTS)
        assert killed_at(step, store, lambda uid=uid: site.catalog.move(uid, "one:", "two:"))
        if JournalRow.get(JournalRow.ended_at.is_null()).step == "removing":
            break
        site.tick()
    site.root("two").rename(site.root("away"))
    site.root("two").mkdir()
    before = site.tree("one")
    site.tick()
    assert site.tree("one") == before
    assert list(site.root("two").iterdir()) == []
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 1
    without = Site(
        site.folder, Facility.at(site.folder, stores=[{"name": "one", "url": site.root("one").as_uri()}])
    )
    JournalRow.update(lease_until=JournalRow.began_at).execute()
    without.tick()
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 1
    assert journal.waiting(datetime.now(UTC) + LEASE) == 1
    site.root("two").rmdir()
    site.root("away").rename(site.root("two"))
    JournalRow.update(lease_until=JournalRow.began_at).execute()
    site.tick()
    assert_nothing_is_left_open(site)
    assert journal.waiting(datetime.now(UTC) + LEASE) == 0
    assert stores_of(site, uid) == ["two"]
    assert {name: site.tree("two").get(f"exp/{step}/{name}") for name in CONTENTS} == CONTENTS
    assert not (site.root("one") / "exp" / str(step)).exists()


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """What ticks tell is not of interest here."""
    caplog.set_level("ERROR")
