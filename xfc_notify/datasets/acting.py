"""How a command goes on from the step at which it stands to its end, and what becomes of it when it cannot.

A command and the tick that finds it silent call the same functions: nothing of it is kept in memory alone.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from xfc_notify.datasets import (
    apart,
    arriving,
    journal,
    last_copy,
    leaving,
    packing,
    repairing,
    replicas,
    transfer,
    unpacking,
    views,
)
from xfc_notify.datasets import verify as verifying
from xfc_notify.datasets.errors import DatasetError, Overtaken, StoreAway, StoreRefusal
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.items import rows
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.states import Command, DatasetState, FileState, ReplicaState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow, FileRow, JournalRow, ReplicaRow
from xfc_notify.datasets.transfer import Plan
from xfc_notify.datasets.views import VerificationView
from xfc_notify.errors import XfcNotifyError

log = logging.getLogger(__name__)
INTERRUPTED = "was interrupted; all is as it was before"


@dataclass(frozen=True)
class Way:
    """How a new copy comes to be: what is read before nothing is done, what is written down, what writes its files."""

    what: str
    compare: Callable[[Stores, Plan, Tell], None]
    prepare: Callable[[Work, Plan], None]
    write: Callable[[Work, Stores, Tell], None]


_COPIED = Way("copying", transfer.compare, transfer.prepare, transfer.write)
_PACKED = Way("packing", packing.compare, packing.prepare, packing.write)
_UNPACKED = Way("unpacking", unpacking.compare, unpacking.prepare, unpacking.write)


def way_of(command: str) -> Way:
    """How this command makes its copy."""
    return {Command.ARCHIVE: _PACKED, Command.ACTIVATE: _UNPACKED}.get(Command(command), _COPIED)


def go_on(work: Work, stores: Stores, tell: Tell) -> None:
    """Carry a copy, a move, a removal or a repair to its end. Raises what stands in its way."""
    row = work.now()
    if row.command == Command.REPAIR:
        repairing.swap(work, stores)
        return
    if row.step == Step.COPYING:
        way_of(row.command).write(work, stores, tell)
    if row.step in {Step.COPYING, Step.PLACING}:
        arriving.place(work, stores)
        _arrived(work)
    if row.command in {Command.MOVE, Command.ARCHIVE, Command.REMOVE}:
        _leave(work, stores, tell)


def verify(work: Work, stores: Stores, copies: Sequence[ReplicaRow], tell: Tell) -> list[VerificationView]:
    """Read these copies. The command succeeds if all are there and good."""
    found = [_verified(work, stores, copy, tell) for copy in copies]
    wrong = [
        f"{one.root}: {one.away or ' '.join(next(iter(one.wrong.items())))}"
        for one in found
        if one.away or one.wrong
    ]
    work.end(success=not wrong, outcome="; ".join(wrong))
    return found


def _verified(work: Work, stores: Stores, copy: ReplicaRow, tell: Tell) -> VerificationView:
    root, (files, size) = views.root(copy, stores), views.size_of(copy)
    try:
        verdict = verifying.verify(stores, copy, work.clock(), tell)
    except StoreAway as error:
        return VerificationView(copy.store, root, ReplicaState(copy.state), files, size, {}, error.what)
    return VerificationView(copy.store, root, verdict.state, files, size, verdict.wrong)


def conclude(work: Work, copies: Sequence[ReplicaRow]) -> None:
    """The end of a verification that workers have done: all files of these copies were read."""
    wrong: list[str] = []
    with work.holding():
        for copy in copies:
            found = verifying.conclude(copy, work.clock())
            wrong += [f"{replicas.where(copy)}: {path} {why}" for path, why in found.items()]
        work.end(success=not wrong, outcome="; ".join(wrong))


def finish_silent(stores: Stores, clock: Callable[[], datetime], dataset: str | None = None) -> list[str]:
    """Finish or undo the commands whose workers are silent, of one dataset or of all; a line about each.

    One waits if its store is away, or does not let whoever calls this do it.
    """
    return [_finished(work, stores) for work in journal.claim(clock, dataset)]


def _finished(work: Work, stores: Stores) -> str:
    row = work.now()
    what = f"{row.command} of dataset {row.dataset}"
    try:
        if row.step in {Step.READING, Step.COPYING}:
            fail(work, stores, INTERRUPTED)
            said = f"{what} {INTERRUPTED}"
        else:
            with ending(work, stores, waits=(StoreAway, StoreRefusal)):
                go_on(work, stores, lambda _: None)
            said = f"{what} was interrupted, and is finished now"
    except DatasetError as error:
        said = f"{what} was interrupted: {error.what}"
    log.warning("%s", said)
    return said


@contextmanager
def ending(
    work: Work, stores: Stores, waits: tuple[type[DatasetError], ...] = (StoreAway,)
) -> Iterator[None]:
    """Let a command that fails, or is interrupted by a person, end as failed, with nothing of it left.

    While files go it stays open for the errors of `waits`, and is finished later.
    """
    try:
        with work.kept():
            yield
    except Overtaken:
        raise
    except (XfcNotifyError, KeyboardInterrupt) as error:
        if not (isinstance(error, waits) and work.now().step == Step.REMOVING):
            fail(work, stores, error.what if isinstance(error, XfcNotifyError) else INTERRUPTED)
        raise


def fail(work: Work, stores: Stores, why: str) -> None:
    """Undo what a command has done, and note why it failed. What is going already is not brought back: it stands
    elsewhere, or that was said."""
    row = work.now()
    if row.step in {Step.COPYING, Step.PLACING, Step.UNDOING} and row.target is not None:
        undo = repairing.undo if row.command == Command.REPAIR else arriving.undo
        undo(work, stores)
    with work.holding():
        if row.command in {Command.REGISTER, Command.RECEIVE} and row.target is not None:
            DatasetRow.delete().where(DatasetRow.uid == row.dataset).execute()
        if row.step == Step.REMOVING:
            source = ReplicaRow.get_by_id(row.source)
            replicas.put(source, ReplicaState.UNVERIFIED)
            if row.command in {Command.MOVE, Command.ARCHIVE}:
                _note_move(row, Command.COPY, work)
                if "path" in row.arguments:
                    why += (
                        f"; what was copied is the dataset {apart.set_apart(row, str(uuid4()), work.clock())}"
                    )
        work.end(success=False, outcome=why)


def _arrived(work: Work) -> None:
    """The new copy stands: from now on it counts, and the old one of a move does not."""
    row, now = work.now(), work.clock()
    with work.holding():
        target = ReplicaRow.get_by_id(row.target)
        good = FileRow.update(state=FileState.GOOD, verified_at=now, part=0, left=0, origin=0)
        good.where(FileRow.replica == target.id).execute()
        replicas.put(target, ReplicaState.GOOD, now)
        if row.command in {Command.COPY, Command.ACTIVATE}:
            _note_move(row, Command(row.command), work)
            if "apart" in row.arguments:
                apart.set_apart(row, row.arguments["apart"], now)
            work.end(success=True)
        elif row.command == Command.RECEIVE:
            replicas.moved(row.dataset, "", replicas.where(target), Command.RECEIVE, now, row.arguments)
            work.end(success=True)
        else:
            replicas.put(ReplicaRow.get_by_id(row.source), ReplicaState.LEAVING)
            work.step(Step.REMOVING)


def _leave(work: Work, stores: Stores, tell: Tell) -> None:
    """Take the source away, while another copy stands or that it is the last one was said."""
    row = work.now()
    source = ReplicaRow.get_by_id(row.source)
    keeper = None
    if row.command in {Command.MOVE, Command.ARCHIVE}:
        keeper = last_copy.keeper_of_move(source, ReplicaRow.get_by_id(row.target))
    elif not row.arguments["force_last"]:
        keeper = last_copy.keeper_beside(stores, source, work.clock(), tell)
    if row.step == Step.READING:
        with stores.opened(source.store), work.holding():
            replicas.put(source, ReplicaState.LEAVING)
            work.step(Step.REMOVING)
    leaving.take_away(work, stores, source, keeper, tell)
    with work.holding():
        _note_move(row, Command(row.command), work)
        replicas.forget(source)
        if "path" in row.arguments:
            DatasetRow.update(path=row.arguments["path"]).where(DatasetRow.uid == row.dataset).execute()
        if not replicas.of(row.dataset):
            DatasetRow.update(state=DatasetState.REMOVED).where(DatasetRow.uid == row.dataset).execute()
            rows.forget(row.dataset)
        work.end(success=True)


def _note_move(row: JournalRow, command: Command, work: Work) -> None:
    old = replicas.where(ReplicaRow.get_by_id(row.source))
    new = replicas.where(ReplicaRow.get_by_id(row.target)) if row.target else ""
    replicas.moved(row.dataset, old, new, command, work.clock(), row.arguments)
