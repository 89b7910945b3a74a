"""How a command that was ordered is cut into slices, and how a worker has one in hand.

A slice is some files of a copy, named by the first and the last of their ids. It shrinks with each good answer in the
transaction that notes the answer, and is gone after the last one: so each answer counts once, and the command is done
when no slice is left. Whoever has a slice in hand holds a lease and a turn, as of a command.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from peewee import Expression, chunked

from xfc_notify.datasets import journal
from xfc_notify.datasets.errors import Overtaken
from xfc_notify.datasets.journal import LEASE
from xfc_notify.datasets.tables import FileRow, JournalRow, ReplicaRow, TransferSliceRow
from xfc_notify.store.database import db, for_update
from xfc_notify.store.lease import Lease, renewed

MOST_FILES = 500
"""Files of a slice."""
MOST_BYTES = 2**31
"""Bytes of a slice, unless a single file has more: what takes some ten seconds, and two dozen slices a minute."""


@dataclass(frozen=True)
class Slice:
    """A slice that this process has in hand. `row` is as it was when it took it."""

    row: TransferSliceRow
    clock: Callable[[], datetime]
    lease: Lease = field(default_factory=lambda: Lease(LEASE))

    @property
    def turn(self) -> int:
        """Counts who worked on it."""
        return self.row.turn

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the lease for the duration of the block."""
        with renewed(lambda: self.lease.renew(self._renew), f"a slice of {self.row.journal_id}"):
            yield

    @contextmanager
    def holding(self) -> Iterator[TransferSliceRow]:
        """A transaction in which nobody else can take over; Overtaken if somebody has, or its command has failed."""
        with db.atomic():
            row = for_update(TransferSliceRow.select().where(self._mine())).first()
            if row is None:
                raise self._overtaken()
            yield row

    def refuse_late(self) -> None:
        """Raise Overtaken if somebody else may have taken over."""
        if not self.lease.holds():
            raise self._overtaken()

    def answered(self, last: int, size: int) -> None:
        """Its files up to this id have a good answer, of so many bytes."""
        if last >= self.row.last:
            TransferSliceRow.delete().where(self._mine()).execute()
        else:
            TransferSliceRow.update(first=last + 1).where(self._mine()).execute()
        journal.count(self.row.journal_id, size)
        if self.row.tries > 1:  # what stood in its way is over
            JournalRow.update(outcome="").where(JournalRow.id == self.row.journal_id).execute()

    def give_back(self, until: datetime | None = None, *, tried: bool = False) -> None:
        """Let another worker have what is left of it, not before `until`. `tried`: this counts as a try."""
        changes = {"lease_until": until} | ({} if tried else {"tries": self.row.tries - 1})
        TransferSliceRow.update(changes).where(self._mine()).execute()

    def _mine(self) -> Expression:
        return (TransferSliceRow.id == self.row.id) & (TransferSliceRow.turn == self.row.turn)

    def _overtaken(self) -> Overtaken:
        return Overtaken(f"a slice of {self.row.journal_id} was taken over, or is not wanted any more")

    def _renew(self) -> bool:
        renewed = TransferSliceRow.update(lease_until=self.clock() + LEASE)
        return bool(renewed.where(self._mine()).execute())


def begin(slice_: str, clock: Callable[[], datetime]) -> Slice | None:
    """Take a slice in hand; None if it is done, or somebody has it in hand."""
    now = clock()
    with db.atomic():
        row = for_update(TransferSliceRow.select().where(TransferSliceRow.id == slice_)).first()
        if row is None or (row.turn and row.lease_until is not None and now < row.lease_until <= now + LEASE):
            return None
        row.turn, row.tries, row.lease_until = row.turn + 1, row.tries + 1, now + LEASE
        row.save(only=["turn", "tries", "lease_until"])
    return Slice(row, clock)


def cut(row: JournalRow, replica: ReplicaRow, *, unwritten: bool = False) -> int:
    """Cut the files of a copy, or those that were not written yet, into slices that are owed at once; how many."""
    wanted = FileRow.replica == replica.id
    if unwritten:
        wanted &= FileRow.stamp == ""
    files = FileRow.select(FileRow.id, FileRow.size).where(wanted).order_by(FileRow.id).tuples()
    made = 0
    for some in chunked(_bounds(files.iterator()), TransferSliceRow.at_once()):
        made += len(some)
        TransferSliceRow.insert_many(
            {"id": str(uuid4()), "journal": row.id, "replica": replica.id, "first": first, "last": last}
            for first, last in some
        ).execute()
    return made


def are_left(journal_id: str) -> bool:
    """Whether a command waits for slices."""
    return TransferSliceRow.select().where(TransferSliceRow.journal == journal_id).exists()


def drop(journal_id: str) -> None:
    """Take all slices of a command from their workers, who touch nothing any more."""
    TransferSliceRow.delete().where(TransferSliceRow.journal == journal_id).execute()


def _bounds(files: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last id of each slice."""
    first = last = count = total = 0
    for number, size in files:
        if count and (count == MOST_FILES or total + size > MOST_BYTES):
            yield first, last
            count = total = 0
        first = first if count else number
        last, count, total = number, count + 1, total + size
    if count:
        yield first, last
