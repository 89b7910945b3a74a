"""The copies of a dataset and their files, as rows. Paths below are bytes, in a store or below a root."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Self, TypeVar

from peewee import Expression, chunked, fn

from xfc_notify.datasets import names
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.states import Command, FileState, ReplicaState
from xfc_notify.datasets.tables import DatasetRow, FileRow, MoveRow, ReplicaRow, TarMemberRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, parse, show
from xfc_notify.store import bulk
from xfc_notify.store.database import BATCH, db

T = TypeVar("T")
FILLED = 2**28
"""Bytes after which a batch has enough files."""
MANY = 250
"""Files of a batch: what is done once for it, a transaction or a wait for the disk, costs each of them little."""
HELD = 20
"""Files that a first transaction gives names or takes them from. A slow store must not hold up the database for long:
the next one has twice as many after less than QUICK seconds, half as many after more than SLOW, MOST_HELD at most."""
QUICK, SLOW = 0.1, 0.5
MOST_HELD = 320


_COLUMNS = (
    FileRow.id, FileRow.name, FileRow.place, FileRow.size, FileRow.hash, FileRow.stamp, FileRow.part, FileRow.left,
    FileRow.origin, FileRow.state,
)  # fmt: skip
_UNREAD = {
    "hash": "",
    "stamp": "",
    "part": 0,
    "left": 0,
    "origin": 0,
    "state": FileState.UNREAD,
    "verified_at": None,
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a copy, as its row has it: `path` is where it lies in the store."""

    id: int
    name: bytes
    path: bytes
    place: str
    size: int
    hash: str
    stamp: str
    part: int
    left: int
    origin: int
    state: FileState

    @classmethod
    def of(
        cls, replica: ReplicaRow, chosen: Expression | None = None, count: int | None = None
    ) -> list[Self]:
        """The files of a copy, or those chosen by their rows, the first so many of them, by their ids."""
        root = parse(replica.root)
        wanted = FileRow.replica == replica.id
        rows = FileRow.select(*_COLUMNS).where(wanted if chosen is None else wanted & chosen)
        # as they come, in no objects of peewee: of so many rows, these would take most of the time
        found: list[Self] = []
        for row in db.execute(rows.order_by(FileRow.id).limit(count)):
            number, shown, place, size, hash_, stamp, part, left, origin, state = row
            name = parse(shown)
            path, at = names.join(root, name), FileState(state)
            found.append(cls(number, name, path, place, size, hash_, stamp, part, left, origin, at))
        return found


def dataset(uid: str) -> DatasetRow:
    """The dataset; WrongInput if there is none."""
    row: DatasetRow | None = DatasetRow.get_or_none(DatasetRow.uid == names.printable(uid))
    if row is None:
        raise WrongInput(f"There is no dataset {harmless(uid)}.", "See: xfc-notify datasets list")
    return row


def of(uid: str) -> list[ReplicaRow]:
    """The copies of a dataset, the oldest first."""
    return list(ReplicaRow.select().where(ReplicaRow.dataset == uid).order_by(ReplicaRow.id))


def at(uid: str, store: str, root: bytes) -> ReplicaRow | None:
    """The copy under this root of a store."""
    return ReplicaRow.get_or_none(
        ReplicaRow.dataset == uid, ReplicaRow.store == store, ReplicaRow.root == show(root)
    )


def path_of(replica: ReplicaRow, name: bytes) -> bytes:
    """Where a file of a copy lies in its store."""
    return names.join(parse(replica.root), name)


def add(
    uid: str, store: str, root: bytes, files: Iterable[Mapping[str, Any]], *, packed: bool = False
) -> ReplicaRow:
    """A copy that arrives; of its files, the name and what else is known."""
    row = ReplicaRow.create(
        dataset=uid, store=store, root=show(root), state=ReplicaState.ARRIVING, packed=packed
    )
    add_files(row, files)
    return row


def add_files(replica: ReplicaRow, files: Iterable[Mapping[str, Any]]) -> None:
    """Files of a copy; of each, the name and what else is known."""
    root = parse(replica.root)
    rows = (
        (replica.id, show(name), names.place_of(replica.store, names.join(root, name)), file["size"],
         *(file.get(column, unread) for column, unread in _UNREAD.items()))
        for file in files for name in [file["name"]]
    )  # fmt: skip
    bulk.insert(FileRow, ("replica", "name", "place", "size", *_UNREAD), rows)


def files(replica: ReplicaRow) -> list[File]:
    """The files of a copy, in the order in which they were listed."""
    return File.of(replica)


def in_batches(
    replica: ReplicaRow, count: int = MANY, first: int = 0, last: int | None = None
) -> Iterator[list[File]]:
    """The same, or those with ids from `first` to `last`, so many at once: each batch is read when it is asked for."""
    while True:
        left = FileRow.id >= first
        found = File.of(replica, left if last is None else left & (FileRow.id <= last), count)
        if not found:
            return
        yield from filled(found)
        first = found[-1].id + 1


