"""A store in a bucket: names are claimed by the server, and what it cannot do is found out (C21, C22)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from servers.s3 import S3

from datasets import far
from datasets.far import Far
from xfc_notify.datasets import probing
from xfc_notify.datasets.bucket import Bucket
from xfc_notify.datasets.errors import Conflict, NotAFile, StoreRefusal


@pytest.fixture
def site(sqlite: str, tmp_path: Path, s3: S3) -> Far:
    return far.in_s3(tmp_path, s3)


def before(monkeypatch: pytest.MonkeyPatch, method: str, key: str, act: Callable[[], object]) -> None:
    """Let somebody act right before a call that gives a key its object."""
    real = Bucket.call

    def late(bucket: Bucket, called: str, **named: Any) -> Any:
        if (called, named.get("Key")) == (method, key):
            act()
        return real(bucket, called, **named)

    monkeypatch.setattr(Bucket, "call", late)


@pytest.mark.parametrize(("size", "method"), [(100, "put_object"), (9 * 2**20, "complete_multipart_upload")])
def test_c22_what_comes_between_the_look_and_the_put_is_not_overwritten(
    site: Far, monkeypatch, size: int, method: str
):
    content = {"a": bytes(size)}
    uid = site.registered(contents=content)
    before(monkeypatch, method, "data/exp/a/a", lambda: site.put("exp/a/a", b"foreign"))
    with pytest.raises(Conflict, match="something else stands there"):
        site.catalog.move(uid, "one:", "two:")
    assert (site.tree("one"), site.tree("two")) == ({"exp/a/a": content["a"]}, {"exp/a/a": b"foreign"})
    assert site.uploads() == []


def test_a_server_that_does_not_know_conditions_is_found_out_and_looked_at_before(site: Far, monkeypatch):
    real = Bucket.call
    monkeypatch.setattr(
        Bucket,
        "call",
        lambda bucket, method, **named: real(
            bucket, method, **{key: it for key, it in named.items() if key != "IfNoneMatch"}
        ),
    )
    able = probing.probe(site.stores, "two")
    assert (able.copies, able.exclusive) == (True, False)
    assert able.follows == [
        "not safe against other writers: a name is looked at right before it is taken, no more"
    ]
    uid = site.registered(contents={"a": b"ours"})
    site.put("exp/a/a", b"foreign")
    with pytest.raises(Conflict):
        site.catalog.copy(uid, "two:")
    assert site.tree("two") == {"exp/a/a": b"foreign"}


@pytest.mark.parametrize("name", ["a//b", "a/../b", "./a", "a/"])
def test_a_key_that_is_no_path_is_not_taken_for_one(site: Far, name: str):
    site.put(f"exp/{name}", b"odd")
    site.put("exp/good", b"good")
    with pytest.raises(NotAFile, match="cannot be a file's path"):
        site.catalog.register("tree", "two:", "exp")


def test_a_key_that_is_a_file_and_a_folder_at_once_is_refused_and_the_marks_of_folders_are_passed_over(
    site: Far,
):
    site.put("exp/", b"")
    site.put("exp/a/", b"")
    site.put("exp/a/b", b"file")
    uid = site.catalog.register("tree", "two:", "exp").uid
    assert [it.abs_path.rpartition("/data/")[2] for it in site.catalog.files(uid)] == ["exp/a/b"]
    site.put("exp", b"a file, too")
    with pytest.raises(NotAFile, match="cannot be a file's path"):
        site.catalog.register("tree", "two:", "exp")


def test_a_name_that_is_not_utf_8_is_refused_before_the_first_byte(site: Far):
    uid = site.registered(contents={"caf\udce9": b"odd", "good": b"good"})
    with pytest.raises(StoreRefusal, match="keys of S3 are UTF-8"):
        site.catalog.copy(uid, "two:")
    assert site.tree("two") == {}
