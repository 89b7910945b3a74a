"""A copy on its way: planned, written under temporary names, read back, and only then given its names.

What is planned stands in rows before the first byte is written, so that any process can go on, or undo it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from xfc_notify.datasets import arriving, hashes, listing, names, replicas, writing
from xfc_notify.datasets.at_once import all_of
from xfc_notify.datasets.errors import Conflict, DatasetError, Overtaken
from xfc_notify.datasets.folder import Folder, Readable
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Hand, Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.paths import parse, show


@dataclass(frozen=True)
class Plan:
    """What a copy will do.

    path         of the dataset there, if it gets another
    files, size  of the source; size in bytes
    standing     the ids of files of which one of the same size stands at the target already: it is read, and taken
                 over if it has the very same bytes
    folders      those that will be made, the outer ones first
    """

    source: ReplicaRow
    store: str
    root: bytes
    path: bytes | None
    files: int = 0
    size: int = 0
    standing: frozenset[int] = frozenset()
    folders: Sequence[bytes] = ()

    def name(self, file: File) -> bytes:
        """What a file of the source is called there, below the root."""
        if self.path is None:
            return file.name
        return names.renamed(file.name, parse(self.source.dataset.path), self.path)


def plan(stores: Stores, source: ReplicaRow, store: str, root: bytes, path: bytes | None = None) -> Plan:
    """What it takes to copy a dataset under a root of a store, at another path if one is given. Nothing is changed, and
    no file is read.

    Raises Missing if files are not there; Conflict if something else stands where one should go, or both are one place;
    StoreRefusal if the store cannot hold a name; StoreAway.
    """
    count, size = 0, 0
    missing: list[bytes] = []
    standing: set[int] = set()
    above: set[bytes] = set()
    planned = Plan(source, store, root, path)
    with stores.opened(source.store) as here, stores.opened(store) as there:
        folded: dict[str, bytes] | None = {} if there.folds_case() else None

        def look(file: File) -> tuple[File, bytes, bool | None]:
            new, seen = names.join(root, planned.name(file)), here.look(file.path)
            return file, new, None if seen is None else _stands(here, there, file, new, seen)

        for some in replicas.known_batches(source):
            for file in some:
                name = planned.name(file)
                refuse_name(there, names.join(root, name), name, folded)
            for file, new, stands in all_of(look, some, [here, there]):
                count, size = count + 1, size + file.size
                if stands is None:
                    missing.append(file.name)
                elif stands:
                    standing.add(file.id)
                else:
                    above.add(new.rpartition(b"/")[0])
        listing.refuse_missing(missing, count)
        folders = lacking(there, above)
    return replace(planned, files=count, size=size, standing=frozenset(standing), folders=folders)


def lacking(there: Folder, wanted: Iterable[bytes]) -> list[bytes]:
    """The folders that are not there of these and of all above them, the outer ones first."""
    above = names.folders_of(names.join(folder, b"-") for folder in wanted)
    return [folder for folder in above if not there.is_folder(folder)]


def compare(stores: Stores, planned: Plan, tell: Tell) -> None:
    """Read what stands at the target already; Conflict if it is not what would be taken over."""
    with stores.opened(planned.store) as there:
        for some in replicas.batches(sorted(planned.standing)):
            for file in replicas.numbered(planned.source, some).values():
                new = names.join(planned.root, planned.name(file))
                taken_over(there, new, file, planned.source.store, tell)


def prepare(work: Work, planned: Plan) -> None:
    """Write down what is meant, before anything is done."""
    known = (file for some in replicas.in_batches(planned.source) for file in some)
    rows = (
        {"name": planned.name(file), "size": file.size, "hash": file.hash, "origin": file.id}
        for file in known
    )
    prepare_rows(work, planned, rows)


def prepare_rows(
    work: Work, planned: Plan, rows: Iterable[Mapping[str, Any]], *, packed: bool = False
) -> ReplicaRow:
    """The same, with the rows of the files that the new copy will have; that copy."""
    with work.holding():
        target = replicas.add(work.row.dataset, planned.store, planned.root, rows, packed=packed)
        work.step(
            Step.COPYING,
            source=planned.source.id,
            target=target.id,
            folders=[show(folder) for folder in planned.folders],
            files=planned.files,
            bytes=planned.size,
            source_store=planned.source.store,
            target_store=planned.store,
            started_at=work.clock(),
        )
    return target


def write(work: Work, stores: Stores, tell: Tell) -> None:
    """Write the files under temporary names, and read them back; nothing has its own name yet.

    Raises Changed if a source is not what was registered, StoreRefusal if the store is full …
    """
    row = work.now()
    with both(stores, row) as (here, there):
        arriving.make_folders(there, row)
        for some in arriving.pairs(row):
            write_some(work, row, here, there, some, tell)
    work.step(Step.PLACING, copied_at=work.clock())


def write_some(
    hand: Hand, row: JournalRow, here: Readable, there: Folder, some: Sequence[arriving.Pair], tell: Tell
) -> None:
    """Write some files, force them to disk together, and read them back; what stands at the target is taken over. Their
    answer counts once: Overtaken if somebody else has taken them in hand. A source without an id has no row."""
    todo = writing.begin(hand, row, there, [pair for pair in some if not pair[1].stamp])
    try:
        taken = [
            (one.target, taken_over(there, one.target.path, one.target, here.store, tell))
            for one in todo
            if there.look(one.target.path) is not None
        ]
        standing = {target.id for target, _ in taken}
        new = [one for one in todo if one.target.id not in standing]
        for one in todo:
            if one.begun and one.target.id in standing:
                there.unlink(one.part)
        read, written = writing.write(hand, here, there, new, tell)
        with hand.holding():
            good = {"state": FileState.GOOD, "verified_at": hand.clock()}
            replicas.note(
                (new[n].source.id, good | {"stamp": seen.stamp})
                for n, seen in enumerate(read)
                if new[n].source.id and seen.stamp != new[n].source.stamp
            )
            replicas.note(
                (target.id, {"stamp": seen.stamp, "state": FileState.GOOD}) for target, seen in taken
            )
            replicas.note((new[n].target.id, {"stamp": seen.stamp}) for n, seen in enumerate(written))
            hand.answered(some[-1][1].id, sum(one.target.size for one in todo))
    except DatasetError:
        if _is_overtaken(hand):  # whoever took over has undone what was there then
            for one in todo:
                there.unlink(one.part)
        raise


def _is_overtaken(hand: Hand) -> bool:
    try:
        with hand.holding():
            return False
    except Overtaken:
        return True


@contextmanager
def both(stores: Stores, row: JournalRow) -> Iterator[tuple[Folder, Folder]]:
    """The stores of source and target, open."""
    source, target = ReplicaRow.get_by_id(row.source), ReplicaRow.get_by_id(row.target)
    with stores.opened(source.store) as here, stores.opened(target.store) as there:
        yield here, there


def write_beside(
    hand: Hand, row: JournalRow, here: Folder, there: Folder, some: Sequence[arriving.Pair], tell: Tell
) -> None:
    """Write some files under temporary names beside what stands there, and read them back."""
    todo = writing.begin(hand, row, there, some)
    writing.write(hand, here, there, todo, tell)
    with hand.holding():
        hand.answered(some[-1][1].id, sum(target.size for _, target in some))


def _stands(here: Folder, there: Folder, file: File, path: bytes, seen: Seen) -> bool:
    """Whether a file of the same size stands at the target; Conflict if anything else does, or it is the source."""
    found = there.look(path)
    if found is None:
        return False
    if found.is_same_as(seen):
        raise Conflict(
            f"source and target are the same place: {show(file.path)} in {here.store} is "
            f"{show(path)} in {there.store}"
        )
    if found.size != file.size:
        raise conflict(there, path, file, here.store)
    return True


def taken_over(there: Folder, path: bytes, file: File, store: str, tell: Tell) -> Seen:
    """What a file at the target is, if it has the bytes of this one; else Conflict."""
    found, seen = hashes.read(there, path, hashes.algorithm_of(file.hash), tell)
    if found != file.hash:
        raise conflict(there, path, file, store)
    return seen


def conflict(there: Folder, path: bytes, file: File, store: str) -> Conflict:
    return Conflict(
        f"store {there.store}: {show(path)}: something else stands there than {show(file.path)} of {store}",
        "Nothing was changed. Move it away, or choose another root.",
    )


def refuse_name(there: Folder, path: bytes, name: bytes, folded: dict[str, bytes] | None) -> None:
    """StoreRefusal for a path that cannot be held; Conflict for two names that a store which ignores case mixes up."""
    there.refuse_name(path)
    if folded is not None:
        other = folded.setdefault(show(name).casefold(), name)
        if other != name:
            raise Conflict(
                f"store {there.store} does not tell {show(other)} from {show(name)}: it ignores case"
            )
