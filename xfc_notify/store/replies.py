"""What people have answered that is not kept with an episode: which policies they muted, when they asked for scans."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify.store.tables import Area, Episode, Event, Mute, User


def muted_by(user: User) -> frozenset[str]:
    """The policies of which a user wants to hear nothing."""
    return frozenset(row.policy for row in Mute.select(Mute.policy).where(Mute.user == user))


def mute(user: User, policy: str, now: datetime) -> bool:
    """Say no more of a policy to a user; whether that is new."""
    query = Mute.insert(user=user, policy=policy, muted_at=now).on_conflict_ignore()
    return int(query.as_rowcount().execute()) == 1


def unmute(user: User, policy: str) -> bool:
    """Speak of a policy again; whether it was muted."""
    return bool(Mute.delete().where(Mute.user == user, Mute.policy == policy).execute())


def policies_known(user: User) -> frozenset[str]:
    """The policies that have ever had something to say of a user's areas."""
    rows = Episode.select(Episode.policy).join(Area).where(Area.user == user).distinct()
    return frozenset(row.policy for row in rows)


def ask_rescan(area: Area, every: timedelta, now: datetime) -> bool:
    """Keep that a scan out of turn was asked for; False if one was, less than `every` before."""
    # Whole seconds, as in the times of scans: a scan that begins in this very second is late enough.
    moment = now.replace(microsecond=0)
    rested = Area.rescan_asked_at.is_null() | (Area.rescan_asked_at <= moment - every)
    return bool(Area.update(rescan_asked_at=moment).where(Area.id == area.id, rested).execute())


def note(area: Area, policy: str, kind: str, what: str, now: datetime) -> None:
    """Keep an answer that belongs to a policy and to no episode."""
    Event.create(area=area, policy=policy, at=now, kind=kind, level=0, what=what)


def last_reply(episode: int, kinds: Sequence[str]) -> Event | None:
    """The last of these replies to an episode, if there is one: who answered what, and when."""
    query = Event.select().where(Event.episode == episode, Event.kind.in_(list(kinds)))
    row: Event | None = query.order_by(Event.at.desc(), Event.id.desc()).first()
    return row
