"""A store that is a folder: every file is reached by its very own path, or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from xfc_notify.datasets.errors import Conflict, Missing, NotAFile, StoreRefusal
from xfc_notify.datasets.local import Folder, Sink
from xfc_notify.datasets.seen import Seen


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """A folder with a file, a link to it, a link to elsewhere, a pipe, and a link to a folder."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").write_bytes(b"secret")
    store = tmp_path / "store"
    (store / "exp").mkdir(parents=True)
    (store / "exp/file").write_bytes(b"data")
    (store / "exp/link").symlink_to("file")
    (store / "exp/out").symlink_to(tmp_path / "elsewhere/secret")
    (store / "exp/away").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(store / "exp/pipe")
    root = os.open(store, os.O_RDONLY | os.O_DIRECTORY)
    opened = Folder("one", root, lambda _folder, _what: None)
    yield opened
    opened.close()
    os.close(root)


@pytest.mark.parametrize("name", ["link", "out", "pipe", "away/secret", "away", "file/below"])
def test_what_is_no_file_or_lies_behind_a_link_is_neither_looked_at_nor_read(folder: Folder, name: str):
    path = b"exp/" + name.encode()
    taken: list[bytes] = []
    with pytest.raises(NotAFile, match="store one: exp/"):
        folder.look(path)
    with pytest.raises((NotAFile, StoreRefusal)):
        folder.read(path, lambda block: taken.append(bytes(block)))
    with pytest.raises((NotAFile, StoreRefusal)):
        folder.force([path])
    assert taken == []


def test_a_folder_that_a_thread_has_opened_is_closed_with_it(folder: Folder):
    open_before = set(os.listdir("/proc/self/fd"))
    for _ in range(3):
        thread = Thread(target=folder.look, args=(b"exp/file",))
        thread.start()
        thread.join()
    assert set(os.listdir("/proc/self/fd")) == open_before


def test_a_tree_with_links_is_not_walked(folder: Folder):
    with pytest.raises(NotAFile):
        list(folder.walk(b"exp"))
    assert list(folder.walk(b"exp/file")) == [b"exp/file"]


def test_what_is_written_is_there_only_if_all_of_it_is(folder: Folder):
    def half(sink: Sink) -> Seen:
        sink(memoryview(b"half"))
        raise Missing("the source is gone")

    with pytest.raises(Missing):
        folder.write(b"exp/new", half)
    assert folder.look(b"exp/new") is None


def test_nothing_is_overwritten(folder: Folder):
    def fill(sink: Sink) -> Seen:
        sink(memoryview(b"other"))
        seen = folder.look(b"exp/file")
        assert seen is not None
        return seen

    for taken in (b"exp/file", b"exp/link", b"exp/out"):
        with pytest.raises(StoreRefusal, match="File exists"):
            folder.write(taken, fill)
    folder.write(b"exp/part", fill)
    for taken in (b"exp/file", b"exp/link", b"exp/out", b"exp/away", b"exp/pipe"):
        with pytest.raises(Conflict, match="something else stands there"):
            folder.place(b"exp/part", taken)
    folder.place(b"exp/part", b"exp/placed")
    folder.unlink(b"exp/part")
    taken_back: list[bytes] = []
    folder.read(b"exp/placed", lambda block: taken_back.append(bytes(block)))
    assert taken_back == [b"other"]


def test_only_an_empty_folder_is_unmade(folder: Folder):
    folder.unmake(b"exp")
    assert folder.is_folder(b"exp")
    folder.make(b"exp/new")
    folder.make(b"exp/new")
    folder.unmake(b"exp/new")
    folder.unmake(b"exp/new")
    folder.unmake(b"exp/away")
    assert not folder.is_folder(b"exp/new")
    assert folder.look(b"nowhere/at/all") is None
    folder.unlink(b"nowhere/at/all")
