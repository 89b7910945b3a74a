"""What people have answered that is not kept with an episode: which policies they muted, when they asked for scans."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify.tables import EpisodeRow, EventRow, MuteRow
from xfc_notify.people.tables import UserRow


def muted_by(user: UserRow) -> frozenset[str]:
    """The policies of which a user wants to hear nothing."""
    return frozenset(row.policy for row in MuteRow.select(MuteRow.policy).where(MuteRow.user == user))


def mute(user: UserRow, policy: str, now: datetime) -> bool:
    """Say no more of a policy to a user; whether that is new."""
    query = MuteRow.insert(user=user, policy=policy, muted_at=now).on_conflict_ignore()
    return int(query.as_rowcount().execute()) == 1


def unmute(user: UserRow, policy: str) -> bool:
    """Speak of a policy again; whether it was muted."""
    return bool(MuteRow.delete().where(MuteRow.user == user, MuteRow.policy == policy).execute())


def policies_known(user: UserRow) -> frozenset[str]:
    """The policies that have ever had something to say of a user's areas."""
    rows = EpisodeRow.select(EpisodeRow.policy).join(AreaRow).where(AreaRow.user == user).distinct()
    return frozenset(row.policy for row in rows)


def ask_rescan(area: AreaRow, every: timedelta, now: datetime) -> bool:
    """Keep that a scan out of turn was asked for; False if one was, less than `every` before."""
    # Whole seconds, as in the times of scans: a scan that begins in this very second is late enough.
    moment = now.replace(microsecond=0)
    rested = AreaRow.rescan_asked_at.is_null() | (AreaRow.rescan_asked_at <= moment - every)
    return bool(AreaRow.update(rescan_asked_at=moment).where(AreaRow.id == area.id, rested).execute())


def note(area: AreaRow, policy: str, kind: str, what: str, now: datetime) -> None:
    """Keep an answer that belongs to a policy and to no episode."""
    EventRow.create(area=area, policy=policy, at=now, kind=kind, level=0, what=what)


def last_reply(episode: int, kinds: Sequence[str]) -> EventRow | None:
    """The last of these replies to an episode, if there is one: who answered what, and when."""
    query = EventRow.select().where(EventRow.episode == episode, EventRow.kind.in_(list(kinds)))
    row: EventRow | None = query.order_by(EventRow.at.desc(), EventRow.id.desc()).first()
    return row
