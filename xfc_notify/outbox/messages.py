"""Messages: what somebody was told, or would have been told."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify import domain
from xfc_notify.domain import CLOCK_SKEW, OPERATORS, Level
from xfc_notify.outbox.interval import Said, remembered
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.outbox.picture import Drawing, Pictures
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import UserRow
from xfc_notify.settings import Settings
from xfc_notify.states import Audience, DeliveryState, Mode

log = logging.getLogger(__name__)
THEMSELVES = (Audience.USER, Audience.REMINDER, Audience.DIGEST)
"""The audiences that are the user, of what counts as one message a day."""
TO_THEM = (*THEMSELVES, Audience.RECEIPT)
"""All that the user reads."""


@dataclass(frozen=True, slots=True)
class AboutSubject:
    """One thing that a message speaks of because it is due: which policy of which subject, and why."""

    subject: int
    key: str
    policy: str
    reason: str
    level: Level

    def as_json(self) -> dict[str, Any]:
        """As it is stored. `area` is the key, as the command line has always called it."""
        return {
            "subject": self.subject,
            "area": self.key,
            "policy": self.policy,
            "reason": self.reason,
            "level": str(self.level),
        }


def write(
    user: UserRow,
    message: domain.Message,
    reasons: Sequence[AboutSubject],
    mode: Mode,
    broke_interval: str,
    places: Iterable[tuple[str, str]],
    audience: Audience = Audience.USER,
) -> None:
    """Store a message about what `user` answers for, and one delivery for every (channel, address).

    In mode "held" they wait for an operator.
    """
    MessageRow.create(
        id=message.message_id,
        user=user,
        created_at=message.created_at,
        mode=mode,
        broke_interval=broke_interval,
        thread=message.thread,
        level=int(message.level),
        reasons=[reason.as_json() for reason in reasons],
        subject=message.subject,
        text=message.text,
        html=message.html,
        drawings=_drawings(message),
        unsubscribe=message.unsubscribe,
        audience=audience,
    )
    rows = [
        {"message": message.message_id, "channel": channel, "address": address,
         "state": DeliveryState.HELD if mode is Mode.HELD else DeliveryState.QUEUED, "due_at": message.created_at}
        for channel, address in places
    ]  # fmt: skip
    for some in chunked(rows, DeliveryRow.at_once()):
        DeliveryRow.insert_many(some).on_conflict_ignore().execute()
    ids = {"message_id": message.message_id}
    log.info("a message is written (%s), to %d addresses", mode, len(rows), extra=ids)


def messages_since(user: UserRow, since: datetime, now: datetime, *, shadow: bool) -> list[MessageRow]:
    """What a user was told themselves after a time, newest first, without the bodies.

    What was only recorded, in shadow mode, is left out unless `shadow`; and what is dated ahead of now.
    """
    columns = (MessageRow.id, MessageRow.created_at, MessageRow.broke_interval)
    audiences = (Audience.OPERATORS,) if user.name == OPERATORS else THEMSELVES
    is_theirs = (MessageRow.user == user) & MessageRow.audience.in_(audiences)
    is_recent = (MessageRow.created_at > since) & (MessageRow.created_at <= now + CLOCK_SKEW)
    query = MessageRow.select(*columns).where(is_theirs, is_recent)
    query = query.where(MessageRow.mode != Mode.LOST)
    if not shadow:
        query = query.where(MessageRow.mode != Mode.SHADOW)
    return list(query.order_by(MessageRow.created_at.desc()))


def said_to(user: UserRow, settings: Settings, now: datetime) -> list[Said]:
    """What a user was told as long ago as it matters, whichever part spoke; newest first."""
    since = now - remembered(settings.messages)
    rows = messages_since(user, since, now, shadow=effective_mode(settings) is Mode.SHADOW)
    return [Said(row.created_at, row.broke_interval) for row in rows]


def said_to_many(users: Collection[int], settings: Settings, now: datetime) -> dict[int, list[Said]]:
    """The same by user, of those of these users that were told anything; by a query for all."""
    is_shadow = effective_mode(settings) is Mode.SHADOW
    since = now - remembered(settings.messages)
    columns = (MessageRow.user, MessageRow.created_at, MessageRow.broke_interval)
    is_operators = UserRow.name == OPERATORS
    is_theirs = (is_operators & (MessageRow.audience == Audience.OPERATORS)) | (
        ~is_operators & MessageRow.audience.in_(THEMSELVES)
    )
    is_recent = (MessageRow.created_at > since) & (MessageRow.created_at <= now + CLOCK_SKEW)
    query = (
        MessageRow.select(*columns).join(UserRow).where(is_recent, is_theirs, MessageRow.mode != Mode.LOST)
    )
    if not is_shadow:
        query = query.where(MessageRow.mode != Mode.SHADOW)
    found: dict[int, list[Said]] = {}
    for row in query.order_by(MessageRow.created_at.desc()).iterator():
        if row.user_id in users:
            found.setdefault(row.user_id, []).append(Said(row.created_at, row.broke_interval))
    return found


def latest_messages(user: UserRow, count: int, audiences: Sequence[Audience]) -> list[MessageRow]:
    """The latest messages to a user, or to these about a user, newest first."""
    query = MessageRow.select().where(MessageRow.user == user, MessageRow.audience.in_(audiences))
    return list(query.order_by(MessageRow.created_at.desc()).limit(count))


def message(row: MessageRow, settings: Settings) -> domain.Message:
    """The row as the noun that plugins are given."""
    return domain.Message(
        message_id=row.id,
        thread=row.thread,
        username=row.user.name if row.audience in TO_THEM else f":{row.audience}",
        created_at=row.created_at,
        level=Level(row.level),
        subject=row.subject,
        text=row.text or "",
        html=row.html or "",
        service=settings.service.name,
        contact=settings.service.contact,
        reasons=tuple(item["reason"] for item in row.reasons),
        images=images(row),
        unsubscribe=row.unsubscribe,
    )


def images(row: MessageRow) -> Pictures:
    """The pictures of a message by content id."""
    return Pictures({name: Drawing.of_json(stored) for name, stored in (row.drawings or {}).items()})


def _drawings(message: domain.Message) -> dict[str, Any] | None:
    """What is kept of the pictures of a message."""
    if not isinstance(message.images, Pictures):
        return None
    return {name: drawing.as_json() for name, drawing in message.images.drawings.items()}
