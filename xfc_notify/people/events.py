"""What happened to subjects: one record for all who have something to note."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from xfc_notify.domain import Level
from xfc_notify.people.tables import EventRow, SubjectRow
from xfc_notify.states import EventKind


def note(
    subject: SubjectRow | int,
    kind: EventKind,
    what: str,
    now: datetime,
    *,
    policy: str = "",
    level: Level = Level.OK,
    episode: int | None = None,
) -> None:
    """Keep what happened to a subject, and which policy and episode of it are concerned."""
    EventRow.create(
        subject=subject, episode=episode, policy=policy, at=now, kind=kind, level=int(level), what=what
    )


def latest(subject: SubjectRow | int, count: int) -> list[EventRow]:
    """The latest events of a subject, newest first."""
    query = EventRow.select().where(EventRow.subject == subject)
    return list(query.order_by(EventRow.at.desc(), EventRow.id.desc()).limit(count))


def forget(before: datetime, episodes: Any) -> int:
    """Forget what happened before a time, but for what concerns these episodes, a query of their ids; how many."""
    lasting = EventRow.episode.is_null(False) & EventRow.episode.in_(episodes)
    return int(EventRow.delete().where(EventRow.at < before, ~lasting).execute())


def last_kind(subject: SubjectRow, policy: str) -> EventKind | None:
    """What last happened with a policy; None if nothing did."""
    same = EventRow.select(EventRow.kind).where(EventRow.subject == subject, EventRow.policy == policy)
    last = same.order_by(EventRow.id.desc()).first()
    return None if last is None else EventKind(last.kind)


def of_episode(episode: int, kinds: Collection[EventKind]) -> Sequence[EventRow]:
    """The events of these kinds of an episode, oldest first."""
    query = EventRow.select().where(EventRow.episode == episode, EventRow.kind.in_(list(kinds)))
    return list(query.order_by(EventRow.at, EventRow.id))
