"""Orders: the commands and slices that workers owe, their leases, and how often they are tried.

A lease is one of three: short while somebody works, long while it waits in the queue, and in between after a failure,
when nobody is to try it before that.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import chunked, fn

from xfc_notify.datasets import slices
from xfc_notify.datasets.errors import Changed, StoreAway, StoreRefusal
from xfc_notify.datasets.journal import LEASE, OUTCOME, Work
from xfc_notify.datasets.slices import Slice
from xfc_notify.datasets.states import Command, Step
from xfc_notify.datasets.tables import JournalRow, TransferSliceRow
from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.errors import XfcNotifyError
from xfc_notify.store.database import BATCH, db, for_update

SENT = timedelta(hours=2)
"""How long an order may wait in its queue before it is sent again."""
FIRST_PAUSE = timedelta(minutes=1)
"""After the first failure; four times as long after each further one."""
LONGEST_PAUSE = timedelta(minutes=64)
MOST_TRIES = 5
"""So often is tried what fails, or kills who works on it. What waits for a store waits as long as it takes."""
AT_ONCE = 200
"""Slices that are sent at once; the others wait in the database."""
_TOLD = (Command.COPY, Command.MOVE, Command.RECEIVE, Command.ARCHIVE, Command.ACTIVATE)
"""What people are told of when it has failed, or waits, for long."""
PASSING = (Changed, StoreAway, StoreRefusal)
"""What may be over when it is tried again."""


def claim(now: datetime) -> tuple[list[str], list[str]]:
    """The ids of commands and of slices that are due to be sent, oldest first; each gets a lease."""
    if not JournalRow.select().where(JournalRow.ordered, JournalRow.ended_at.is_null()).exists():
        return [], []  # mostly; and it costs no transaction
    with db.atomic():
        sliced = TransferSliceRow.select(TransferSliceRow.journal)
        commands = JournalRow.select(JournalRow.id).where(
            JournalRow.ordered, JournalRow.ended_at.is_null(), _is_free(JournalRow, now), JournalRow.id.not_in(sliced)
        )  # fmt: skip
        begun = [row.id for row in for_update(commands.order_by(JournalRow.began_at), skip_locked=True)]
        _lease(begun, now + SENT)
        room = (
            AT_ONCE
            - TransferSliceRow.select(fn.COUNT(TransferSliceRow.id))
            .where(~_is_free(TransferSliceRow, now))
            .scalar()
        )
        due = TransferSliceRow.select(TransferSliceRow.id).where(_is_free(TransferSliceRow, now))
        oldest = due.order_by(TransferSliceRow.first, TransferSliceRow.id).limit(max(0, room))
        parts = [row.id for row in for_update(oldest, skip_locked=True)]
        TransferSliceRow.update(lease_until=now + SENT).where(TransferSliceRow.id.in_(parts)).execute()
    return begun, parts


def unclaim(commands: list[str], parts: list[str], now: datetime) -> None:
    """Give back the leases of those that could not be sent."""
    _lease(commands, now)
    TransferSliceRow.update(lease_until=None).where(TransferSliceRow.id.in_(parts)).execute()


def _lease(commands: Sequence[str], until: datetime) -> None:
    for some in chunked(commands, BATCH):
        JournalRow.update(lease_until=until).where(JournalRow.id.in_(some)).execute()


def release_sent(now: datetime) -> None:
    """Make due again what was sent and is in nobody's hand: for a broker that died with its process."""
    sent = now + LONGEST_PAUSE
    unended = JournalRow.ordered & JournalRow.ended_at.is_null()
    JournalRow.update(lease_until=now).where(unended, JournalRow.lease_until > sent).execute()
    TransferSliceRow.update(lease_until=None).where(TransferSliceRow.lease_until > sent).execute()


def begin(command: str, clock: Callable[[], datetime]) -> Work | None:
    """Take a command in hand; None if it has ended, waits for its slices, or somebody has it in hand."""
    now = clock()
    with db.atomic():
        wanted = JournalRow.select().where(
            JournalRow.id == command, JournalRow.ordered, JournalRow.ended_at.is_null()
        )
        row = for_update(wanted).first()
        if row is None or (row.turn and now < row.lease_until <= now + LEASE):
            return None
        if TransferSliceRow.select().where(TransferSliceRow.journal == command).exists():
            return None
        row.turn, row.tries, row.lease_until = row.turn + 1, row.tries + 1, now + LEASE
        row.save(only=["turn", "tries", "lease_until"])
    return Work(row, clock)


