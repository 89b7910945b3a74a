"""Messages that wait for an operator: hold, release, drop."""

from collections.abc import Sequence
from datetime import datetime

from peewee import chunked

from xfc_notify.domain import Level
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import events
from xfc_notify.people.tables import UserRow
from xfc_notify.states import Audience, DeliveryState, EventKind, Mode
from xfc_notify.store import marks
from xfc_notify.store.database import BATCH, db, for_update
from xfc_notify.store.tables import MarkRow

LOOKED = "held looked at"
"""When an operator last emptied the held messages: what was written before is not part of a storm."""
_WAITS = (DeliveryState.QUEUED, DeliveryState.RETRY)


def one_at_a_time() -> None:
    """Let nobody else decide on held messages until the transaction ends: together they would miscount."""
    for_update(MarkRow.select().where(MarkRow.name == marks.LIVE)).get_or_none()


def others_written_to(user: UserRow, since: datetime, audience: Audience = Audience.USER) -> int:
    """How many other users were written to after a time, including held messages."""
    written = (
        (MessageRow.created_at > since) & (MessageRow.audience == audience) & (MessageRow.mode != Mode.SHADOW)
    )
    query = MessageRow.select(MessageRow.user).where(written, MessageRow.user != user).distinct()
    return int(query.count())


def hold_since(since: datetime, now: datetime) -> int:
    """Hold the messages to users written after a time of which nothing has gone out yet; how many."""
    gone = DeliveryRow.select(DeliveryRow.message).where(DeliveryRow.state.not_in(_WAITS))
    fresh = MessageRow.select(MessageRow, UserRow).join(UserRow)
    fresh = fresh.where(
        MessageRow.created_at > since, MessageRow.mode == Mode.LIVE, MessageRow.audience == Audience.USER
    )
    caught = list(fresh.where(MessageRow.id.not_in(gone)).order_by(MessageRow.created_at))
    _move(caught, _WAITS, DeliveryState.HELD)
    _keep(caught, Mode.HELD)
    for message in caught:
        _note(message, EventKind.HELD, f"a storm of messages: {message.subject}", now)
    return len(caught)


def waiting(names: Sequence[str] | None = None) -> list[MessageRow]:
    """The messages that are held, to these users or all (None), oldest first."""
    query = MessageRow.select(MessageRow, UserRow).join(UserRow).where(MessageRow.mode == Mode.HELD)
    held = query.order_by(MessageRow.created_at, UserRow.name)
    return [message for message in held if names is None or message.user.name in names]


def release(names: Sequence[str] | None, now: datetime) -> int:
    """Let held messages go, those to these users or all (None); they count as written now. How many."""
    with db.atomic():
        one_at_a_time()
        freed = waiting(names)
        _move(freed, (DeliveryState.HELD,), DeliveryState.QUEUED, now)
        _keep(freed, Mode.LIVE, now)
        for message in freed:
            _note(message, EventKind.TOLD, f"released by an operator: {message.subject}", now)
        _look(now)
    return len(freed)


def drop(names: Sequence[str] | None, now: datetime) -> int:
    """Never send held messages, those to these users or all (None); what they say counts as told. How many."""
    with db.atomic():
        one_at_a_time()
        dropped = waiting(names)
        _move(dropped, (DeliveryState.HELD,), DeliveryState.DROPPED)
        _keep(dropped, Mode.DROPPED)
        for message in dropped:
            _note(message, EventKind.DROPPED, f"by an operator, counts as told: {message.subject}", now)
        _look(now)
    return len(dropped)


def _look(now: datetime) -> None:
    if not MessageRow.select().where(MessageRow.mode == Mode.HELD).exists():
        marks.put(LOOKED, now)


def _move(
    messages: Sequence[MessageRow],
    before: Sequence[DeliveryState],
    after: DeliveryState,
    due_at: datetime | None = None,
) -> None:
    """Only deliveries in a state `before`: what a worker has claimed is its own."""
    values = {"state": after} | ({"due_at": due_at} if due_at else {})
    for some in chunked(_ids(messages), BATCH):
        DeliveryRow.update(**values).where(
            DeliveryRow.message.in_(some), DeliveryRow.state.in_(before)
        ).execute()


def _keep(messages: Sequence[MessageRow], mode: Mode, created_at: datetime | None = None) -> None:
    values = {"mode": mode} | ({"created_at": created_at} if created_at else {})
    for some in chunked(_ids(messages), BATCH):
        MessageRow.update(**values).where(MessageRow.id.in_(some)).execute()


def _ids(messages: Sequence[MessageRow]) -> list[str]:
    return [message.id for message in messages]


def _note(message: MessageRow, kind: EventKind, what: str, now: datetime) -> None:
    """Keep with everything of which the message speaks what became of it."""
    for reason in message.reasons:
        level = Level.named(reason["level"])
        events.note(reason["subject"], kind, what, now, policy=reason["policy"], level=level)
