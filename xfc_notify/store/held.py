"""Messages that wait for an operator: hold, release, drop."""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.domain import Level
from xfc_notify.store import marks
from xfc_notify.store.database import db, for_update
from xfc_notify.store.tables import Area, Delivery, Event, Mark, Message, User

LOOKED = "held looked at"
"""When an operator last emptied the held messages: what was written before is not part of a storm."""
_WAITS = ("queued", "retry")


def one_at_a_time() -> None:
    """Let nobody else decide on held messages until the transaction ends: together they would miscount."""
    for_update(Mark.select().where(Mark.name == marks.LIVE)).get_or_none()


def others_written_to(user: User, since: datetime) -> int:
    """How many other users were written to after a time, including held messages."""
    written = (Message.created_at > since) & (Message.audience == "user") & (Message.mode != "shadow")
    query = Message.select(Message.user).where(written, Message.user != user).distinct()
    return int(query.count())


def hold_since(since: datetime, now: datetime) -> int:
    """Hold the messages to users written after a time of which nothing has gone out yet; how many."""
    gone = Delivery.select(Delivery.message).where(Delivery.state.not_in(_WAITS))
    fresh = Message.select(Message, User).join(User)
    fresh = fresh.where(Message.created_at > since, Message.mode == "live", Message.audience == "user")
    caught = list(fresh.where(Message.id.not_in(gone)).order_by(Message.created_at))
    _move(caught, _WAITS, "held")
    _keep(caught, "held")
    for message in caught:
        _note(message, "held", f"a storm of messages: {message.subject}", now)
    return len(caught)


def waiting(names: Sequence[str] = ()) -> list[Message]:
    """The messages that are held, or those to these users, oldest first."""
    query = Message.select(Message, User).join(User).where(Message.mode == "held")
    if names:
        query = query.where(User.name.in_(list(names)))
    return list(query.order_by(Message.created_at, User.name))


def release(names: Sequence[str], now: datetime) -> int:
    """Let held messages go, those to these users or all; they count as written now. How many."""
    with db.atomic():
        one_at_a_time()
        freed = waiting(names)
        _move(freed, ("held",), "queued", now)
        _keep(freed, "live", now)
        for message in freed:
            _note(message, "told", f"released by an operator: {message.subject}", now)
        _look(now)
    return len(freed)


def drop(names: Sequence[str], now: datetime) -> int:
    """Never send held messages, those to these users or all; what they say counts as told. How many."""
    with db.atomic():
        one_at_a_time()
        dropped = waiting(names)
        _move(dropped, ("held",), "dropped")
        _keep(dropped, "dropped")
        for message in dropped:
            _note(message, "dropped", f"by an operator, counts as told: {message.subject}", now)
        _look(now)
    return len(dropped)


def _look(now: datetime) -> None:
    if not Message.select().where(Message.mode == "held").exists():
        marks.put(LOOKED, now)


def _move(
    messages: Sequence[Message], before: Sequence[str], after: str, due_at: datetime | None = None
) -> None:
    """Only deliveries in a state `before`: what a worker has claimed is its own."""
    values = {"state": after} | ({"due_at": due_at} if due_at else {})
    for some in _batches(messages):
        Delivery.update(**values).where(Delivery.message.in_(some), Delivery.state.in_(before)).execute()


def _keep(messages: Sequence[Message], mode: str, created_at: datetime | None = None) -> None:
    values = {"mode": mode} | ({"created_at": created_at} if created_at else {})
    for some in _batches(messages):
        Message.update(**values).where(Message.id.in_(some)).execute()


def _batches(messages: Sequence[Message]) -> list[list[str]]:
    ids = [message.id for message in messages]
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def _note(message: Message, kind: str, what: str, now: datetime) -> None:
    """Record the message's outcome with every area that it is about."""
    for reason in message.reasons:
        area = Area.get_or_none(Area.path == reason["area"])
        if area is not None:
            level = int(Level.named(reason["level"]))
            Event.create(area=area, policy=reason["policy"], at=now, kind=kind, level=level, what=what)
