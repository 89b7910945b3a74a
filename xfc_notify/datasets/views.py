"""What is shown of datasets. Sizes are bytes, times UTC; paths and roots are texts of `paths.show`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from peewee import fn

from xfc_notify.datasets import names, predicting, replicas
from xfc_notify.datasets.items import rows
from xfc_notify.datasets.items.rows import Item
from xfc_notify.datasets.states import DatasetState, FileState, ReplicaState
from xfc_notify.datasets.stores import Stores, by_nearness
from xfc_notify.datasets.tables import DatasetRow, FileRow, JournalRow, MoveRow, ReplicaRow, TarMemberRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, parse, show

if TYPE_CHECKING:
    from xfc_notify.datasets.transfer import Plan

ITEMS = 1000
"""How many arrays are shown of one dataset."""


@dataclass(frozen=True, slots=True)
class ReplicaView:
    """A copy: `root` is an absolute path. `packed`: its files are in one tar."""

    store: str
    root: str
    state: ReplicaState
    files: int
    bytes: int
    verified_at: datetime | None
    packed: bool


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset, as read from here: `root` is that of the nearest good copy, "" if there is none."""

    uid: str
    spec: str
    root: str
    path: str
    state: DatasetState
    owner: str
    group: str
    description: str
    originator: str
    metadata: str
    registered_at: datetime
    modified_at: datetime | None
    arguments: Mapping[str, Any]
    replicas: tuple[ReplicaView, ...]


@dataclass(frozen=True, slots=True)
class WholeView(DatasetView):
    """A dataset with the arrays in its files: the first ITEMS, and whether there are more."""

    items: tuple[Item, ...]
    more_items: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a copy: `exists` and `state` as it was last looked at."""

    store: str
    root: str
    abs_path: str
    size: int
    hash: str
    exists: bool
    state: FileState
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveView:
    """A line of the history of a dataset: roots as `STORE:path`, "" for none."""

    dataset: str
    old: str
    new: str
    time: datetime
    cmd: str
    cmd_kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JournalView:
    """A command: `success` is None until it has ended; `outcome` says why it failed, or why it waits.

    files, bytes  how much there is to do, once that is known
    done          bytes of files with a good answer
    started_at    when somebody took it in hand
    ends_at       when all will have been copied, as it seems now; None if nothing tells
    set_aside_at  when people were told that it had failed long ago
    """

    id: str
    dataset: str
    command: str
    arguments: Mapping[str, Any]
    began_at: datetime
    started_at: datetime | None
    step: str
    files: int
    bytes: int
    done: int
    ended_at: datetime | None
    success: bool | None
    outcome: str
    ends_at: datetime | None
    set_aside_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransferView:
    """What a copy or a move did, or would do. `taken_over` of its files stood at the target already.

    seconds  that it will take, by those of the past between these stores; None if there was none
    """

    dataset: str
    command: str
    old: str
    new: str
    files: int
    bytes: int
    taken_over: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What a removal did, or would do. `shared` of its files stay, for others count them as theirs."""

    dataset: str
    root: str
    files: int
    bytes: int
    shared: int


