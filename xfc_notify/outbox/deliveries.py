"""Messages and their deliveries: written once, claimed by one, retried, dead.

A delivery goes queued → sending → sent, retry or dead; a held one waits for an operator (see `held`). `due_at` is
when it must be looked at again, so that whatever is lost in a queue or with a worker comes back by itself.

Who claims a delivery, to put it into the queue or to send it, has a short lease, and renews it while the mail server is
talked to (see `store.lease`): so who has died is known within a minute.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import Case, Expression, chunked, fn

from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import UserRow
from xfc_notify.states import DeliveryState
from xfc_notify.store.database import BATCH, db, for_update

LEASE = timedelta(minutes=1)
"""How long nobody else takes what somebody has claimed, unless it is renewed."""
HANDED_OVER = timedelta(minutes=10)
"""How long a number may lie in the queue until it is put there again: it may only be waiting."""
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
TRY_FOR = timedelta(days=1)
TRY_AT_LEAST = 5
"""Attempts before a delivery is given up: the day may have passed while nothing ran, or the clock jumped."""
GIVEN_UP = "given up after a day"
"""The error of a delivery that was tried for so long begins with this."""
REVIVABLE = (DeliveryState.DEAD, DeliveryState.RETRY)
_OWED = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRY)
log = logging.getLogger(__name__)


def claim_due(now: datetime) -> list[int]:
    """Deliveries whose numbers must go to the queue now; whoever claims them puts them there, and calls `settle`.

    One that was being sent when its lease ended stays so: a worker takes it over, if it is not renewed.
    """
    is_due = (DeliveryRow.due_at <= now) | (DeliveryRow.due_at > now + TRY_FOR + CLOCK_SKEW)
    query = DeliveryRow.select(DeliveryRow.id).where(DeliveryRow.state.in_(_OWED), is_due)
    if not query.exists():  # mostly; and it costs no transaction
        return []
    with db.atomic():
        query = query.order_by(DeliveryRow.due_at, DeliveryRow.id)
        due = [row.id for row in for_update(query, skip_locked=True)]
        for some in chunked(due, BATCH):
            queued = Case(
                None, [(DeliveryRow.state == DeliveryState.RETRY, DeliveryState.QUEUED)], DeliveryRow.state
            )
            DeliveryRow.update(due_at=now + LEASE, state=queued).where(DeliveryRow.id.in_(some)).execute()
        return due


def settle(claimed: Sequence[int], done: int, now: datetime) -> None:
    """So many of those claimed are in the queue now; the others are due again."""
    queued = DeliveryRow.state == DeliveryState.QUEUED
    for some, due_at in ((claimed[:done], now + HANDED_OVER), (claimed[done:], now)):
        for few in chunked(some, BATCH):
            DeliveryRow.update(due_at=due_at).where(DeliveryRow.id.in_(few), queued).execute()


def untried(before: datetime) -> tuple[int, datetime | None]:
    """How many deliveries of messages written before a time no worker has tried, and when the first was written."""
    untouched = (DeliveryRow.state == DeliveryState.QUEUED) & (DeliveryRow.attempts == 0)
    query = DeliveryRow.select(fn.COUNT(DeliveryRow.id), fn.MIN(MessageRow.created_at)).join(MessageRow)
    found: Any = query.where(untouched, MessageRow.created_at <= before).tuples().get()
    count, first = found
    return int(count), first


def release_all(now: datetime) -> None:
    """Make due again what a process held that died with its broker, but not what another is sending."""
    DeliveryRow.update(due_at=now).where(
        DeliveryRow.state == DeliveryState.QUEUED, DeliveryRow.due_at > now
    ).execute()
    DeliveryRow.update(state=DeliveryState.QUEUED).where(
        DeliveryRow.state == DeliveryState.SENDING, DeliveryRow.due_at <= now
    ).execute()


def claim(number: int, now: datetime) -> DeliveryRow | None:
    """Claim a queued delivery to send it; None if another worker has it or it is done."""
    return _claim(DeliveryRow.state == DeliveryState.QUEUED, number, now)


def lease_of(number: int) -> datetime | None:
    """Until when the worker has its lease that is sending this delivery; None if none is."""
    row = DeliveryRow.get_or_none(DeliveryRow.id == number, DeliveryRow.state == DeliveryState.SENDING)
    return None if row is None else row.due_at


def take_over(number: int, lease_until: datetime, now: datetime) -> DeliveryRow | None:
    """Claim a delivery whose worker has died; None if it has renewed this lease meanwhile, or has come to its end."""
    same = (DeliveryRow.state == DeliveryState.SENDING) & (DeliveryRow.due_at == lease_until)
    return _claim(same, number, now)


def renew(delivery: DeliveryRow, now: datetime) -> None:
    """Whoever sends it is at work."""
    _update(delivery, due_at=now + LEASE)


def _claim(condition: Expression, number: int, now: datetime) -> DeliveryRow | None:
    with db.atomic():
        taken = (
            DeliveryRow.update(
                state=DeliveryState.SENDING, due_at=now + LEASE, attempts=DeliveryRow.attempts + 1
            )
            .where(DeliveryRow.id == number, condition)
            .execute()
        )
        if not taken:
            return None
        return (
            DeliveryRow.select(DeliveryRow, MessageRow, UserRow)
            .join(MessageRow)
            .join(UserRow)
            .where(DeliveryRow.id == number)
            .get()
        )


def sent(delivery: DeliveryRow, now: datetime) -> None:
    """The server accepted it."""
    _update(delivery, state=DeliveryState.SENT, sent_at=now, error="")


def dead(delivery: DeliveryRow, error: str) -> None:
    """No server will ever accept it."""
    _update(delivery, state=DeliveryState.DEAD, error=error)


def retry(delivery: DeliveryRow, error: str, after: timedelta | None, now: datetime) -> datetime | None:
    """Try again later: after 1 min, 2 min … 1 h, or after what the server asked for; dead after a day and 5 attempts.

    Returns when it will be tried again; None if it is dead.
    """
    doubled = FIRST_RETRY * 2 ** min(max(delivery.attempts - 1, 0), 10)
    wait = max(min(doubled, LONGEST_RETRY), min(after or timedelta(), 2 * TRY_FOR))
    due_at: datetime = now + wait
    is_late = due_at > delivery.message.created_at + TRY_FOR
    if is_late and (delivery.attempts >= TRY_AT_LEAST or wait > TRY_FOR):
        _update(delivery, state=DeliveryState.DEAD, error=f"{GIVEN_UP}: {error}")
        return None
    _update(delivery, state=DeliveryState.RETRY, due_at=due_at, error=error)
    return due_at


def revive(number: int | None, now: datetime, states: Sequence[DeliveryState] = REVIVABLE) -> int:
    """Queue again deliveries that are dead or wait for a retry, one or all that are in these states; how many.

    Not those of messages whose text was forgotten.
    """
    forgotten = MessageRow.select(MessageRow.id).where(MessageRow.text.is_null())
    query = DeliveryRow.update(state=DeliveryState.QUEUED, due_at=now).where(
        DeliveryRow.state.in_(states),
        DeliveryRow.message.not_in(forgotten),
    )
    if number is not None:
        query = query.where(DeliveryRow.id == number)
    return int(query.execute())


def deliveries(states: Sequence[str], count: int) -> list[DeliveryRow]:
    """The latest deliveries in one of these states (any: none given), with message and user, newest first."""
    query = DeliveryRow.select(DeliveryRow, MessageRow, UserRow).join(MessageRow).join(UserRow)
    if states:
        query = query.where(DeliveryRow.state.in_(list(states)))
    return list(query.order_by(DeliveryRow.id.desc()).limit(count))


def not_arrived(late: datetime, lately: datetime) -> int:
    """How many are tried again since before `late`, or were given up and written after `lately`."""
    tried = (DeliveryRow.state == DeliveryState.RETRY) & (MessageRow.created_at < late)
    given_up = (DeliveryRow.state == DeliveryState.DEAD) & (MessageRow.created_at > lately)
    return int(DeliveryRow.select().join(MessageRow).where(tried | given_up).count())


def last_error() -> str:
    """Of the latest delivery that failed; "" if none did."""
    failed = DeliveryRow.state.in_((DeliveryState.RETRY, DeliveryState.DEAD))
    row = DeliveryRow.select(DeliveryRow.error).where(failed).order_by(DeliveryRow.id.desc()).first()
    return row.error if row else ""


def deliveries_of(message: MessageRow) -> list[DeliveryRow]:
    """The deliveries of one message."""
    return list(DeliveryRow.select().where(DeliveryRow.message == message).order_by(DeliveryRow.id))


def _update(delivery: DeliveryRow, **values: Any) -> None:
    """Only whoever holds the claim may touch it: after a lost lease another may already have sent it."""
    DeliveryRow.update(**values).where(
        DeliveryRow.id == delivery.id,
        DeliveryRow.state == DeliveryState.SENDING,
        DeliveryRow.attempts == delivery.attempts,
    ).execute()