def filled(some: Sequence[File]) -> Iterator[list[File]]:
    """Files in batches of FILLED bytes, or of one that has more."""
    batch: list[File] = []
    size = 0
    for file in some:
        if batch and size + file.size > FILLED:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


def known_batches(replica: ReplicaRow) -> Iterator[list[File]]:
    """All of them, in batches; DatasetError as `known_files`."""
    found = in_batches(replica)
    first = next(found, None)
    if first is None:
        raise _unknown(replica)
    yield first
    yield from found


def numbered(replica: ReplicaRow, ids: Sequence[int]) -> dict[int, File]:
    """Those files of a copy that have these ids, by their ids."""
    found: dict[int, File] = {}
    for some in chunked(ids, BATCH):
        found |= {file.id: file for file in File.of(replica, FileRow.id.in_(some))}
    return found


def known_files(replica: ReplicaRow) -> list[File]:
    """The same; DatasetError if no file of it is known: that would not be a dataset without files."""
    found = files(replica)
    if not found:
        raise _unknown(replica)
    return found


def _unknown(replica: ReplicaRow) -> DatasetError:
    return DatasetError(
        f"No file is known of the copy {where(replica)} of dataset {replica.dataset_id}.",
        "Run: xfc-notify datasets rebuild",
    )


def sizes(numbers: Sequence[int]) -> dict[int, int]:
    """How many bytes these copies have, by their numbers; those without files are left out."""
    sizes: dict[int, int] = {}
    listed: Any
    for listed in (FileRow, TarMemberRow):  # of what is packed, the members count and not the tar
        for some in chunked(numbers, BATCH):
            rows = listed.select(listed.replica, fn.SUM(listed.size)).where(listed.replica.in_(some))
            sizes |= {number: int(size) for number, size in rows.group_by(listed.replica).tuples()}
    return sizes


def note(changes: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Change rows of files by their ids: those that change the same columns, many at once."""
    alike: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for number, changed in changes:
        alike.setdefault(tuple(changed), []).append((number, changed))
    with db.atomic():
        for columns, some in alike.items():
            bulk.change(FileRow, columns, ((number, *changed.values()) for number, changed in some))


def put(replica: ReplicaRow, state: ReplicaState, verified_at: datetime | None = None) -> None:
    """Let a copy be in this state from now on."""
    changes: dict[str, Any] = {"state": state}
    if verified_at is not None:
        changes["verified_at"] = verified_at
    ReplicaRow.update(changes).where(ReplicaRow.id == replica.id).execute()


def forget(replica: ReplicaRow) -> None:
    """Delete the rows of a copy and of its files."""
    TarMemberRow.delete().where(TarMemberRow.replica == replica.id).execute()
    FileRow.delete().where(FileRow.replica == replica.id).execute()
    ReplicaRow.delete().where(ReplicaRow.id == replica.id).execute()


def shared(some: Sequence[File], replica: ReplicaRow) -> set[str]:
    """The places of those files that another copy, of whatever dataset, counts as its own too."""
    found: set[str] = set()
    for places in chunked((file.place for file in some), BATCH):
        rows = FileRow.select(FileRow.place).where(FileRow.place.in_(places), FileRow.replica != replica.id)
        found |= {row.place for row in rows}
    return found


def where(replica: ReplicaRow) -> str:
    """Store and root of a copy, as they can be typed again."""
    return f"{replica.store}:{replica.root}"


def place(replica: ReplicaRow) -> bytes:
    """The same as commands take it, whatever bytes it has."""
    return replica.store.encode() + b":" + parse(replica.root)


def moved(
    uid: str, old: str, new: str, command: Command, now: datetime, arguments: Mapping[str, Any]
) -> None:
    """Add a line to the history of where a dataset lies."""
    if command is Command.MOVE:
        DatasetRow.update(modified_at=now).where(DatasetRow.uid == uid).execute()
    MoveRow.create(dataset=uid, old=old, new=new, at=now, command=command, arguments=arguments)


def batches(some: Sequence[T], count: int = 100) -> Iterator[Sequence[T]]:
    """Files, so many at once."""
    for first in range(0, len(some), count):
        yield some[first : first + count]


def held(replica: ReplicaRow, state: FileState | None = None) -> Iterator[Sequence[File]]:
    """The files of a copy, or those in a state, so many at once as one transaction should deal with."""
    first, count = 0, HELD
    while True:
        left = FileRow.id >= first
        some = File.of(replica, left if state is None else left & (FileRow.state == state), count)
        if not some:
            return
        began = monotonic()
        yield some
        first, took = some[-1].id + 1, monotonic() - began
        if took < QUICK:
            count = min(2 * count, MOST_HELD)
        elif took > SLOW:
            count = max(count // 2, 1)
