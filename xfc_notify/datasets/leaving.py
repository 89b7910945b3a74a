"""How the files of a copy go: one by one, each looked at again, never a folder with what is in it, never a link."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from xfc_notify.datasets import hashes, names, replicas
from xfc_notify.datasets.at_once import all_of
from xfc_notify.datasets.errors import Changed, Conflict, LastCopy
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.paths import parse, show

Likes = Mapping[bytes, Mapping[bytes, str]]
"""Of files that go: name → path of each of its likes → the stamp of that when it was verified."""


@dataclass(frozen=True)
class Keeper:
    """The copy that stands while another one goes.

    likes  those of some files that go; it is asked of all once, in their order
    """

    store: str
    likes: Callable[[Sequence[File]], Likes]


def take_away(work: Work, stores: Stores, replica: ReplicaRow, keeper: Keeper | None, tell: Tell) -> None:
    """Remove the files of a copy that no other copy counts as its own, and the folders of the dataset that are then
    empty.

    Right before each one goes, it is what it was when it was last read, and so is its like in the keeper. Without a
    keeper it is the last copy, and that was said. Before the first one goes, all are looked at.
    Raises Changed, LastCopy or Conflict; then the files that are left are those of the rows, or of others.
    """
    gone = set[int]()
    with stores.opened(replica.store) as folder:
        read, folders = _looked_at(folder, replica, tell)
        for some in replicas.held(replica):
            with work.holding(), stores.opened(keeper.store if keeper else replica.store) as kept:
                shared = replicas.shared(some, replica)
                likes = keeper.likes(some) if keeper else None
                for file in some:
                    if file.place in shared or (seen := folder.look(file.path)) is None:
                        continue
                    known = read.get(file.id, file.stamp)
                    if seen.stamp != known and seen.inode in gone:  # another name of it went
                        known = _read(folder, file, tell)
                    if seen.stamp != known:
                        raise Changed(f"store {folder.store}: {show(file.path)}: changed meanwhile: it stays")
                    _refuse_lost(kept, likes, file, seen)
                    folder.unlink(file.path)
                    if seen.links > 1:
                        gone.add(seen.inode)
            for path in {file.path.rpartition(b"/")[0] for file in some}:
                if folder.is_folder(path):
                    folder.sync(path)
    with work.holding(), stores.opened(replica.store) as folder:
        _take_folders(folder, parse(replica.root), parse(replica.dataset.path), folders)


def _looked_at(
    folder: Folder, replica: ReplicaRow, tell: Tell
) -> tuple[Mapping[int, str], Collection[bytes]]:
    """The stamps of the files that have their bytes and not the stamp of their row, by id; the folders of all."""
    read: dict[int, str] = {}
    folders: set[bytes] = set()
    for some in replicas.known_batches(replica):
        stamps = all_of(lambda file: _known(folder, file, tell), some, [folder])
        read |= {file.id: stamp for file, stamp in zip(some, stamps, strict=True) if stamp != file.stamp}
        folders.update(file.path.rpartition(b"/")[0] for file in some)
    return read, folders


def _known(folder: Folder, file: File, tell: Tell) -> str:
    """The stamp of a file that may go: it is as it was last read, or has the bytes it should have; else Changed."""
    seen = folder.look(file.path)
    if seen is None or (seen.stamp == file.stamp and folder.tells_changes):
        return file.stamp
    return _read(folder, file, tell)


def _read(folder: Folder, file: File, tell: Tell) -> str:
    found, seen = hashes.read(folder, file.path, hashes.algorithm_of(file.hash), tell)
    if found != file.hash:
        raise Changed(
            f"store {folder.store}: {show(file.path)}: is not what it was when it was last read",
            "Look at it. `datasets verify` notes it as it is now; then it can be removed.",
        )
    return seen.stamp


def _refuse_lost(kept: Folder, likes: Likes | None, file: File, seen: Seen) -> None:
    for path, stamp in likes[file.name].items() if likes is not None else ():
        found = kept.look(path)
        if found is None or found.stamp != stamp:
            raise LastCopy(f"store {kept.store}: {show(path)} changed meanwhile: the other copy stays")
        if found.is_same_as(seen):
            raise Conflict(f"{show(path)} and {show(file.path)} are one file: it stays")


def _take_folders(folder: Folder, root: bytes, path: bytes, folders: Collection[bytes]) -> None:
    """Remove what is empty of the dataset's folder and those below; never the root, and nothing above the dataset."""
    top = names.join(root, path)
    for above in reversed(names.folders_of(names.join(one, b"-") for one in folders)):
        if names.below(top, above) is not None and above != root:
            folder.unmake(above)