@dataclass(frozen=True, slots=True)
class VerificationView:
    """What was found of a copy: `wrong` maps paths to why. A store that is away says so in `away`."""

    store: str
    root: str
    state: ReplicaState
    files: int
    bytes: int
    wrong: Mapping[str, str]
    away: str = ""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Where a dataset is to be read: its files as paths that `open` takes."""

    store: str
    root: str
    path: str
    files: tuple[str, ...]


def dataset(row: DatasetRow, stores: Stores, host: str = "") -> DatasetView:
    """A dataset with its copies, the oldest first."""
    copies = replicas.of(row.uid)
    order = [store.name for store in by_nearness(stores.all, host)]
    good = [it for it in copies if it.state == ReplicaState.GOOD and it.store in order and not it.packed]
    nearest = min(good, key=lambda copy: order.index(copy.store), default=None)
    return DatasetView(
        row.uid, row.spec, root(nearest, stores) if nearest else "", row.path, DatasetState(row.state),
        row.owner, row.group, row.description, row.originator, row.metadata, row.registered_at, row.modified_at,
        row.arguments, tuple(replica(copy, stores) for copy in copies),
    )  # fmt: skip


def whole(row: DatasetRow, stores: Stores) -> WholeView:
    """A dataset with what is in its files."""
    view, items = dataset(row, stores), rows.of(row.uid)
    shown = tuple(islice(items, ITEMS))
    known = {field.name: getattr(view, field.name) for field in fields(view)}
    return WholeView(**known, items=shown, more_items=next(items, None) is not None)


def replica(row: ReplicaRow, stores: Stores) -> ReplicaView:
    """A copy with the number and size of its files."""
    count, size = size_of(row)
    return ReplicaView(
        row.store, root(row, stores), ReplicaState(row.state), count, size, row.verified_at, row.packed
    )


def size_of(row: ReplicaRow) -> tuple[int, int]:
    """How many files a copy has, packed or not, and their bytes."""
    listed: Any = TarMemberRow if row.packed else FileRow
    rows = listed.select().where(listed.replica == row.id)
    return rows.count(), int(rows.select(fn.COALESCE(fn.SUM(listed.size), 0)).scalar())


def root(row: ReplicaRow, stores: Stores) -> str:
    """The root of a copy, as `address` has it."""
    return address(stores, row.store, parse(row.root))


def address(stores: Stores, store: str, path: bytes) -> str:
    """A root as an absolute path; as `STORE:path` where the settings do not name its store any more."""
    try:
        return show(stores.root(store, path))
    except WrongInput:
        return f"{store}:{show(path)}"


def files(row: ReplicaRow, stores: Stores) -> list[FileView]:
    """The files of a copy."""
    here = root(row, stores)
    rows = FileRow.select().where(FileRow.replica == row.id).order_by(FileRow.id)
    return [
        FileView(
            row.store, here, f"{here.rstrip('/')}/{file.name}", file.size, file.hash,
            file.state in {FileState.GOOD, FileState.BAD}, FileState(file.state), file.verified_at,
        )
        for file in rows
    ]  # fmt: skip


def retrieved(row: ReplicaRow, stores: Stores) -> Retrieved:
    """The files of a copy, to be opened."""
    here = stores.root(row.store, parse(row.root))
    paths = tuple(os.fsdecode(stores.root(row.store, file.path)) for file in replicas.files(row))
    return Retrieved(row.store, os.fsdecode(here), os.fsdecode(parse(row.dataset.path)), paths)


def transfer(command: str, plan: "Plan", stores: Stores) -> TransferView:
    """What a plan says."""
    old, new = root(plan.source, stores), address(stores, plan.store, plan.root)
    seconds = predicting.seconds(plan.source.store, plan.store, plan.size)
    uid, taken = plan.source.dataset_id, len(plan.standing)
    return TransferView(uid, command, old, new, plan.files, plan.size, taken, seconds)


def removal(row: ReplicaRow, stores: Stores) -> RemovalView:
    """What goes with a copy."""
    listed = replicas.files(row)
    places = replicas.shared(listed, row)
    shared = sum(file.place in places for file in listed)
    return RemovalView(row.dataset_id, root(row, stores), *size_of(row), shared)


def history(uid: str) -> list[MoveView]:
    """Where a dataset has lain, the oldest first; also of one that is gone."""
    rows = MoveRow.select().where(MoveRow.dataset == uid).order_by(MoveRow.id)
    return [MoveView(row.dataset, row.old, row.new, row.at, row.command, row.arguments) for row in rows]


def journal(uid: str | None, count: int) -> list[JournalView]:
    """The last commands, of one dataset or of all, the newest first."""
    rows = JournalRow.select().order_by(JournalRow.began_at.desc(), JournalRow.id).limit(count)
    if uid is not None:
        rows = rows.where(JournalRow.dataset == names.printable(uid))
    return [command(row) for row in rows]


def command(row: JournalRow, now: datetime | None = None) -> JournalView:
    """A command as the journal has it; with `now`, when it will have come to its end."""
    return JournalView(
        row.id, row.dataset, row.command, row.arguments, row.began_at, row.started_at, row.step, row.files,
        row.bytes, row.done, row.ended_at, row.success, row.outcome, predicting.end(row, now) if now else None,
        row.set_aside_at,
    )  # fmt: skip


def command_of(number: str) -> JournalView:
    """A command by its id; WrongInput if there is none."""
    row = JournalRow.get_or_none(JournalRow.id == names.printable(number))
    if row is None:
        raise WrongInput(f"There is no command {harmless(number)}.", "See: xfc-notify datasets journal")
    return command(row)


def under_way(now: datetime, condition: Any = None) -> list[JournalView]:
    """The commands that have not ended, of datasets that fit the condition, the oldest first."""
    rows = JournalRow.select().where(JournalRow.ended_at.is_null())
    if condition is not None:
        rows = rows.where(JournalRow.dataset.in_(DatasetRow.select(DatasetRow.uid).where(condition)))
    return [command(row, now) for row in rows.order_by(JournalRow.began_at, JournalRow.id)]
