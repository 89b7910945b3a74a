"""Messages and their deliveries: written once, claimed by one, retried, dead.

A delivery goes queued → sending → sent, retry or dead; a held one waits for an operator (see `held`). `due_at` is
when it must be looked at again, so that whatever is lost in a queue or with a worker comes back by itself.
"""

import logging
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from xfc_notify import domain
from xfc_notify.domain import CLOCK_SKEW, OPERATORS, Level
from xfc_notify.store.database import db, for_update
from xfc_notify.store.tables import Delivery, Message, User

LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
TRY_FOR = timedelta(days=1)
TRY_AT_LEAST = 5
"""Attempts before a delivery is given up: the day may have passed while nothing ran, or the clock jumped."""
THEMSELVES = ("user", "digest")
"""The audiences that are the user."""
_OWED = ("queued", "sending", "retry")
log = logging.getLogger(__name__)


def write(
    user: User,
    message: domain.Message,
    reasons: Sequence[dict[str, Any]],
    mode: str,
    broke_interval: str,
    places: Iterable[tuple[str, str]],
    audience: str = "user",
) -> None:
    """Store a message and one delivery for every (channel, address). In mode "held" they wait for an operator.

    audience  user, contact or operators: who reads what is said of the areas of `user`; digest: the user, who
              asked for it, so that no storm is seen in it
    """
    Message.create(
        id=message.message_id,
        user=user,
        created_at=message.created_at,
        mode=mode,
        broke_interval=broke_interval,
        thread=message.thread,
        level=int(message.level),
        reasons=list(reasons),
        subject=message.subject,
        text=message.text,
        html=message.html,
        images={name: b64encode(image).decode() for name, image in message.images.items()} or None,
        audience=audience,
    )
    rows = [
        {"message": message.message_id, "channel": channel, "address": address,
         "state": "held" if mode == "held" else "queued", "due_at": message.created_at}
        for channel, address in places
    ]  # fmt: skip
    if rows:
        Delivery.insert_many(rows).on_conflict_ignore().execute()
    ids = {"message_id": message.message_id}
    log.info("a message is written (%s), to %d addresses", mode, len(rows), extra=ids)


def messages_since(user: User, since: datetime, now: datetime, *, shadow: bool) -> list[Message]:
    """What a user was told themselves after a time, newest first, without the bodies.

    What was only recorded, in shadow mode, is left out unless `shadow`; and what is dated ahead of now.
    """
    columns = (Message.id, Message.created_at, Message.broke_interval)
    audiences = ("operators",) if user.name == OPERATORS else THEMSELVES
    is_theirs = (Message.user == user) & Message.audience.in_(audiences)
    is_recent = (Message.created_at > since) & (Message.created_at <= now + CLOCK_SKEW)
    query = Message.select(*columns).where(is_theirs, is_recent)
    if not shadow:
        query = query.where(Message.mode != "shadow")
    return list(query.order_by(Message.created_at.desc()))


def latest_messages(user: User, count: int) -> list[Message]:
    """The latest messages to a user, newest first."""
    return list(Message.select().where(Message.user == user).order_by(Message.created_at.desc()).limit(count))


def claim_due(now: datetime) -> list[int]:
    """Deliveries whose numbers must go to the queue now; each counts as handed over until its lease ends."""
    with db.atomic():
        is_due = (Delivery.due_at <= now) | (Delivery.due_at > now + TRY_FOR + CLOCK_SKEW)
        query = Delivery.select(Delivery.id).where(Delivery.state.in_(_OWED), is_due)
        query = query.order_by(Delivery.due_at, Delivery.id)
        due = [row.id for row in for_update(query, skip_locked=True)]
        for start in range(0, len(due), 500):
            some = due[start : start + 500]
            Delivery.update(due_at=now + LEASE, state="queued").where(Delivery.id.in_(some)).execute()
        return due


