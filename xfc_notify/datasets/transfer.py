"""A copy on its way: planned, written under temporary names, read back, and only then given its names.

What is planned stands in rows before the first byte is written, so that any process can go on, or undo it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from xfc_notify.datasets import arriving, hashes, listing, names, replicas
from xfc_notify.datasets.errors import Conflict, DatasetError, Overtaken, StoreRefusal
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.paths import parse, show


@dataclass(frozen=True)
class Plan:
    """What a copy will do.

    names    of the files there, in their order
    taken    name here → the file with the very same bytes that stands at the target already, and is taken over
    folders  those that will be made, the outer ones first
    """

    source: ReplicaRow
    store: str
    root: bytes
    files: Sequence[File]
    names: Sequence[bytes]
    taken: dict[bytes, Seen]
    folders: Sequence[bytes]

    @property
    def size(self) -> int:
        """How many bytes will be written."""
        return sum(file.size for file in self.files if file.name not in self.taken)


def plan(
    stores: Stores, source: ReplicaRow, store: str, root: bytes, tell: Tell, path: bytes | None = None
) -> Plan:
    """What it takes to copy a dataset under a root of a store, at another path if one is given. Nothing is changed.

    Raises Missing if files are not there; Conflict if something else stands where one should go, or both are one place;
    StoreRefusal if the store cannot hold a name; StoreAway.
    """
    files, taken = replicas.known_files(source), {}
    new = [file.name for file in files]
    if path is not None:
        new = [names.renamed(name, parse(source.dataset.path), path) for name in new]
    with stores.opened(source.store) as here, stores.opened(store) as there:
        _refuse_names(there, root, new)
        seen = {file.name: here.look(file.path) for file in files}
        listing.refuse_missing([name for name, one in seen.items() if one is None], len(files))
        for file, name in zip(files, new, strict=True):
            path_there = names.join(root, name)
            found = there.look(path_there)
            if found is None:
                continue
            if found.is_same_as(seen[file.name]):
                raise Conflict(
                    f"source and target are the same place: {show(file.path)} in {source.store} is "
                    f"{show(path_there)} in {store}"
                )
            taken[file.name] = _taken_over(there, path_there, file, source.store, found, tell)
        paths = [
            names.join(root, name) for file, name in zip(files, new, strict=True) if file.name not in taken
        ]
        folders = [folder for folder in names.folders_of(paths) if not there.is_folder(folder)]
    return Plan(source, store, root, files, new, taken, folders)


def prepare(work: Work, planned: Plan) -> None:
    """Write down what is meant, before anything is done."""
    with work.holding():
        rows = (_row(file, name, planned) for file, name in zip(planned.files, planned.names, strict=True))
        target = replicas.add(work.row.dataset, planned.store, planned.root, rows)
        work.step(
            Step.COPYING,
            source=planned.source.id,
            target=target.id,
            folders=[show(folder) for folder in planned.folders],
        )


def write(work: Work, stores: Stores, tell: Tell) -> None:
    """Write the files under temporary names, and read them back; nothing has its own name yet.

    Raises Changed if a source is not what was registered, StoreRefusal if the store is full …
    """
    row = work.now()
    with (
        stores.opened(_replica(row.source).store) as here,
        stores.opened(_replica(row.target).store) as there,
    ):
        arriving.make_folders(there, row)
        for some in arriving.batches(row):
            try:
                _write_some(work, here, there, some, tell)
            except Overtaken:  # whoever took over has undone what was there then
                for _, target in some:
                    there.unlink(arriving.part(row, target))
                raise
    work.step(Step.PLACING)


def _write_some(work: Work, here: Folder, there: Folder, some: Sequence[arriving.Pair], tell: Tell) -> None:
    """Write some files, force them to disk together, and read them back."""
    new = [
        (source, target, arriving.part(work.row, target))
        for source, target in some
        if target.state is FileState.UNREAD
    ]
    read = [_copied(here, there, source, part, tell) for source, _, part in new]
    there.force([part for _, _, part in new])
    written = [_read_back(there, target, part, tell) for _, target, part in new]
    with work.holding():
        good = {"state": FileState.GOOD, "verified_at": work.clock()}
        replicas.note(
            (new[n][0].id, good | {"stamp": seen.stamp})
            for n, seen in enumerate(read)
            if seen.stamp != new[n][0].stamp
        )
        replicas.note((new[n][1].id, {"stamp": seen.stamp}) for n, seen in enumerate(written))


def _copied(here: Folder, there: Folder, source: File, part: bytes, tell: Tell) -> Seen:
    """What the source was when it was copied, with the hash that it should have."""
    found, seen = hashes.copy(here, source.path, there, part, hashes.algorithm_of(source.hash), tell)
    if found != source.hash:
        raise DatasetError(
            f"store {here.store}: {show(source.path)}: is not what was registered: {found} instead of {source.hash}",
            "Run: xfc-notify datasets verify",
        )
    return seen


def _read_back(there: Folder, target: File, part: bytes, tell: Tell) -> Seen:
    """What the new file was when it was read, with the hash that it should have."""
    found, seen = hashes.read(there, part, hashes.algorithm_of(target.hash), tell)
    if found != target.hash:
        raise StoreRefusal(
            f"store {there.store}: {show(target.path)}: other bytes were read back than were written",
            "The source is untouched. Have the store looked at.",
        )
    return seen


def _taken_over(there: Folder, path: bytes, file: File, store: str, found: Seen, tell: Tell) -> Seen:
    """What a file at the target is, if it has the bytes of this one; else Conflict."""
    if found.size == file.size:
        hash_, seen = hashes.read(there, path, hashes.algorithm_of(file.hash), tell)
        if hash_ == file.hash:
            return seen
    raise Conflict(
        f"store {there.store}: {show(path)}: something else stands there than {show(file.path)} of {store}",
        "Nothing was changed. Move it away, or choose another root.",
    )


def _refuse_names(there: Folder, root: bytes, new: Sequence[bytes]) -> None:
    for name in new:
        there.refuse_name(names.join(root, name))
    if there.folds_case():
        seen: dict[str, bytes] = {}
        for name in new:
            other = seen.setdefault(show(name).casefold(), name)
            if other != name:
                raise Conflict(
                    f"store {there.store} does not tell {show(other)} from {show(name)}: it ignores case"
                )


def _row(file: File, name: bytes, planned: Plan) -> dict[str, object]:
    """The row of a file that is to come; one that is taken over is there already."""
    found = planned.taken.get(file.name)
    stamp, state = (found.stamp, FileState.GOOD) if found else ("", FileState.UNREAD)
    return {"name": name, "size": file.size, "hash": file.hash, "stamp": stamp, "state": state}


def _replica(number: int | None) -> ReplicaRow:
    return ReplicaRow.get_by_id(number)
