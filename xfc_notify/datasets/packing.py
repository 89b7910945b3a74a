"""A dataset becomes one tar in an archive: written under a temporary name, and read back with all its members.

It gets its name, and the files that are in it go, in the same steps as those of a move.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from xfc_notify.datasets import arriving, hashes, members, names, replicas, tars, transfer, writing
from xfc_notify.datasets.errors import Conflict, Overtaken
from xfc_notify.datasets.folder import Folder, Sink
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.listing import refuse_missing
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow
from xfc_notify.datasets.transfer import Plan
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show


def plan(stores: Stores, source: ReplicaRow, store: str, root: bytes) -> Plan:
    """What it takes to pack a copy under a root of an archive. Nothing is changed, and no file is read.

    Raises WrongInput if that store is no archive; Missing if files are not there; Conflict if something stands where
    the tar should go; StoreRefusal, StoreAway.
    """
    refuse_no_archive(stores, store)
    path, count, size, missing = names.join(root, name(source.dataset_id)), 0, 0, list[bytes]()
    with stores.opened(source.store) as here, stores.opened(store) as there:
        there.refuse_name(path)
        if there.look(path) is not None:
            raise Conflict(f"store {store}: {show(path)}: something stands there", "Choose another root.")
        for some in replicas.known_batches(source):
            missing += [file.name for file in some if here.look(file.path) is None]
            count, size = count + len(some), size + sum(file.size for file in some)
        refuse_missing(missing, count)
        folders = [folder for folder in names.folders_of([path]) if not there.is_folder(folder)]
    return Plan(source, store, root, None, count, size, folders=folders)


def refuse_no_archive(stores: Stores, store: str) -> None:
    """Raise WrongInput if a store is no archive."""
    if stores.named(store).kind != "archive":
        raise WrongInput(f"Store {store} is no archive.", 'Name one of kind = "archive".')


def compare(stores: Stores, planned: Plan, tell: Tell) -> None:
    """Nothing stands where a tar goes, or it would not be planned."""


def name(uid: str) -> bytes:
    """The name of a dataset's tar."""
    return names.checked(f"{quote(uid, safe='')}.tar".encode())


def prepare(work: Work, planned: Plan) -> None:
    """Write down what is meant, before anything is done."""
    with work.holding():
        tar = {"name": name(work.row.dataset), "size": planned.size}
        target = transfer.prepare_rows(work, planned, [tar], packed=True)
        members.add(target, _files(planned.source))


def write(work: Work, stores: Stores, tell: Tell) -> None:
    """Write the tar under a temporary name, and read it back; it has not its own name yet.

    Raises DatasetError if a source is not what was registered, StoreRefusal if other bytes are read back …
    """
    row = work.now()
    target = ReplicaRow.get_by_id(row.target)
    (tar,) = replicas.files(target)
    with transfer.both(stores, row) as (here, there):
        arriving.make_folders(there, row)
        with work.holding():
            if tar.part:  # what who had it before has left
                there.unlink(arriving.part(row, tar))
            FileRow.update(part=work.turn).where(FileRow.id == tar.id).execute()
        part = arriving.part(row, replace(tar, part=work.turn))
        try:
            hash_ = _written(work, row, here, there, part, tell)
            found, seen, why = members.check(
                there, part, hashes.algorithm_of(hash_), members.of(target), tell
            )
            if why or found != hash_:
                raise writing.other_bytes(there, tar, why)
            with work.holding():
                replicas.note([(tar.id, {"size": seen.size, "hash": hash_, "stamp": seen.stamp})])
                work.answered(tar.id, row.bytes)
                work.step(Step.PLACING, copied_at=work.clock())
        except Overtaken:  # whoever took over has undone what was there then
            there.unlink(part)
            raise


def _written(work: Work, row: JournalRow, here: Folder, there: Folder, part: bytes, tell: Tell) -> str:
    """Write a tar of all files of the source, and force it to disk; its hash."""
    source, now = ReplicaRow.get_by_id(row.source), int(work.clock().timestamp()) * 10**9
    made: list[str] = []

    def fill(sink: Sink) -> Seen:
        algorithm = hashes.algorithm_of(next(_files(source)).hash)
        tar = tars.Writing(sink, algorithm)
        _list_checksums(tar, source, like)
        for some in replicas.in_batches(source):
            read = [(file, _packed(tar, here, file, tell)) for file in some]
            good = {"state": FileState.GOOD, "verified_at": work.clock()}
            with work.holding():
                replicas.note(
                    (file.id, good | {"stamp": seen.stamp}) for file, seen in read if seen.stamp != file.stamp
                )
        made.append(tar.end())
        return like

    like = Seen(0, 0, row.bytes, now, now, tars.MODE)
    there.write(part, fill, like)
    there.force([part])
    return made[0]


def _list_checksums(tar: tars.Writing, source: ReplicaRow, like: Seen) -> None:
    """The first member: made twice, since its size comes before it."""
    size = sum(len(tars.line(file.name, file.hash)) for file in _files(source))
    tar.begin(tars.CHECKSUMS, like._replace(size=size))
    for some in replicas.in_batches(source):
        tar.put(memoryview(b"".join(tars.line(file.name, file.hash) for file in some)))
    tar.fill_up()


def _packed(tar: tars.Writing, here: Folder, file: File, tell: Tell) -> Seen:
    """Add a file; what it was, with the hash that it should have."""
    seen = here.look(file.path)
    if seen is None or seen.size != file.size:
        raise writing.changed(here, file, "its size is another" if seen else "it is not there")
    tar.begin(file.name, seen)
    found, read = hashes.pour(here, file.path, hashes.algorithm_of(file.hash), tar.put, tell)
    if found != file.hash:
        raise writing.changed(here, file, f"{found} instead of {file.hash}")
    tar.fill_up()
    return read


def _files(source: ReplicaRow) -> Iterator[File]:
    return (file for some in replicas.in_batches(source) for file in some)
