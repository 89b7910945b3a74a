"""Files that are known to be bad or missing are made anew from a good copy, and nothing else is touched."""

import os
from pathlib import Path

import pytest

from datasets.conftest import CONTENTS, Site
from datasets.test_kills import killed_at, until_unharmed
from xfc_notify.datasets import writing
from xfc_notify.datasets.errors import Changed, DatasetError
from xfc_notify.datasets.tables import FileRow, JournalRow

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}
BAD = "exp/a/scans/1.tif"


@pytest.fixture
def uid(site: Site) -> str:
    """A dataset with a copy in store two, of which one file is bad and one is missing, as a verification has found."""
    return broken(site, site.registered())


def broken(site: Site, uid: str, path: str = "exp/a") -> str:
    site.catalog.copy(uid, "two:")
    (site.root("two") / path / "scans/1.tif").write_bytes(b"FIRST" * 1000)
    (site.root("two") / path / "run.h5").unlink()
    site.catalog.verify(uid)
    return uid


def states(site: Site, uid: str) -> dict[str, str]:
    return {it.store: it.state for it in site.catalog.show(uid).replicas}


def ours(site: Site) -> list[Path]:
    return [file for file in site.root("two").rglob(".xfc-*") if file.name != ".xfc-store"]


def test_what_is_bad_or_missing_is_made_anew_and_what_is_good_stays(site: Site, uid: str):
    good = (site.root("two") / "exp/a/scans/2.tif").stat()
    (view,) = site.catalog.repair(uid)
    assert (view.store, view.state, view.wrong) == ("two", "good", {})
    assert site.tree("two") == TREE
    assert (site.root("two") / "exp/a/scans/2.tif").stat().st_ino == good.st_ino
    assert states(site, uid) == {"one": "good", "two": "good"}
    assert {it.state for it in site.catalog.verify(uid)} == {"good"}
    assert ours(site) == []
    with pytest.raises(DatasetError, match="Nothing is known to be wrong"):
        site.catalog.repair(uid, "two:")


def test_two_bad_copies_repair_each_other(site: Site, uid: str):
    (site.root("one") / "exp/a/scans/2.tif").write_bytes(b"other")
    site.catalog.verify(uid)
    assert {view.state for view in site.catalog.repair(uid)} == {"good"}
    assert (site.tree("one"), site.tree("two")) == (TREE, TREE)


def test_without_a_good_copy_nothing_is_done(site: Site, uid: str):
    (site.root("one") / BAD).write_bytes(b"first")
    site.catalog.verify(uid)
    before = site.tree("one"), site.tree("two")
    with pytest.raises(DatasetError, match=r"No other copy has what .* lacks"):
        site.catalog.repair(uid, "two:")
    assert (site.tree("one"), site.tree("two")) == before
    assert site.catalog.journal(uid)[0].success is False


def test_a_good_copy_that_changed_since_it_was_verified_repairs_nothing(site: Site, uid: str):
    (site.root("one") / BAD).write_bytes(b"First" * 1000)
    before = site.tree("two")
    with pytest.raises(DatasetError, match="is not what was registered"):
        site.catalog.repair(uid, "two:")
    assert (site.tree("two"), ours(site)) == (before, [])


def test_only_what_was_found_to_be_bad_is_replaced(site: Site, uid: str):
    (site.root("two") / BAD).write_bytes(b"somebody wrote it anew")
    with pytest.raises(Changed, match="is not what it was when it was found to be bad"):
        site.catalog.repair(uid)
    assert site.tree("two")[BAD] == b"somebody wrote it anew"
    assert ours(site) == []
    assert site.catalog.journal(uid)[0].success is False


def test_a_file_that_is_there_again_is_not_replaced(site: Site, uid: str):
    (site.root("two") / "exp/a/run.h5").write_bytes(b"somebody's")
    with pytest.raises(Changed):
        site.catalog.repair(uid)
    assert site.tree("two")["exp/a/run.h5"] == b"somebody's"


def test_a_copy_that_reads_back_otherwise_replaces_nothing(site: Site, uid: str, monkeypatch):
    before = site.tree("two")

    def refused(*_: object) -> None:
        raise DatasetError("other bytes were read back")

    monkeypatch.setattr(writing, "_read_back", refused)
    with pytest.raises(DatasetError, match="other bytes"):
        site.catalog.repair(uid)
    assert (site.tree("two"), ours(site)) == (before, [])


def test_a_repair_that_is_killed_leaves_each_file_bad_or_good_and_never_away(site: Site, store: str):
    def kill(step: int) -> bool:
        uid = broken(site, site.registered(f"exp/{step}"), f"exp/{step}")
        was_killed = killed_at(step, store, lambda uid=uid: site.catalog.repair(uid))
        site.tick()
        assert JournalRow.select().where(JournalRow.ended_at.is_null()).count() == 0
        assert not FileRow.select().where(FileRow.part != 0, FileRow.state != "good").exists()
        assert ours(site) == []
        there = site.tree("two")
        done = site.catalog.journal(uid)[0].success
        assert there[f"exp/{step}/scans/1.tif"] == (CONTENTS["scans/1.tif"] if done else b"FIRST" * 1000)
        assert there[f"exp/{step}/scans/2.tif"] == CONTENTS["scans/2.tif"]
        assert (f"exp/{step}/run.h5" in there) is bool(done)
        return was_killed

    until_unharmed(kill, 10)


def test_a_dataset_whose_bytes_are_on_the_way_is_not_repaired(site: Site, uid: str):
    site.catalog.order("verify", uid)
    with pytest.raises(DatasetError, match="is being worked on"):
        site.catalog.repair(uid)
    assert os.path.exists(site.root("two") / BAD)
