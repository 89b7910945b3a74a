"""The data manager's objects: our datasets, in its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from peewee import chunked

from xfc_notify.datasets import names, replicas
from xfc_notify.datasets.data_manager import places
from xfc_notify.datasets.data_manager.places import Place
from xfc_notify.datasets.states import DatasetState, ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow, JournalRow, ManagedRow, MoveRow, ReplicaRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse
from xfc_notify.store.database import BATCH


class Status(StrEnum):
    """ACTIVE: a good copy is there; ARCHIVED: a good one that is packed; UNKNOWN: none is known to be good; DELETED:
    only the row is left."""

    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    DELETED = "DELETED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Object:
    """A dataset as the data manager shows it: `copy` is the one that it speaks of."""

    row: DatasetRow
    copy: ReplicaRow | None
    status: Status
    place: Place
    size: int
    busy: bool

    def as_json(self) -> dict[str, Any]:
        """As its clients know it."""
        row = self.row
        return {
            "id": row.uid,
            "machine": self.place.store,
            "filename": self.place.filename,
            "path": self.place.folder,
            "description": row.description,
            "size": self.size,
            "metadata": row.metadata,
            "date_registered": date(row.registered_at),
            "date_modified": date(row.modified_at),
            "status": str(self.status),
            "originator": row.originator,
            "group": row.group,
            "modifylock": int(self.busy),
        }


def date(moment: datetime | None) -> str | None:
    """Like `Mon, 04 May 2020 12:00:00 GMT`."""
    return None if moment is None else format_datetime(moment, usegmt=True)


def objects(stores: Stores, condition: Any) -> list[Object]:
    """The objects whose rows fit, the oldest first."""
    rows = list(DatasetRow.select().where(condition).order_by(DatasetRow.registered_at, DatasetRow.uid))
    return [one for some in chunked(rows, BATCH // 10) for one in _objects(stores, list(some))]


def remember(stores: Stores, uid: str, place: Place, size: int) -> None:
    """Keep how a client called the place where a dataset lies now."""
    if not all(text.isprintable() for text in (place.folder, place.filename)):
        place = places.shown(stores, place.store, place.path)
    ManagedRow.replace(
        dataset=uid, machine=place.store, folder=place.folder, filename=place.filename, size=size
    ).execute()


def _objects(stores: Stores, rows: Sequence[DatasetRow]) -> Iterable[Object]:
    uids = [row.uid for row in rows]
    copies: dict[str, list[ReplicaRow]] = {}
    for copy in ReplicaRow.select().where(ReplicaRow.dataset.in_(uids)).order_by(ReplicaRow.id):
        copies.setdefault(copy.dataset_id, []).append(copy)
    sizes = replicas.sizes([copy.id for some in copies.values() for copy in some])
    known = {one.dataset: one for one in ManagedRow.select().where(ManagedRow.dataset.in_(uids))}
    open_ = JournalRow.select(JournalRow.dataset).where(
        JournalRow.dataset.in_(uids), JournalRow.ended_at.is_null()
    )
    busy = {one.dataset for one in open_}
    for row in rows:
        spoken_of = _spoken_of(stores, copies.get(row.uid, []))
        found = known.get(row.uid)
        if spoken_of is None:
            place, size = _last(stores, row, found), found.size if found else 0
        else:
            place, size = _called(stores, spoken_of, row, found), sizes.get(spoken_of.id, 0)
        yield Object(row, spoken_of, _status(row, spoken_of), place, size, row.uid in busy)


def _spoken_of(stores: Stores, copies: Sequence[ReplicaRow]) -> ReplicaRow | None:
    """The good one on a disk, if there is one; else a good one, rather not packed; else the oldest."""
    disks = {store.name for store in stores.all if store.kind == "disk"}
    return min(
        copies,
        key=lambda copy: (copy.state != ReplicaState.GOOD, copy.packed, copy.store not in disks, copy.id),
        default=None,
    )


def _status(row: DatasetRow, copy: ReplicaRow | None) -> Status:
    if row.state == DatasetState.REMOVED:
        return Status.DELETED
    if copy is None or copy.state != ReplicaState.GOOD:
        return Status.UNKNOWN
    return Status.ARCHIVED if copy.packed else Status.ACTIVE


def _called(stores: Stores, copy: ReplicaRow, row: DatasetRow, found: ManagedRow | None) -> Place:
    """As a client wrote it, if it lies there still."""
    path = names.join(parse(copy.root), parse(row.path))
    if found is not None and found.machine == copy.store:
        try:
            written = places.written(stores, found.machine, found.folder, found.filename)
        except WrongInput:
            written = None
        if written is not None and written.path == path:
            return written
    return places.shown(stores, copy.store, path)


def _last(stores: Stores, row: DatasetRow, found: ManagedRow | None) -> Place:
    """Where what is gone has lain."""
    if found is not None:
        return Place(found.machine, b"", found.folder, found.filename)
    move = MoveRow.select().where(MoveRow.dataset == row.uid).order_by(MoveRow.id.desc()).first()
    store, _, root = (move.old if move else "").partition(":")
    return places.shown(stores, store, names.join(parse(root), parse(row.path)))