def unclaim(deliveries: Iterable[int], now: datetime) -> None:
    """Make due again what could not be put into the queue."""
    Delivery.update(due_at=now).where(Delivery.id.in_(list(deliveries)), Delivery.state == "queued").execute()


def release_all(now: datetime) -> None:
    """Make due again what was handed to a broker that died with its process, but not what is being sent."""
    Delivery.update(due_at=now).where(Delivery.state == "queued", Delivery.due_at > now).execute()


def claim(number: int, now: datetime) -> Delivery | None:
    """Claim a queued delivery to send it; None if another worker has it or it is done."""
    with db.atomic():
        taken = (
            Delivery.update(state="sending", due_at=now + LEASE, attempts=Delivery.attempts + 1)
            .where(Delivery.id == number, Delivery.state == "queued")
            .execute()
        )
        if not taken:
            return None
        return (
            Delivery.select(Delivery, Message, User)
            .join(Message)
            .join(User)
            .where(Delivery.id == number)
            .get()
        )


def sent(delivery: Delivery, now: datetime) -> None:
    """The server accepted it."""
    _finish(delivery, state="sent", sent_at=now, error="")


def dead(delivery: Delivery, error: str) -> None:
    """No server will ever accept it."""
    _finish(delivery, state="dead", error=error)


def retry(delivery: Delivery, error: str, after: timedelta | None, now: datetime) -> datetime | None:
    """Try again later: after 1 min, 2 min … 1 h, or after what the server asked for; dead after a day and 5 attempts.

    Returns when it will be tried again; None if it is dead.
    """
    doubled = FIRST_RETRY * 2 ** min(max(delivery.attempts - 1, 0), 10)
    wait = max(min(doubled, LONGEST_RETRY), min(after or timedelta(), 2 * TRY_FOR))
    due_at: datetime = now + wait
    is_late = due_at > delivery.message.created_at + TRY_FOR
    if is_late and (delivery.attempts >= TRY_AT_LEAST or wait > TRY_FOR):
        _finish(delivery, state="dead", error=f"given up after a day: {error}")
        return None
    _finish(delivery, state="retry", due_at=due_at, error=error)
    return due_at


def revive(number: int | None, now: datetime) -> int:
    """Queue dead deliveries again, one or all, and those that wait for a retry; how many."""
    query = Delivery.update(state="queued", due_at=now).where(Delivery.state.in_(("dead", "retry")))
    if number is not None:
        query = query.where(Delivery.id == number)
    return int(query.execute())


def deliveries(states: Sequence[str], count: int) -> list[Delivery]:
    """The latest deliveries in one of these states (any: none given), with message and user, newest first."""
    query = Delivery.select(Delivery, Message, User).join(Message).join(User)
    if states:
        query = query.where(Delivery.state.in_(list(states)))
    return list(query.order_by(Delivery.id.desc()).limit(count))


def deliveries_of(message: Message) -> list[Delivery]:
    """The deliveries of one message."""
    return list(Delivery.select().where(Delivery.message == message).order_by(Delivery.id))


def message(row: Message, service: str, contact: str) -> domain.Message:
    """The row as the noun that plugins are given."""
    return domain.Message(
        message_id=row.id,
        thread=row.thread,
        username=row.user.name if row.audience in THEMSELVES else f":{row.audience}",
        created_at=row.created_at,
        level=Level(row.level),
        subject=row.subject,
        text=row.text,
        html=row.html,
        service=service,
        contact=contact,
        reasons=tuple(item["reason"] for item in row.reasons),
        images=images(row),
    )


def images(row: Message) -> dict[str, bytes]:
    """The pictures of a message by content id."""
    return {name: b64decode(image) for name, image in (row.images or {}).items()}


def _finish(delivery: Delivery, **values: Any) -> None:
    """Only whoever holds the claim may end it: after a lost lease another may already have sent it."""
    Delivery.update(**values).where(
        Delivery.id == delivery.id, Delivery.state == "sending", Delivery.attempts == delivery.attempts
    ).execute()
