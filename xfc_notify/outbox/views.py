"""What is shown of messages and deliveries. Addresses that are URLs are secrets: shortened by `address`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.domain import Level
from xfc_notify.outbox import deliveries, held, messages
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.paths import address
from xfc_notify.people.tables import UserRow
from xfc_notify.states import Audience, DeliveryState, Mode


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One thing that a message speaks of, and why.

    area    the key of the subject: the path of an area or a volume
    policy  empty where none is concerned, as in a digest
    """

    area: str
    policy: str
    reason: str
    level: Level


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One message to one address.

    number      by which `deliveries retry` knows it
    created_at  when the message was written
    due_at      when it is looked at again: to be sent, or because a worker did not end it
    error       of the last try; empty where there was none
    """

    number: int
    user: str
    channel: str
    address: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    error: str
    message_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for an operator."""

    user: str
    subject: str
    reasons: tuple[ReasonView, ...]
    created_at: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class DeliveryOfMessage:
    """Where a message went, and what came of it."""

    channel: str
    address: str
    state: DeliveryState
    error: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message about what a user answers for, with its deliveries. `audience` is who reads it."""

    message_id: str
    created_at: datetime
    mode: Mode
    audience: Audience
    subject: str
    reasons: tuple[ReasonView, ...]
    deliveries: tuple[DeliveryOfMessage, ...]


def delivery_views(states: Sequence[str], count: int) -> list[DeliveryView]:
    """The latest deliveries in one of these states (any: none given), newest first."""
    return [_delivery(row) for row in deliveries.deliveries(states, count)]


def held_messages() -> list[HeldMessage]:
    """The messages that are held, oldest first."""
    return [_held(row) for row in held.waiting()]


def message_views(
    user: UserRow, count: int, audiences: Sequence[Audience] = tuple(Audience)
) -> tuple[MessageView, ...]:
    """The latest messages about what a user answers for, to these or all, newest first."""
    return tuple(_message(row) for row in messages.latest_messages(user, count, audiences))


def _delivery(row: DeliveryRow) -> DeliveryView:
    return DeliveryView(
        number=row.id,
        user=row.message.user.name,
        channel=row.channel,
        address=address(row.address),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.message.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        error=row.error,
        message_id=row.message.id,
        subject=row.message.subject,
    )


def _held(row: MessageRow) -> HeldMessage:
    return HeldMessage(
        user=row.user.name,
        subject=row.subject,
        reasons=_reasons(row),
        created_at=row.created_at,
        message_id=row.id,
    )


def _message(row: MessageRow) -> MessageView:
    return MessageView(
        message_id=row.id,
        created_at=row.created_at,
        mode=Mode(row.mode),
        audience=Audience(row.audience),
        subject=row.subject,
        reasons=_reasons(row),
        deliveries=tuple(
            DeliveryOfMessage(sent.channel, address(sent.address), DeliveryState(sent.state), sent.error)
            for sent in deliveries.deliveries_of(row)
        ),
    )


def _reasons(row: MessageRow) -> tuple[ReasonView, ...]:
    return tuple(
        ReasonView(reason["area"], reason["policy"], reason["reason"], Level.named(reason["level"]))
        for reason in row.reasons
    )
