"""Datasets are registered, copied, moved, removed, verified and found again."""

from dataclasses import replace
from pathlib import Path

import pytest
from facility import together

from datasets.conftest import CONTENTS, Site
from xfc_notify.datasets import local
from xfc_notify.datasets.errors import Busy, Changed, Conflict, DatasetError, LastCopy, Missing
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.states import DatasetState, ReplicaState
from xfc_notify.datasets.tables import FileRow, JournalRow
from xfc_notify.errors import WrongInput

TREE = {f"exp/a/{name}": content for name, content in CONTENTS.items()}

MANY = {f"{number % 7}/{number}.tif": b"%d" % number for number in range(600)}
"""More files than a batch or a transaction has."""


def test_what_is_registered_is_known_with_the_hash_of_each_file(site: Site):
    site.fill()
    view = site.catalog.register("tree", site.root("one"), "exp/a", owner="ada")
    assert (view.spec, view.root, view.path, view.owner) == ("tree", str(site.root("one")), "exp/a", "ada")
    assert view.state is DatasetState.KEPT
    (copy,) = view.replicas
    assert (copy.store, copy.root, copy.state) == ("one", str(site.root("one")), ReplicaState.GOOD)
    assert (copy.files, copy.bytes) == (3, sum(map(len, CONTENTS.values())))
    assert copy.verified_at is not None
    files = site.catalog.files(view.uid)
    assert {file.abs_path for file in files} == {f"{site.root('one')}/{name}" for name in TREE}
    assert all(file.hash.startswith("sha256:") and file.exists for file in files)


def test_a_copy_is_the_same_tree_and_a_second_replica(site: Site):
    uid = site.registered()
    done = site.catalog.copy(uid, site.root("two") / "kept")
    assert (done.files, done.taken_over) == (3, 0)
    assert site.tree("two") == {f"kept/{name}": content for name, content in TREE.items()}
    assert site.tree("one") == TREE
    view = site.catalog.show(uid)
    assert [(it.store, it.state) for it in view.replicas] == [("one", "good"), ("two", "good")]
    assert [(it.old, it.new, it.cmd) for it in site.catalog.history(uid)] == [
        ("", "one:", "register"),
        ("one:", "two:kept", "copy"),
    ]


def test_more_files_than_a_batch_has_are_moved_whole(site: Site):
    uid = site.registered(contents=MANY)
    site.catalog.move(uid, "one:", "two:")
    whole = {f"exp/a/{name}": content for name, content in MANY.items()}
    assert (site.tree("one"), site.tree("two")) == ({}, whole)
    assert [it.state for it in site.catalog.verify(uid)] == ["good"]


def test_of_more_files_than_a_batch_has_none_stays_where_the_name_of_the_last_is_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
):
    uid, last, real = site.registered(contents=MANY), max(MANY), local.Folder.place

    def place(folder: local.Folder, part: bytes, path: bytes) -> None:
        if path.endswith(last.encode()):
            site.fill("two/exp/a", {last: b"foreign"})
        real(folder, part, path)

    monkeypatch.setattr(local.Folder, "place", place)
    with pytest.raises(Conflict, match="something else stands there by now"):
        site.catalog.copy(uid, "two:")
    assert site.tree("two") == {f"exp/a/{last}": b"foreign"}
    assert site.tree("one") == {f"exp/a/{name}": content for name, content in MANY.items()}


