"""Killed right before calls to a server, every fourth one: nothing is lost, nothing half there, nothing left."""

import os
import signal
import time
from pathlib import Path

import pytest
from servers.s3 import S3
from servers.sshd import Sshd

from datasets import far
from datasets.far import Far
from datasets.test_cases_of_copies import stopped
from datasets.test_kills import MOST, Steps, killed_at
from datasets.workers import Workers
from xfc_notify.datasets import sftp
from xfc_notify.datasets.bucket import Bucket
from xfc_notify.datasets.s3_upload import Upload
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.datasets.tables import JournalRow, ReplicaRow

LOOKING = {"get_object", "head_object", "list_objects_v2", "list_multipart_uploads"}
ASKING = {
    "lstat",
    "stat",
    "look",
    "_look",
    "_small",
    "realpath",
    "statvfs",
    "start_sftp_client",
    "close",
    "readdir",
    "read",
}
CONTENTS = {"run.h5": b"header", "scans/1.tif": os.urandom(9 * 2**20)}
TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}


def changing(steps: Steps) -> None:
    """Count also the calls that change something at a server."""
    steps.around(Bucket, "call", lambda _bucket, method: method not in LOOKING)
    steps.around(Session, "wait", lambda _session, call, *_: call.__name__ not in ASKING)


def assert_whole(site: Far) -> str:
    """The dataset is whole at one place, and nothing of it is anywhere else; where."""
    assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
    (copy,) = ReplicaRow.select()
    assert site.uploads() == []
    assert {name: site.tree(name) for name in ("one", "two")} == {"one": {}, "two": {}} | {copy.store: TREE}
    return str(copy.store)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sftp", "s3"])
@pytest.mark.parametrize("command", ["there", "back"])
def test_a_move_that_is_killed_has_its_files_at_one_place_or_the_other(
    sqlite: str, tmp_path: Path, sshd: Sshd, s3: S3, kind: str, command: str
):
    site = far.by_sftp(tmp_path, sshd) if kind == "sftp" else far.in_s3(tmp_path, s3)
    source, target = ("one", "two") if command == "there" else ("two", "one")
    uid = site.registered(contents=CONTENTS)
    ended, kills = set(), 0
    for step in range(1, MOST, 4):
        (copy,) = site.catalog.show(uid).replicas
        if copy.store != source:
            site.catalog.move(uid, f"{target}:", f"{source}:")
        was_killed = killed_at(
            step, sqlite, lambda: site.catalog.move(uid, f"{source}:", f"{target}:"), changing
        )
        site.tick()
        ended.add(assert_whole(site))
        if not was_killed:
            break
        kills += 1
    assert kills > 3
    assert ended == {"one", "two"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sftp", "s3"])
@pytest.mark.parametrize("command", ["archive", "activate"])
def test_an_archive_that_is_killed_is_whole_or_not_at_all(
    sqlite: str, tmp_path: Path, sshd: Sshd, s3: S3, kind: str, command: str
):
    site = (
        far.by_sftp(tmp_path, sshd, kind="archive")
        if kind == "sftp"
        else far.in_s3(tmp_path, s3, kind="archive")
    )
    uid = site.registered(contents=CONTENTS)
    act = site.catalog.activate if command == "activate" else lambda uid: site.catalog.archive(uid, "two:")
    ended, kills = set(), 0
    for step in range(1, MOST, 4):
        if command == "activate" and step == 1:
            site.catalog.archive(uid, "two:")
        was_killed = killed_at(step, sqlite, lambda: act(uid), changing)
        site.tick()
        assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
        assert site.uploads() == []
        stores = {copy.store for copy in ReplicaRow.select()}
        assert site.tree("one") == (TREE if "one" in stores else {})
        assert list(site.tree("two")) == ([f"{uid}.tar"] if "two" in stores else [])
        assert {it.state for it in site.catalog.verify(uid)} == {"good"}
        ended.add(frozenset(stores))
        if not was_killed:
            break
        kills += 1
        if command == "archive" and stores == {"two"}:
            site.catalog.activate(uid)
            site.catalog.remove(uid, "two:")
        elif stores == {"one", "two"}:
            site.catalog.remove(uid, "one:")
    assert kills > 3
    both = {frozenset({"two"}), frozenset({"one", "two"})}
    assert ended == (both if command == "activate" else {frozenset({"one"}), frozenset({"two"})})


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_c9_who_was_stopped_while_it_wrote_several_files_leaves_none_when_another_has_moved_them(
    sqlite: str, tmp_path: Path, sshd: Sshd, s3: S3, kind: str
):
    site = far.by_sftp(tmp_path, sshd) if kind == "sftp" else far.in_s3(tmp_path, s3)
    contents = {f"{number:02}": bytes([number]) * 1000 for number in range(40)}
    uid = site.registered(contents=contents)
    site.catalog.order("move", uid, old_root="one:", new_root="two:")
    workers = Workers(site)
    (part,) = workers.cut()
    owner, name = (sftp.Folder, "_end") if kind == "sftp" else (Upload, "end")
    child = stopped(sqlite, owner, name, lambda: workers.do([], [part]))
    workers.later(minutes=2)
    workers.work()
    moved = {f"exp/a/{name}": content for name, content in contents.items()}
    assert (site.tree("one"), site.tree("two")) == ({}, moved)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        os.kill(child, signal.SIGCONT)  # each of its threads stops it
        time.sleep(0.05)
    assert (site.tree("one"), site.tree("two")) == ({}, moved)
    assert site.uploads() == []
