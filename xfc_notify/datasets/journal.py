"""The journal: a row for each command, written before it acts.

One open row per dataset is allowed: that is the lock. Who works on it holds a lease and a turn. Every step that gives
or takes a name in a store is done while the row is locked and its turn is theirs: who was taken for dead touches
nothing any more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, Self
from uuid import uuid4

from peewee import IntegrityError

from xfc_notify.datasets.errors import Busy, Overtaken
from xfc_notify.datasets.states import Command, Step
from xfc_notify.datasets.tables import JournalRow
from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.store.database import db, for_update
from xfc_notify.store.lease import Lease, renewed
from xfc_notify.units import at

OUTCOME = 1000
"""Characters of why a command failed that are kept."""
LEASE = timedelta(minutes=1)
"""How long who works on a command may be silent before the next tick finishes or undoes it."""


class Hand(Protocol):
    """Who has files in hand: a command, or some of its files that a worker took. `turn` tells them from whoever had
    them before."""

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def turn(self) -> int: ...

    def holding(self) -> AbstractContextManager[object]:
        """A transaction in which nobody else can take over; Overtaken if somebody has."""

    def answered(self, last: int, size: int) -> None:
        """The files up to the one with the id `last` have a good answer, of so many bytes. Called while holding."""

    def refuse_late(self) -> None:
        """Raise Overtaken if somebody else may have them by now. Asks nothing of the database."""


@dataclass(frozen=True)
class Work:
    """A command that this process has in hand. `row` is as it was when it took it."""

    row: JournalRow
    clock: Callable[[], datetime]
    lease: Lease = field(default_factory=lambda: Lease(LEASE))

    @classmethod
    def begin(
        cls, command: Command, dataset: str, arguments: Mapping[str, Any], clock: Callable[[], datetime]
    ) -> Self:
        """Write a command into the journal that this process carries out; Busy if another one works on this dataset."""
        now = clock()
        first = {"turn": 1, "lease_until": now + LEASE, "started_at": now}
        return cls(_written(command, dataset, arguments, now, first), clock)

    @property
    def turn(self) -> int:
        """Counts who worked on it."""
        return self.row.turn

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the lease for the duration of the block."""
        with renewed(lambda: self.lease.renew(self._renew), self._what):
            yield

    @contextmanager
    def holding(self) -> Iterator[JournalRow]:
        """A transaction in which nobody else can take over; Overtaken if somebody has."""
        with db.atomic():
            query = JournalRow.select().where(
                JournalRow.id == self.row.id, JournalRow.turn == self.row.turn, JournalRow.ended_at.is_null()
            )
            row = for_update(query).first()
            if row is None:
                raise self._overtaken()
            yield row

    def refuse_late(self) -> None:
        """Raise Overtaken if somebody else may have taken over."""
        if not self.lease.holds():
            raise self._overtaken()

    def step(self, step: Step, **changes: Any) -> None:
        """Note how far it has come, in the transaction of the caller if there is one."""
        with self.holding():
            JournalRow.update(step=step, **changes).where(JournalRow.id == self.row.id).execute()

    def answered(self, last: int, size: int) -> None:  # noqa: ARG002
        """So many bytes more have a good answer."""
        count(self.row.id, size)

    def end(self, *, success: bool, outcome: str = "") -> None:
        """Note how it ended."""
        with self.holding():
            JournalRow.update(ended_at=self.clock(), success=success, outcome=outcome[:OUTCOME]).where(
                JournalRow.id == self.row.id
            ).execute()

    def now(self) -> JournalRow:
        """The row as it is now."""
        return JournalRow.get_by_id(self.row.id)

    @property
    def _what(self) -> str:
        return f"{self.row.command} of dataset {self.row.dataset}"

    def _overtaken(self) -> Overtaken:
        return Overtaken(f"{self._what} was taken over by another process")

    def _renew(self) -> bool:
        renewed = JournalRow.update(lease_until=self.clock() + LEASE)
        return bool(renewed.where(JournalRow.id == self.row.id, JournalRow.turn == self.row.turn).execute())


def order(command: Command, dataset: str, arguments: Mapping[str, Any], now: datetime) -> JournalRow:
    """Write a command into the journal that workers will carry out; Busy if another one works on this dataset."""
    return _written(command, dataset, arguments, now, {"turn": 0, "lease_until": now, "ordered": True})


def give_way(dataset: str, now: datetime) -> None:
    """End what is due to a dataset of itself and nobody has begun: what a person asks goes first."""
    with db.atomic():
        unbegun = JournalRow.select().where(
            JournalRow.dataset == dataset, JournalRow.ended_at.is_null(), JournalRow.ordered, JournalRow.turn == 0
        )  # fmt: skip
        row = for_update(unbegun).first()
        if row is not None and row.arguments.get("due"):
            ended = JournalRow.update(ended_at=now, success=False, outcome="gave way to another command")
            ended.where(JournalRow.id == row.id).execute()


def count(journal: str, size: int) -> None:
    """So many bytes more of a command have a good answer."""
    JournalRow.update(done=JournalRow.done + size).where(JournalRow.id == journal).execute()


def _written(
    command: Command, dataset: str, arguments: Mapping[str, Any], now: datetime, first: Mapping[str, Any]
) -> JournalRow:
    try:
        with db.atomic():
            return JournalRow.create(
                id=str(uuid4()), dataset=dataset, command=command, arguments=arguments, began_at=now,
                step=Step.READING, folders=[], outcome="", force_insert=True, **first,
            )  # fmt: skip
    except IntegrityError:
        other = JournalRow.get_or_none(JournalRow.dataset == dataset, JournalRow.ended_at.is_null())
        told = f"{other.command} since {at(other.began_at)} UTC" if other else "another command"
        raise Busy(
            f"dataset {dataset} is being worked on: {told}", "Wait for it, or run: xfc-notify tick"
        ) from None


def claim(clock: Callable[[], datetime], dataset: str | None = None) -> Iterator[Work]:
    """The commands that are silent, of one dataset or of all, one after the other, for whoever asks first. What was
    ordered is not among them: workers go on with it."""
    while True:
        now = clock()
        silent = (
            JournalRow.ended_at.is_null()
            & ~JournalRow.ordered
            & ((JournalRow.lease_until <= now) | (JournalRow.lease_until > now + LEASE + CLOCK_SKEW))
        )
        if dataset is not None:
            silent &= JournalRow.dataset == dataset
        with db.atomic():
            oldest = JournalRow.select().where(silent).order_by(JournalRow.began_at).limit(1)
            row = for_update(oldest, skip_locked=True).first()
            if row is None:
                return
            row.turn, row.lease_until = row.turn + 1, now + LEASE
            row.save(only=["turn", "lease_until"])
        yield Work(row, clock)


def waiting(before: datetime) -> int:
    """How many commands were begun before this time, and nobody is known to work on."""
    silent = (JournalRow.turn > 1) | (JournalRow.lease_until < before)
    rows = JournalRow.select().where(
        JournalRow.ended_at.is_null(), ~JournalRow.ordered, JournalRow.began_at < before, silent
    )
    return int(rows.count())
