"""Copies and moves to another path."""

import os

import pytest

from datasets.conftest import CONTENTS, Site
from xfc_notify.datasets import leaving
from xfc_notify.datasets.errors import Changed, Conflict
from xfc_notify.errors import WrongInput


def test_a_copy_at_another_path_is_a_dataset_of_its_own(site: Site):
    uid = site.registered()
    site.catalog.describe(uid, owner="ada", group="fire", description="a run", metadata="{}")
    new = site.catalog.copy_apart(uid, "two:", "kept/b")
    view = site.catalog.show(new)
    assert (view.path, view.owner, view.group, view.description, view.metadata) == (
        "kept/b", "ada", "fire", "a run", "{}",
    )  # fmt: skip
    assert site.tree("two") == {f"kept/b/{name}": content for name, content in CONTENTS.items()}
    assert {copy.store for copy in site.catalog.show(uid).replicas} == {"one"}
    assert [move.new for move in site.catalog.history(new)] == ["two:"]
    assert site.catalog.verify(new)[0].state == "good"
    site.catalog.rebuild(new, "two:")
    site.catalog.remove(uid, "one:", force_last=True)
    assert site.catalog.verify(new)[0].state == "good"


def test_a_move_can_change_the_path(site: Site):
    uid = site.registered()
    site.catalog.move(uid, "one:", "one:", "exp/b")
    assert site.tree("one") == {f"exp/b/{name}": content for name, content in CONTENTS.items()}
    assert site.catalog.show(uid).path == "exp/b"
    site.catalog.rebuild(uid, "one:")
    with pytest.raises(Conflict, match="same place"):
        site.catalog.move(uid, "one:", "one:", "exp/b")


def test_a_dataset_with_other_copies_keeps_its_path(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    with pytest.raises(Conflict, match="other copies"):
        site.catalog.move(uid, "one:", "three:", "exp/b")
    with pytest.raises(WrongInput):
        site.catalog.copy_apart(uid, "three:", "../b")


def test_what_was_copied_before_a_source_changed_is_a_dataset_of_its_own(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    uid = site.registered()
    whole = leaving.take_away

    def changed_before(*arguments: object) -> None:
        (site.root("one") / "exp/a/run.h5").write_bytes(b"newer!")
        os.utime(site.root("one") / "exp/a/run.h5", ns=(1, 1))
        whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(leaving, "take_away", changed_before)
    with pytest.raises(Changed):
        site.catalog.move(uid, "one:", "two:", "exp/b")
    assert site.catalog.show(uid).path == "exp/a"
    assert (site.root("one") / "exp/a/run.h5").read_bytes() == b"newer!"
    (other,) = [view for view in site.catalog.find() if view.uid != uid]
    assert (other.path, other.replicas[0].state) == ("exp/b", "good")
    assert other.uid in site.catalog.journal(uid)[0].outcome
    assert site.tree("two") == {f"exp/b/{name}": content for name, content in CONTENTS.items()}
