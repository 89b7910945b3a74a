"""The end of a copy: files that lie under temporary names get their own, or all of it is undone.

Which file is ours is known for certain: as long as its temporary name is there, it is the file behind that name;
afterwards, that which its row was given before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from xfc_notify.datasets import hashes, names, replicas
from xfc_notify.datasets.at_once import all_of
from xfc_notify.datasets.errors import Conflict, Missing, StoreRefusal
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.paths import parse, show

Pair = tuple[File, File]


def part(row: JournalRow, target: File) -> bytes:
    """The temporary name of a file, in its own folder."""
    folder = target.path.rpartition(b"/")[0]
    return names.join(folder, names.part_of(row.id, target.id, target.part))


def left(row: JournalRow, target: File) -> bytes:
    """The temporary name under which whoever had a file before may have left some of it."""
    return part(row, replace(target, part=target.left))


def pairs(row: JournalRow, first: int = 0, last: int | None = None) -> Iterator[Sequence[Pair]]:
    """The files of the source with those of the target, or those of the target that have such ids, so many as one
    transaction deals with."""
    source = ReplicaRow.get_by_id(row.source)
    for some in replicas.in_batches(ReplicaRow.get_by_id(row.target), first=first, last=last):
        origins = replicas.numbered(source, [target.origin for target in some])
        yield [(origins[target.origin], target) for target in some]


def make_folders(folder: Folder, row: JournalRow) -> None:
    """Make the folders that were planned."""
    for path in row.folders:
        folder.make(parse(path))


def place(work: Work, stores: Stores) -> None:
    """Give all files their names, never one that is taken; then take the temporary ones away. What was taken over has
    to be there still.

    Raises Conflict if something else stands there by now.
    """
    row = work.now()
    target = ReplicaRow.get_by_id(row.target)
    with stores.opened(target.store) as folder:
        for some in replicas.held(target, FileState.UNREAD):
            with work.holding():
                all_of(partial(_place, folder, row), some, [folder])
            _sync(folder, some)
        for some in replicas.held(target, FileState.UNREAD):
            with work.holding():
                all_of(lambda file: folder.unlink(part(row, file)), some, [folder])
            _sync(folder, some)
            standing = all_of(partial(_standing, folder), some, [folder])
            replicas.note((file.id, {"stamp": seen.stamp}) for file, seen in zip(some, standing, strict=True))
        for some in replicas.held(target, FileState.GOOD):
            all_of(partial(_refuse_other, folder), some, [folder])


def undo(work: Work, stores: Stores) -> None:
    """Take back all that a copy has done, and nothing else: it stands then where it had only read."""
    row = work.now()
    target = ReplicaRow.get_by_id(row.target)
    with stores.opened(target.store) as folder:
        for some in replicas.held(target, FileState.UNREAD):
            with work.holding():
                all_of(partial(_take_back, folder, row), some, [folder])
        with work.holding():
            for path in reversed(row.folders):
                folder.unmake(parse(path))
            replicas.forget(target)
            work.step(Step.READING)


def _place(folder: Folder, row: JournalRow, file: File) -> None:
    """Most often nothing stands there: so what does is looked at only if the name could not be given."""
    try:
        folder.place(part(row, file), file.path)
    except (Conflict, Missing):
        there, own = folder.look(file.path), folder.look(part(row, file))
        if there is None and own is None:
            raise Missing(
                f"store {folder.store}: {show(file.path)}: was taken away before it had its name"
            ) from None
        if there is None:
            raise
        if not _is_ours(folder, row, file, there, own):
            raise Conflict(
                f"store {folder.store}: {show(file.path)}: something else stands there by now"
            ) from None


def _take_back(folder: Folder, row: JournalRow, file: File) -> None:
    there, own = folder.look(file.path), folder.look(part(row, file))
    if there is not None and _is_ours(folder, row, file, there, own):
        folder.unlink(file.path)
    folder.unlink(part(row, file))
    if file.left:
        folder.unlink(left(row, file))


def _is_ours(folder: Folder, row: JournalRow, file: File, there: Seen, own: Seen | None) -> bool:
    """Whether what stands at a file's name is what we wrote."""
    if own is not None:
        return folder.is_one(part(row, file), file.path)
    if there.body != file.stamp.rpartition(" ")[0]:
        return False
    return folder.tells_changes or _read(folder, file)[0] == file.hash


def _standing(folder: Folder, file: File) -> Seen:
    """What a file is under its own name; read again where that is needed."""
    seen = folder.look(file.path)
    if seen is None or seen.body != file.stamp.rpartition(" ")[0]:
        raise Conflict(f"store {folder.store}: {show(file.path)}: was replaced by something else")
    if folder.reads_again:
        found, seen = _read(folder, file)
        if found != file.hash:
            raise StoreRefusal(
                f"store {folder.store}: {show(file.path)}: other bytes were read back than were written",
                "The source is untouched. Have the store looked at.",
            )
    return seen


def _read(folder: Folder, file: File) -> tuple[str, Seen]:
    return hashes.read(folder, file.path, hashes.algorithm_of(file.hash), lambda _: None)


def _refuse_other(folder: Folder, file: File) -> None:
    """Raise Conflict if a file that was taken over is not there any more as it was."""
    seen = folder.look(file.path)
    if seen is None or seen.stamp != file.stamp:
        raise Conflict(f"store {folder.store}: {show(file.path)}: was the same, and changed meanwhile")


def _sync(folder: Folder, files: Sequence[File]) -> None:
    for path in {file.path.rpartition(b"/")[0] for file in files}:
        folder.sync(path)
