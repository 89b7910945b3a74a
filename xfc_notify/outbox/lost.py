"""Messages that reached nobody: no server took them within a day, or they were taken back before."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import chunked

from xfc_notify.outbox.deliveries import GIVEN_UP
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import UserRow
from xfc_notify.states import Audience, DeliveryState, Mode
from xfc_notify.store.database import BATCH

RECENT = timedelta(days=7)
"""Older ones say nothing that would still be true."""
MOST_ERRORS = 3


def given_up(now: datetime) -> list[MessageRow]:
    """The messages to users of the last days of which no delivery arrived, and some were given up."""
    tried = DeliveryRow.select(DeliveryRow.message)
    lost = tried.where(DeliveryRow.state == DeliveryState.DEAD, DeliveryRow.error.startswith(GIVEN_UP))
    arrived = tried.where(DeliveryRow.state != DeliveryState.DEAD)
    themselves = MessageRow.audience.in_((Audience.USER, Audience.REMINDER))
    query = (
        MessageRow.select(MessageRow, UserRow)
        .join(UserRow)
        .where(
            MessageRow.created_at > now - RECENT,
            MessageRow.mode == Mode.LIVE,
            themselves,
            MessageRow.id.in_(lost),
            MessageRow.id.not_in(arrived),
        )
    )
    return list(query.order_by(MessageRow.created_at))


def not_gone(user: UserRow, chosen: Any) -> list[MessageRow]:
    """Those of the messages to a user that a query chooses of which nothing has gone out yet, the newest first."""
    waits = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.HELD)
    tried = DeliveryRow.select(DeliveryRow.message)
    query = MessageRow.select(MessageRow, UserRow).join(UserRow)
    query = query.where(
        MessageRow.user == user,
        MessageRow.mode.in_((Mode.LIVE, Mode.HELD)),
        MessageRow.audience.in_((Audience.USER, Audience.REMINDER)),
        MessageRow.id.in_(chosen),
        MessageRow.id.in_(tried.where(DeliveryRow.state.in_(waits))),
        MessageRow.id.not_in(tried.where(DeliveryRow.state.not_in(waits))),
    )
    return list(query.order_by(MessageRow.created_at.desc()))


def take_back(waiting: Sequence[MessageRow]) -> None:
    """Never deliver these."""
    for message in waiting:
        DeliveryRow.update(state=DeliveryState.DROPPED).where(DeliveryRow.message == message).execute()
    mark_lost(waiting)


def mark_lost(lost: Sequence[MessageRow]) -> None:
    """Keep that these reached nobody."""
    for some in chunked([message.id for message in lost], BATCH):
        MessageRow.update(mode=Mode.LOST).where(MessageRow.id.in_(some)).execute()


def errors_of(lost: Sequence[MessageRow]) -> list[str]:
    """Why they reached nobody, the most frequent first."""
    counts: Counter[str] = Counter()
    for some in chunked([message.id for message in lost], BATCH):
        rows = DeliveryRow.select(DeliveryRow.error).where(DeliveryRow.message.in_(some))
        counts.update(row.error for row in rows)
    return [error for error, _ in counts.most_common(MOST_ERRORS)]
