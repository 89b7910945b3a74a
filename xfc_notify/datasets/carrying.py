"""How workers carry out what was ordered: the command, step by step, and the slices into which it is cut.

Several workers share the slices. The command itself, which plans, gives names and removes, is one worker's at a time.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic

from xfc_notify.datasets import (
    acting,
    arriving,
    ordering,
    orders,
    receiving,
    replicas,
    slices,
    transfer,
    verify,
    views,
)
from xfc_notify.datasets.errors import Overtaken
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.slices import Slice
from xfc_notify.datasets.states import Command, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import JournalRow, ReplicaRow
from xfc_notify.errors import XfcNotifyError

SECONDS = 60.0
"""After which a worker gives back what is left of a slice. A file that is begun is done first."""
SLICED = frozenset({Command.COPY, Command.MOVE})
"""Of these, several workers copy some files each; a tar is one worker's."""
DIED = f"tried {orders.MOST_TRIES} times, and who worked on it died each time"
log = logging.getLogger(__name__)


def carry_on(command: str, stores: Stores, settings: Datasets, clock: Callable[[], datetime]) -> bool:
    """Carry a command on to where it waits for its slices, or to its end; whether it was there to be carried on."""
    work = orders.begin(command, clock)
    if work is None:
        return False
    try:
        with work.kept():
            _next(work, stores, settings)
    except Overtaken as error:
        log.warning("%s", error.what)
    except XfcNotifyError as error:
        _failed(work, stores, error)
    return True


def carry_out(slice_: str, stores: Stores, clock: Callable[[], datetime]) -> bool:
    """Copy or read the files of a slice; whether it was there to be done."""
    part = slices.begin(slice_, clock)
    if part is None:
        return False
    if part.row.tries > orders.MOST_TRIES:
        orders.give_up(part.row.journal_id, DIED, clock())
        return True
    try:
        with part.kept():
            _do(part, stores)
    except Overtaken as error:
        log.warning("%s", error.what)
    except XfcNotifyError as error:
        log.warning("a slice of %s failed: %s", part.row.journal_id, error.what)
        orders.slice_failed(part, error)
    return True


def withdraw(command: str, stores: Stores, clock: Callable[[], datetime]) -> bool:
    """End, as failed, an order that waits after a failure; False while somebody has it in hand, or it has ended."""
    work = orders.begin(command, clock)
    if work is None:
        return False
    acting.fail(work, stores, work.row.outcome)
    return True


def _next(work: Work, stores: Stores, settings: Datasets) -> None:
    row = work.now()
    if row.tries > orders.MOST_TRIES and row.step != Step.UNDOING:
        _give_up(work, stores, DIED)
        row = work.now()
    if row.ended_at is not None:
        return
    if row.step == Step.UNDOING:
        acting.fail(work, stores, row.outcome)
        return
    if row.command == Command.RECEIVE and row.step in {Step.READING, Step.COPYING}:
        receiving.fetch_ordered(work, stores, settings)
        return
    if row.step == Step.READING:
        _begin(work, stores, row)
        row = work.now()
    if row.step == Step.COPYING and row.command in SLICED and _copies_more(work, stores, row):
        orders.release(work)
    elif row.step == Step.VERIFYING:
        _verified(work, row, stores)
    elif row.ended_at is None:
        acting.go_on(work, stores, lambda _: None)


def _begin(work: Work, stores: Stores, row: JournalRow) -> None:
    if row.command == Command.REMOVE:
        work.step(Step.READING, source=ordering.source(stores, row).id, started_at=work.clock())
    elif row.command == Command.VERIFY:
        copies = ordering.copies(stores, row)
        with work.holding():
            sizes = [views.size_of(copy) for copy in copies]
            totals = {"files": sum(count for count, _ in sizes), "bytes": sum(size for _, size in sizes)}
            work.step(Step.VERIFYING, started_at=work.clock(), **totals)
            for copy in copies:
                slices.cut(row, copy)
    else:
        acting.way_of(row.command).prepare(work, ordering.plan(stores, row))


def _copies_more(work: Work, stores: Stores, row: JournalRow) -> bool:
    """Whether files without a good answer are left: they are owed from now on. Else all may get their names."""
    target = ReplicaRow.get_by_id(row.target)
    with stores.opened(target.store) as folder:
        arriving.make_folders(folder, row)
    with work.holding():
        if slices.cut(row, target, unwritten=True):
            return True
        work.step(Step.PLACING, copied_at=work.clock())
        return False


def _verified(work: Work, row: JournalRow, stores: Stores) -> None:
    if slices.are_left(row.id):
        orders.release(work)
    else:
        acting.conclude(work, ordering.copies(stores, row))


def _do(part: Slice, stores: Stores) -> None:
    row, began = JournalRow.get_by_id(part.row.journal_id), monotonic()
    for _ in _read(part, stores) if row.command == Command.VERIFY else _written(part, stores, row):
        if monotonic() - began > SECONDS:
            part.give_back()
            return


def _read(part: Slice, stores: Stores) -> Iterator[None]:
    """Read its files, some at each turn."""
    replica = ReplicaRow.get_by_id(part.row.replica)
    with stores.opened(replica.store) as folder:
        for some in replicas.in_batches(replica, first=part.row.first, last=part.row.last):
            found = verify.read(folder, replica, some, lambda _: None)
            with part.holding():
                verify.note(found, part.clock())
                part.answered(some[-1].id, sum(file.size for file in some))
            yield


def _written(part: Slice, stores: Stores, row: JournalRow) -> Iterator[None]:
    """Write its files, some at each turn."""
    with transfer.both(stores, row) as (here, there):
        for some in arriving.pairs(row, part.row.first, part.row.last):
            transfer.write_some(part, row, here, there, some, lambda _: None)
            yield


def _give_up(work: Work, stores: Stores, why: str) -> None:
    """Let a command fail. While files go nothing is undone: what arrived elsewhere is the copy that stays."""
    row = work.now()
    if row.step == Step.REMOVING:
        acting.fail(work, stores, why)
    else:
        orders.give_up(row.id, why, work.clock())


def _failed(work: Work, stores: Stores, error: XfcNotifyError) -> None:
    row = work.now()
    log.warning("%s of dataset %s failed: %s", row.command, row.dataset, error.what)
    try:
        if orders.put_off(work, error):
            return
        _give_up(work, stores, error.what)
    except Overtaken as overtaken:
        log.warning("%s", overtaken.what)
