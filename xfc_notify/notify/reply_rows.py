"""What people have answered that is not kept with an episode: which policies they muted, when they asked for scans."""

from datetime import datetime, timedelta

from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify.tables import EpisodeRow, MuteRow
from xfc_notify.people.tables import SubjectRow, UserRow


def muted_by(user: UserRow) -> frozenset[str]:
    """The policies of which a user wants to hear nothing."""
    return frozenset(row.policy for row in MuteRow.select(MuteRow.policy).where(MuteRow.user == user))


def all_muted() -> dict[int, list[str]]:
    """User id → the policies of which they want to hear nothing."""
    muted: dict[int, list[str]] = {}
    for row in MuteRow.select(MuteRow, UserRow).join(UserRow):
        muted.setdefault(row.user.id, []).append(row.policy)
    return muted


def mute(user: UserRow, policy: str, now: datetime) -> bool:
    """Say no more of a policy to a user; whether that is new."""
    query = MuteRow.insert(user=user, policy=policy, muted_at=now).on_conflict_ignore()
    return int(query.as_rowcount().execute()) == 1


def unmute(user: UserRow, policy: str) -> bool:
    """Speak of a policy again; whether it was muted."""
    return bool(MuteRow.delete().where(MuteRow.user == user, MuteRow.policy == policy).execute())


def policies_known(user: UserRow) -> frozenset[str]:
    """The policies that have ever had something to say of what a user answers for."""
    rows = EpisodeRow.select(EpisodeRow.policy).join(SubjectRow).where(SubjectRow.user == user).distinct()
    return frozenset(row.policy for row in rows)


def ask_rescan(area: AreaRow, every: timedelta, now: datetime) -> bool:
    """Record a request for a scan out of turn; False if there was one less than `every` before."""
    # Whole seconds, as in the times of scans: a scan that begins in this very second is late enough.
    moment = now.replace(microsecond=0)
    rested = AreaRow.rescan_asked_at.is_null() | (AreaRow.rescan_asked_at <= moment - every)
    return bool(AreaRow.update(rescan_asked_at=moment).where(AreaRow.id == area.id, rested).execute())