def release(work: Work) -> None:
    """Nobody has it in hand any more; it is due again when its slices are gone."""
    with work.holding():
        changes = {"lease_until": work.clock(), "tries": 0, "outcome": ""}
        JournalRow.update(changes).where(JournalRow.id == work.row.id).execute()


def put_off(work: Work, error: XfcNotifyError) -> bool:
    """Let a command that failed be tried later; False if there is no sense in that."""
    row = work.now()
    waits = _waits(row, error) or row.step == Step.UNDOING
    if not waits and not _may_pass(error, row.tries):
        return False
    until = work.clock() + pause(row.tries)
    changes = {"lease_until": until, "tries": row.tries - 1 if waits and row.tries > 1 else row.tries}
    with work.holding():
        JournalRow.update(outcome=error.what[:OUTCOME], **changes).where(JournalRow.id == row.id).execute()
    return True


def slice_failed(part: Slice, error: XfcNotifyError) -> None:
    """Let a slice that failed be tried later, or its command fail."""
    row = JournalRow.get_by_id(part.row.journal_id)
    waits = _waits(row, error)
    with part.holding():
        if waits or _may_pass(error, part.row.tries):
            part.give_back(part.clock() + pause(part.row.tries), tried=not (waits and part.row.tries > 1))
            JournalRow.update(outcome=error.what[:OUTCOME]).where(JournalRow.id == row.id).execute()
        else:
            give_up(row.id, error.what, part.clock())


def give_up(command: str, why: str, now: datetime) -> None:
    """Let a command fail: what it has done is undone next."""
    with db.atomic():
        slices.drop(command)
        changes = {"step": Step.UNDOING, "outcome": why[:OUTCOME], "lease_until": now, "tries": 0}
        JournalRow.update(changes).where(JournalRow.id == command, JournalRow.ended_at.is_null()).execute()


def stuck(before: datetime) -> list[JournalRow]:
    """The commands that were ordered before this time and failed when they were last tried, the oldest first."""
    rows = JournalRow.select().where(
        JournalRow.ordered, JournalRow.ended_at.is_null(), JournalRow.outcome != ""
    )
    return list(rows.where(JournalRow.began_at < before).order_by(JournalRow.began_at))


def waiting(until: datetime) -> list[JournalRow]:
    """The transfers that people ordered before then, and that still wait for something that stands in their way, such
    as a store that is away; the oldest first. None that is set aside."""
    waits = JournalRow.ended_at.is_null() & (JournalRow.began_at <= until) & (JournalRow.outcome != "")
    return _asked_for(waits, JournalRow.began_at)


def idle(until: datetime) -> list[JournalRow]:
    """The transfers that people ordered, that had failed for good by then, and are not set aside; the
    oldest first. Nothing was begun with their datasets since."""
    later = JournalRow.alias()
    followed = later.select(later.id).where(
        later.dataset == JournalRow.dataset, later.began_at > JournalRow.ended_at
    )
    failed = (JournalRow.ended_at <= until) & (JournalRow.success == False)  # noqa: E712
    return _asked_for(failed & ~fn.EXISTS(followed), JournalRow.ended_at)


def set_aside(row: JournalRow, now: datetime) -> bool:
    """Note that people are told of it; whether that was not noted yet."""
    changed = JournalRow.update(set_aside_at=now)
    return bool(changed.where(JournalRow.id == row.id, _untold()).execute())


def _asked_for(condition: Any, since: Any) -> list[JournalRow]:
    """The transfers of which this is so, that people ordered and were not told of; by this time."""
    rows = JournalRow.select().where(JournalRow.ordered, JournalRow.command.in_(_TOLD), _untold(), condition)
    return [row for row in rows.order_by(since, JournalRow.id) if not row.arguments.get("due")]


def _untold() -> Any:
    """People were not told that it waits, or has failed since."""
    return JournalRow.set_aside_at.is_null() | (JournalRow.set_aside_at < JournalRow.ended_at)


def pause(tries: int) -> timedelta:
    """How long something rests after it was tried so often."""
    factor: int = 4 ** min(max(tries, 1) - 1, 10)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def _may_pass(error: XfcNotifyError, tries: int) -> bool:
    return isinstance(error, PASSING) and tries < MOST_TRIES


def _waits(row: JournalRow, error: XfcNotifyError) -> bool:
    """Whether it is tried for as long as it takes. A verification finds out that a store is away, and that is all."""
    return isinstance(error, StoreAway) and row.command != Command.VERIFY


def _is_free(rows: Any, now: datetime) -> Any:
    """In nobody's hand; a lease longer than any was given by a wrong clock."""
    is_over = (rows.lease_until <= now) | (rows.lease_until > now + SENT + CLOCK_SKEW)
    return rows.lease_until.is_null() | is_over
