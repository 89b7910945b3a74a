"""What is asked of a copy, a move, a removal or a verification: as it is typed, and as the journal keeps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from xfc_notify.datasets import choosing, journal, names, packing, replicas, transfer, unpacking, views
from xfc_notify.datasets.errors import Conflict, DatasetError
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, MoveRow, ReplicaRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show

TRANSFERS = frozenset({Command.COPY, Command.MOVE, Command.ARCHIVE, Command.ACTIVATE})
"""What makes a new copy of one that is known."""


def typed(stores: Stores, root: AnyPath | None) -> str | None:
    """A root as the journal keeps it; WrongInput if it lies in no store."""
    if root is None:
        return None
    store, path = stores.holding(root)
    return f"{store.name}:{show(path)}"


def root_of(row: JournalRow, name: str) -> bytes | None:
    """A root out of the arguments of a command."""
    text = row.arguments.get(name)
    return None if text is None else parse(text)


def arguments(
    stores: Stores,
    command: str,
    uid: str,
    *,
    old_root: AnyPath | None = None,
    new_root: AnyPath | None = None,
    path: AnyPath | None = None,
    apart: str = "",
    force_last: bool = False,
) -> dict[str, Any]:
    """What is asked of a command, as the journal keeps it. WrongInput for a root in no store; Conflict if a path is
    given to a dataset with other copies, which would keep the old one."""
    old = typed(stores, old_root)
    if command == Command.VERIFY:
        return {"root": old}
    if command == Command.REMOVE:
        return {"old_root": old, "force_last": force_last}
    if command == Command.ACTIVATE and old is not None:
        raise WrongInput("What is activated is read from its archive.", "Give no old root.")
    found = {"old_root": old, "new_root": typed(stores, new_root)}
    if path is None:
        return found
    if command not in {Command.COPY, Command.MOVE}:
        raise WrongInput(f"{command} gives a dataset no other path.", "Move it there before, or afterwards.")
    if command == Command.COPY:
        found["apart"] = apart or str(uuid4())
    elif len(replicas.of(uid)) > 1:
        raise Conflict(f"Dataset {uid} has other copies, at its old path.", "Remove or move them first.")
    return {**found, "path": show(names.checked(names.as_bytes(path)))}


def order(stores: Stores, command: str, uid: str, asked: Mapping[str, Any], now: datetime) -> JournalRow:
    """Write down what workers are to do. Raises what can be seen at once to stand in the way, and Busy."""
    replicas.dataset(uid)
    row = JournalRow(dataset=uid, command=command, arguments=asked)
    if command in {Command.MOVE, Command.REMOVE} and root_of(row, "old_root") is None:
        raise WrongInput(f"A {command} names the copy that goes.", "Give its root.")
    if command in TRANSFERS:
        found = source(stores, row)
        target = _target(stores, row, found)
        _refuse_there(stores, found, target, row)
        if command == Command.ARCHIVE:
            packing.refuse_no_archive(stores, target[0])
    elif command in {Command.REMOVE, Command.VERIFY}:
        copies(stores, row)
    else:
        raise WrongInput(
            f"{command} cannot be ordered.", "Ordered are: copy, move, remove, verify, archive, activate."
        )
    return journal.order(Command(command), uid, asked, now)


def source(stores: Stores, row: JournalRow) -> ReplicaRow:
    """The copy that is read, or that goes: the one that was named, or the nearest. DatasetError if one that is read is
    packed in a tar, where it should not be, or is in none, where it should."""
    root = root_of(row, "old_root")
    if row.command == Command.ACTIVATE:
        return choosing.packed(stores, row.dataset)
    if root is None:
        return choosing.nearest(stores, row.dataset)
    if row.command in TRANSFERS:
        return choosing.plain(stores, row.dataset, root)
    return choosing.standing(stores, row.dataset, root)


def copies(stores: Stores, row: JournalRow) -> list[ReplicaRow]:
    """The copies that are verified, or the one that goes."""
    root = root_of(row, "root" if row.command == Command.VERIFY else "old_root")
    return replicas.of(row.dataset) if root is None else [choosing.standing(stores, row.dataset, root)]


def plan(stores: Stores, row: JournalRow) -> transfer.Plan:
    """What a copy, a move, an archive or an activation will do; raises as the `plan` of each, and Conflict if there is
    a copy already."""
    found = source(stores, row)
    target = _target(stores, row, found)
    _refuse_there(stores, found, target, row)
    if row.command == Command.ARCHIVE:
        return packing.plan(stores, found, *target)
    if row.command == Command.ACTIVATE:
        return unpacking.plan(stores, found, *target)
    return transfer.plan(stores, found, *target, root_of(row, "path"))


def _target(stores: Stores, row: JournalRow, found: ReplicaRow) -> tuple[str, bytes]:
    root = root_of(row, "new_root")
    if root is None and row.command == Command.ACTIVATE:
        root = _packed_from(found)
    if root is None:
        raise WrongInput("A copy needs a new root.")
    store, path = stores.holding(root)
    return store.name, path


def _packed_from(source: ReplicaRow) -> bytes:
    """Where the files lay when they were packed."""
    rows = MoveRow.select().where(
        MoveRow.dataset == source.dataset_id, MoveRow.command == Command.ARCHIVE, MoveRow.new == replicas.where(source)
    )  # fmt: skip
    last = rows.order_by(MoveRow.id.desc()).first()
    if last is None:
        raise DatasetError(
            f"Where dataset {source.dataset_id} lay before is not known.", "Give a root for it."
        )
    store, _, root = last.old.partition(":")
    return f"{store}:".encode() + parse(root)


def _refuse_there(stores: Stores, found: ReplicaRow, target: tuple[str, bytes], row: JournalRow) -> None:
    if "path" in row.arguments:  # where it lies is another place then, or its files say that it is not
        return
    there = replicas.at(row.dataset, *target)
    if there is None:
        return
    if there.id == found.id:
        same = "source and target are the same place"
        raise Conflict(f"Dataset {row.dataset}: {same}: {views.root(there, stores)}")
    raise Conflict(
        f"Dataset {row.dataset}: there is a copy already: {views.root(there, stores)}",
        "To let another copy go: xfc-notify datasets remove",
    )