def test_old_root_chooses_among_copies(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    (site.root("one") / "exp/a/run.h5").write_bytes(b"broken")
    site.catalog.copy(uid, "three:", old_root="two:")
    assert site.tree("three") == TREE


def test_a_move_leaves_nothing_behind_but_what_is_not_its_own(site: Site):
    uid = site.registered()
    site.fill("one/exp/b", {"other": b"stays"})
    site.catalog.move(uid, "one:", "two:")
    assert site.tree("two") == TREE
    assert site.tree("one") == {"exp/b/other": b"stays"}
    assert not (site.root("one") / "exp/a").exists()
    assert [it.store for it in site.catalog.show(uid).replicas] == ["two"]
    assert [it.cmd for it in site.catalog.history(uid)] == ["register", "move"]


def test_the_source_of_a_move_has_to_be_named_rightly(site: Site):
    uid = site.registered()
    with pytest.raises(WrongInput, match="has no copy under"):
        site.catalog.move(uid, "two:", "three:")


def test_the_last_copy_is_removed_only_by_force_and_its_history_stays(site: Site):
    uid = site.registered()
    with pytest.raises(LastCopy, match="there is no other"):
        site.catalog.remove(uid, "one:")
    assert site.tree("one") == TREE
    site.catalog.copy(uid, "two:")
    site.catalog.remove(uid, "one:")
    assert (site.tree("one"), site.tree("two")) == ({}, TREE)
    site.catalog.remove(uid, "two:", force_last=True)
    assert site.tree("two") == {}
    assert site.catalog.show(uid).state is DatasetState.REMOVED
    assert [it.cmd for it in site.catalog.history(uid)] == ["register", "copy", "remove", "remove"]
    assert site.catalog.find() == []
    assert [it.uid for it in site.catalog.find(removed=True)] == [uid]


def test_what_would_be_done_can_be_asked_for_and_changes_nothing(site: Site):
    uid = site.registered()
    assert site.catalog.copy(uid, "two:", dry_run=True).files == 3
    assert site.catalog.move(uid, "one:", "two:", dry_run=True).bytes == sum(map(len, CONTENTS.values()))
    assert site.catalog.remove(uid, "one:", force_last=True, dry_run=True).files == 3
    assert site.catalog.list_files("tree", "one:", "exp/a") == sorted(TREE)
    assert (site.tree("one"), site.tree("two")) == (TREE, {})
    assert [it.command for it in site.catalog.journal()] == ["register"]


def test_a_failed_command_stands_in_the_journal_as_failed_and_says_why(site: Site):
    uid = site.registered()
    site.fill("two/exp/a", {"run.h5": b"in the way"})
    with pytest.raises(Conflict, match="something else stands there"):
        site.catalog.copy(uid, "two:")
    failed = site.catalog.journal(uid)[0]
    assert (failed.command, failed.success) == ("copy", False)
    assert "something else stands there" in failed.outcome
    assert site.tree("two") == {"exp/a/run.h5": b"in the way"}


def test_a_flipped_byte_and_a_missing_file_are_found(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]
    file = site.root("two") / "exp/a/scans/1.tif"
    file.write_bytes(b"F" + file.read_bytes()[1:])
    (site.root("two") / "exp/a/run.h5").unlink()
    good, bad = site.catalog.verify(uid)
    assert (good.state, bad.state) == ("good", "bad")
    assert set(bad.wrong) == {"exp/a/scans/1.tif", "exp/a/run.h5"}
    states = {it.abs_path.rpartition("/")[2]: (it.state, it.exists) for it in site.catalog.files(uid, "two:")}
    assert states == {"1.tif": ("bad", True), "2.tif": ("good", True), "run.h5": ("missing", False)}
    assert site.catalog.journal(uid)[0].success is False


def test_rows_of_files_that_are_lost_are_made_anew(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    before = [replace(file, verified_at=None) for file in site.catalog.files(uid)]
    FileRow.delete().execute()
    assert site.catalog.rebuild(uid, "one:").wrong == {}
    assert site.catalog.rebuild(uid, "two:").state == "good"
    assert [replace(file, verified_at=None) for file in site.catalog.files(uid)] == before
    assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]


def test_what_another_copy_knows_of_a_file_is_believed_when_rows_are_made_anew(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    file = site.root("two") / "exp/a/run.h5"
    file.write_bytes(b"spoilt")
    FileRow.delete().where(FileRow.replica == 2).execute()
    view = site.catalog.rebuild(uid, "two:")
    assert (view.state, list(view.wrong)) == ("bad", ["exp/a/run.h5"])
    assert site.catalog.journal(uid)[0].success is False
    with pytest.raises(LastCopy, match="two: is bad"):
        site.catalog.remove(uid, "one:")
    rows = FileRow.select().count()
    (site.root("two") / "exp/a/stranger").write_bytes(b"")
    with pytest.raises(Changed, match="such as exp/a/stranger"):
        site.catalog.rebuild(uid, "two:")
    assert FileRow.select().count() == rows


def test_a_copy_of_which_no_file_is_known_keeps_no_other_from_being_the_last(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    FileRow.delete().where(FileRow.replica == 2).execute()
    with pytest.raises(LastCopy, match="No file is known of the copy two:"):
        site.catalog.remove(uid, "one:")
    with pytest.raises(DatasetError, match="No file is known"):
        site.catalog.remove(uid, "two:")
    with pytest.raises(DatasetError, match="No file is known"):
        site.catalog.move(uid, "two:", "three:")
    assert (site.tree("one"), site.tree("two")) == (TREE, TREE)


def test_a_file_that_two_datasets_share_survives_the_removal_of_one(site: Site):
    first = site.registered()
    second = site.catalog.register("file", "one:", "exp/a/run.h5").uid
    assert site.catalog.remove(first, "one:", force_last=True).shared == 1
    assert site.tree("one") == {"exp/a/run.h5": b"header"}
    assert site.catalog.verify(second)[0].state == "good"


def test_the_border_between_root_and_path_moves_and_no_file_does(site: Site):
    uid = site.registered("2016/04/28/aardvark")
    site.catalog.copy(uid, "two:kept")
    before = {file.abs_path for file in site.catalog.files(uid)}
    view = site.catalog.shift_root(uid, 2)
    assert (view.root, view.path) == (f"{site.root('one')}/2016/04", "28/aardvark")
    assert view.replicas[1].root == f"{site.root('two')}/kept/2016/04"
    assert site.catalog.shift_root(uid, -1).path == "04/28/aardvark"
    assert {file.abs_path for file in site.catalog.files(uid)} == before
    assert [it.state for it in site.catalog.verify(uid)] == ["good", "good"]
    for levels, way in ((5, "right"), (-5, "left")):
        with pytest.raises(WrongInput, match=f"Asked to shift farther to {way} \\(5\\) than there are"):
            site.catalog.shift_root(uid, levels)
    site.catalog.copy(uid, "three:x")
    assert set(site.tree("three")) == {f"x/04/28/aardvark/{name}" for name in CONTENTS}


def test_roots_that_end_differently_cannot_become_one_path(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:kept")
    site.catalog.shift_root(uid, 1)
    site.catalog.copy(uid, "three:x")
    with pytest.raises(WrongInput, match="end in different directories"):
        site.catalog.shift_root(uid, -1)
    assert site.catalog.show(uid).path == "a"


def test_each_host_reads_from_the_store_that_names_it(store, tmp_path):
    for name in ("one", "two", "three"):
        assert not (tmp_path / name).exists()
    stores = [
        {"name": "one", "url": (tmp_path / "one").as_uri(), "hosts": ["node*"]},
        {"name": "two", "url": (tmp_path / "two").as_uri(), "hosts": ["beam1"]},
        {"name": "three", "url": (tmp_path / "three").as_uri(), "kind": "archive"},
    ]
    site = Site.at(tmp_path, stores=stores)
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    site.catalog.copy(uid, "three:")
    assert [site.catalog.retrieve(uid, host).store for host in ("node7", "beam1", "else")] == [
        "one",
        "two",
        "three",
    ]
    found = site.catalog.retrieve(uid, "beam1")
    assert (found.root, found.path) == (str(tmp_path / "two"), "exp/a")
    assert {Path(path).read_bytes() for path in found.files} == set(CONTENTS.values())
    (tmp_path / "two").rename(tmp_path / "away")
    assert site.catalog.retrieve(uid, "beam1").store == "three"


def test_datasets_are_found_by_what_is_known_of_them(site: Site):
    one, two = site.registered("exp/a"), site.registered("exp2/a", uid="mine")
    upper = site.registered("EXP/a", {"x": b""}, uid="upper")
    assert two == "mine"
    site.catalog.copy(one, "two:kept")

    def found(**wanted: object) -> set[str]:
        return {it.uid for it in site.catalog.find(**wanted)}

    assert found() == found(spec="tree") == found(root="one:") == {one, two, upper}
    assert found(path="exp") == found(store="two") == found(root=site.root("two") / "kept") == {one}
    assert found(path="ex") == found(path="e_p") == found(owner="nobody else") == found(root="two:") == set()


def test_only_one_command_works_on_a_dataset(site: Site):
    uid = site.registered()

    def meanwhile(_what: str, _total: int):
        with pytest.raises(Busy, match="copy since"):
            site.catalog.remove(uid, "one:", force_last=True)
        return lambda _: None

    catalog = site.catalog
    catalog._watch = lambda what, total: lambda _: meanwhile(what, total)
    catalog.copy(uid, "two:")
    assert site.tree("two") == TREE


def test_of_several_that_move_a_dataset_at_once_one_does(site: Site):
    uid = site.registered()

    def move(root: str) -> str:
        try:
            return site.catalog.move(uid, "one:", root).new
        except (Busy, WrongInput) as error:
            return type(error).__name__

    roots = [f"{store}:{n}" for store in ("two", "three") for n in range(3)]
    done = together([lambda root=root: move(root) for root in roots])
    (new,) = [Path(answer) for answer in done if answer.startswith("/")]
    found = {name: site.tree(name) for name in ("one", "two", "three")}
    assert found.pop(new.parent.name) == {f"{new.name}/{name}": content for name, content in TREE.items()}
    assert list(found.values()) == [{}, {}]
    assert [it.success for it in site.catalog.journal(uid) if it.command == "move"].count(True) == 1


def test_two_datasets_that_share_files_leave_one_whole_when_both_go_at_once(site: Site):
    first = site.registered()
    second = site.catalog.register("tree", "one:", "exp/a").uid
    together([
        lambda: site.catalog.move(first, "one:", "two:"),
        lambda: site.catalog.copy(second, "three:"),
    ])  # fmt: skip
    assert (site.tree("one"), site.tree("two"), site.tree("three")) == (TREE, TREE, TREE)
    assert [it.state for it in site.catalog.verify(second)] == ["good", "good"]


def test_the_next_command_on_a_dataset_finishes_what_was_interrupted_of_it(site: Site):
    uid, other = site.registered(), site.registered("exp/b")
    for dataset in (uid, other):
        Work.begin("copy", dataset, {}, site.catalog._clock)
    JournalRow.update(lease_until=JournalRow.began_at).execute()
    site.catalog.copy(uid, "two:")
    assert [(it.command, it.success) for it in site.catalog.journal(uid)] == [
        ("copy", True),
        ("copy", False),
        ("register", True),
    ]
    assert site.catalog.journal(other)[0].success is None
    assert site.catalog.finish() == [f"copy of dataset {other} was interrupted; all is as it was before"]
    assert site.catalog.finish() == []


def test_a_command_that_never_began_to_act_removes_nothing_of_a_dataset(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    Work.begin("remove", uid, {"old_root": "one:", "force_last": False}, site.catalog._clock)
    site.tick()
    assert len(site.catalog.show(uid).replicas) == 2


def test_files_that_are_not_there_are_named_before_anything_is_written(site: Site):
    with pytest.raises(Missing, match="exp/no"):
        site.catalog.register("file", "one:", "exp/no")
    assert site.catalog.find(removed=True) == []
    assert site.catalog.journal()[0].success is False


@pytest.mark.parametrize("root", ["/elsewhere", "four:", "one:../two", "relative"])
def test_a_root_that_lies_in_no_store_is_refused(site: Site, root: str):
    site.fill()
    with pytest.raises(WrongInput):
        site.catalog.register("tree", root, "exp/a")


def test_a_uid_is_used_once(site: Site):
    uid = site.registered(uid="mine")
    with pytest.raises(WrongInput, match="already"):
        site.catalog.register("tree", "one:", "exp/a", uid=uid)
    Work.begin("register", uid, {}, site.catalog._clock)
    site.tick()
    assert site.catalog.show(uid).replicas
    assert [it.state for it in site.catalog.verify(uid)] == ["good"]


def test_the_hash_of_new_datasets_can_be_chosen_and_old_ones_keep_theirs(store, tmp_path):
    site = Site.at(tmp_path, datasets={"hash": "md5"})
    uid = site.registered()
    assert {it.hash.partition(":")[0] for it in site.catalog.files(uid)} == {"md5"}
    other = Site(
        tmp_path,
        type(site.facility).at(
            tmp_path, stores=site.facility.settings.model_dump(exclude_unset=True)["stores"]
        ),
    )
    other.catalog.copy(uid, "two:")
    assert {it.hash.partition(":")[0] for it in other.catalog.files(uid)} == {"md5"}
