"""The files of a dataset come back out of its tar, as a copy like any other; the tar stays."""

from collections.abc import Iterator
from dataclasses import replace

from xfc_notify.datasets import arriving, hashes, members, names, replicas, tars, transfer
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.states import FileState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.datasets.transfer import Plan
from xfc_notify.paths import show


def plan(stores: Stores, source: ReplicaRow, store: str, root: bytes) -> Plan:
    """What it takes to unpack a copy under a root of a store. Nothing is changed, and no file is read.

    Raises Conflict if something else stands where a file should go, StoreRefusal if the store cannot hold a name …
    """
    count, size, standing, above = 0, 0, set[int](), set[bytes]()
    with stores.opened(source.store) as here, stores.opened(store) as there:
        (tar,) = replicas.known_files(source)
        if here.look(tar.path) is None:
            raise DatasetError(
                f"store {here.store}: {show(tar.path)}: is not there", "Run: xfc-notify datasets verify"
            )
        folded: dict[str, bytes] | None = {} if there.folds_case() else None
        for file in _files(source, root):
            transfer.refuse_name(there, file.path, file.name, folded)
            found, count, size = there.look(file.path), count + 1, size + file.size
            if found is None:
                above.add(file.path.rpartition(b"/")[0])
            elif found.size == file.size:
                standing.add(file.id)
            else:
                raise transfer.conflict(there, file.path, file, source.store)
        folders = transfer.lacking(there, above)
    return Plan(source, store, root, None, count, size, frozenset(standing), folders)


def compare(stores: Stores, planned: Plan, tell: Tell) -> None:
    """Read what stands at the target already; Conflict if it is not what would be taken over."""
    with stores.opened(planned.store) as there:
        for file in _files(planned.source, planned.root):
            if file.id in planned.standing:
                transfer.taken_over(there, file.path, file, planned.source.store, tell)


def prepare(work: Work, planned: Plan) -> None:
    """Write down what is meant, before anything is done."""
    rows = ({"name": one.name, "size": one.size, "hash": one.hash} for one in members.of(planned.source))
    transfer.prepare_rows(work, planned, rows)


def write(work: Work, stores: Stores, tell: Tell) -> None:
    """Write the files under temporary names, and read them back; nothing has its own name yet. Raises as
    `transfer.write`."""
    row = work.now()
    (tar,) = replicas.files(ReplicaRow.get_by_id(row.source))
    with transfer.both(stores, row) as (here, there):
        arriving.make_folders(there, row)
        with tars.opened(here, tar.path, hashes.algorithm_of(tar.hash)) as packed:
            for some in replicas.in_batches(ReplicaRow.get_by_id(row.target)):
                pairs = [(replace(file, id=0, path=file.name), file) for file in some]
                transfer.write_some(work, row, packed, there, pairs, tell)
    work.step(Step.PLACING, copied_at=work.clock())


def _files(source: ReplicaRow, root: bytes) -> Iterator[File]:
    """The files that a packed copy has, where they would lie under a root."""
    for one in members.of(source):
        path = names.join(root, one.name)
        yield File(one.id, one.name, path, "", one.size, one.hash, "", 0, 0, 0, FileState.UNREAD)
