"""Files that are known to be bad or missing are made anew from a good copy.

Each is written beside, read back, and swapped in only for what was found to be bad, as it was then. The bad bytes keep
a name of their own until the good ones stand.
"""

from collections.abc import Iterator, Sequence

from xfc_notify.datasets import arriving, choosing, hashes, names, replicas, transfer, verify
from xfc_notify.datasets.arriving import Pair
from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, StoreAway
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.states import FileState, ReplicaState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow
from xfc_notify.paths import parse, show

BROKEN = (FileState.BAD, FileState.MISSING)


def broken(copy: ReplicaRow) -> Sequence[File]:
    """The files of a copy that are known to be bad or missing."""
    return [file for file in replicas.files(copy) if file.state in BROKEN]


def repair(work: Work, stores: Stores, copy: ReplicaRow, tell: Tell) -> int:
    """Make the broken files of a copy anew; how many. DatasetError if no other copy has them good."""
    if copy.packed:
        raise DatasetError(
            f"{replicas.where(copy)} is a tar, which is not repaired.",
            "Remove it, and archive another copy: xfc-notify datasets remove",
        )
    files = broken(copy)
    if not files:
        raise DatasetError(
            f"Nothing is known to be wrong with {replicas.where(copy)}.", "Run: xfc-notify datasets verify"
        )
    source = _source(stores, copy, files)
    with stores.opened(copy.store) as there:
        folders = [
            path for path in names.folders_of(file.path for file in files) if not there.is_folder(path)
        ]
    size = sum(file.size for file in files)
    work.step(
        Step.COPYING, source=source.id, target=copy.id, folders=[show(path) for path in folders],
        files=len(files), bytes=size,
    )  # fmt: skip
    row = work.now()
    with transfer.both(stores, row) as (here, there):
        arriving.make_folders(there, row)
        for some in _pairs(source, files):
            transfer.write_beside(work, row, here, there, some, tell)
    work.step(Step.PLACING)
    swap(work, stores)
    return len(files)


def swap(work: Work, stores: Stores) -> None:
    """Let the new files take the places of the bad ones, one by one; what was done already is passed over.

    Raises Changed if one is not what it was when it was found to be bad, Conflict if something else stands there.
    """
    row = work.now()
    copy = ReplicaRow.get_by_id(row.target)
    with stores.opened(copy.store) as folder:
        for file in _begun(copy):
            with work.holding():
                _swap(folder, row, file)
                seen = folder.look(file.path)
                good = {"state": FileState.GOOD, "part": 0, "verified_at": work.clock()}
                replicas.note([(file.id, good | {"stamp": seen.stamp if seen else ""})])
    with work.holding():
        wrong = verify.conclude(copy, work.clock())
        work.end(success=not wrong, outcome="; ".join(f"{path} {why}" for path, why in wrong.items()))


def undo(work: Work, stores: Stores) -> None:
    """Take away what was written beside, and let a bad file have its name again."""
    row = work.now()
    copy = ReplicaRow.get_by_id(row.target)
    with stores.opened(copy.store) as folder:
        for file in _begun(copy):
            with work.holding():
                _take_back(folder, row, file)
                replicas.note([(file.id, {"part": 0})])
        with work.holding():
            for path in reversed(row.folders):
                folder.unmake(parse(path))
            work.step(Step.READING)


def _source(stores: Stores, copy: ReplicaRow, files: Sequence[File]) -> ReplicaRow:
    why = []
    for other in choosing.in_order(stores, copy.dataset_id):
        if other.id == copy.id or other.state not in {ReplicaState.GOOD, ReplicaState.BAD}:
            continue
        if other.packed:
            why.append(f"{replicas.where(other)} {choosing.PACKED}, to be activated under another root")
            continue
        found = {file.name: file for file in replicas.files(other) if file.state == FileState.GOOD}
        lacking = [file.name for file in files if getattr(found.get(file.name), "hash", "") != file.hash]
        if lacking:
            why.append(f"{replicas.where(other)} has no good {show(lacking[0])}")
            continue
        try:
            with stores.opened(other.store):
                return other
        except StoreAway as error:
            why.append(error.what)
    raise DatasetError(
        f"No other copy has what {replicas.where(copy)} lacks: {'; '.join(why) or 'there is none'}"
    )


def _pairs(source: ReplicaRow, files: Sequence[File]) -> Iterator[Sequence[Pair]]:
    by_name = {file.name: file for file in replicas.files(source)}
    for few in replicas.batches(files):
        for some in replicas.filled(few):
            yield [(by_name[file.name], file) for file in some]


def _begun(copy: ReplicaRow) -> Sequence[File]:
    return File.of(copy, FileRow.part != 0)


def _kept(row: JournalRow, file: File) -> bytes:
    """The name that a bad file has until the good one stands."""
    return names.join(file.path.rpartition(b"/")[0], names.kept_of(row.id, file.id))


def _swap(folder: Folder, row: JournalRow, file: File) -> None:
    part, kept = arriving.part(row, file), _kept(row, file)
    above = file.path.rpartition(b"/")[0]
    there = folder.look(file.path)
    if folder.look(part) is None:
        if there is not None and _hash(folder, file) == file.hash:
            return  # it was done, and not noted
        raise Changed(f"store {folder.store}: {show(file.path)}: what was written beside it is gone")
    if there is None or not folder.is_one(part, file.path):
        if there is not None:
            if folder.look(kept) is None:
                if there.stamp != file.stamp:
                    raise Changed(
                        f"store {folder.store}: {show(file.path)}: is not what it was when it was found to be bad",
                        "Run: xfc-notify datasets verify",
                    )
                folder.place(file.path, kept)
                folder.sync(above)
            elif not folder.is_one(kept, file.path):
                raise Conflict(f"store {folder.store}: {show(file.path)}: something else stands there by now")
            folder.unlink(file.path)
        folder.place(part, file.path)
    folder.sync(above)
    folder.unlink(kept)
    folder.unlink(part)
    folder.sync(above)


def _hash(folder: Folder, file: File) -> str:
    return hashes.read(folder, file.path, hashes.algorithm_of(file.hash), lambda _: None)[0]


def _take_back(folder: Folder, row: JournalRow, file: File) -> None:
    part, kept = arriving.part(row, file), _kept(row, file)
    if folder.look(kept) is not None:
        if folder.look(file.path) is None:
            folder.place(kept, file.path)
        if folder.is_one(kept, file.path) or (
            folder.look(part) is not None and folder.is_one(part, file.path)
        ):
            folder.sync(file.path.rpartition(b"/")[0])
            folder.unlink(kept)
    folder.unlink(part)
