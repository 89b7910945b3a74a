"""Episodes as rows, and the record of what happened to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import chunked, fn

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import SAME_WITHIN
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.people import events
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import EventKind
from xfc_notify.store.database import BATCH
from xfc_notify.store.finding_json import dump_finding, load_finding


def unsettled_in(subject: SubjectRow) -> list[Episode]:
    """The episodes of a subject that are open, or whose end is still to be told."""
    rows = (
        EpisodeRow.select().where(EpisodeRow.subject == subject, ~EpisodeRow.settled).order_by(EpisodeRow.id)
    )
    return [episode(row) for row in rows]


def known_in(subject: SubjectRow, now: datetime) -> list[Episode]:
    """The same, and those that may begin again as the same episode."""
    is_recent = EpisodeRow.ended_at > now - SAME_WITHIN
    rows = EpisodeRow.select().where(EpisodeRow.subject == subject, ~EpisodeRow.settled | is_recent)
    return [episode(row) for row in rows.order_by(EpisodeRow.id)]


def levels(user: UserRow | None = None) -> dict[tuple[int, str], Level]:
    """(subject, policy) → level of the open episodes of one user, or of all."""
    query: Any = EpisodeRow.select(EpisodeRow.subject, EpisodeRow.policy, EpisodeRow.level)
    if user is not None:
        query = query.join(SubjectRow).where(SubjectRow.user == user)
    rows = query.where(EpisodeRow.ended_at.is_null()).tuples()
    return {(subject, policy): Level(level) for subject, policy, level in rows}


def worst_in(subject: SubjectRow | int) -> Level:
    """The level at which a subject stands: the worst of its open episodes."""
    is_open = (EpisodeRow.subject == subject) & EpisodeRow.ended_at.is_null()
    return Level(EpisodeRow.select(fn.COALESCE(fn.MAX(EpisodeRow.level), 0)).where(is_open).scalar())


def unsettled(user: UserRow) -> list[tuple[SubjectRow, Episode]]:
    """All that may still have to be said to a user, with the subjects, oldest first."""
    rows = _with_subjects(SubjectRow.user == user, ~EpisodeRow.settled)
    return [(row.subject, episode(row)) for row in rows.order_by(EpisodeRow.id)]


def obscured_before(time: datetime) -> list[tuple[SubjectRow, Episode]]:
    """What no scan could show or end since then, because not everything could be read, with the subjects."""
    is_open = ~EpisodeRow.settled & EpisodeRow.ended_at.is_null()
    rows = _with_subjects(is_open, EpisodeRow.obscured_since <= time)
    return [(row.subject, episode(row)) for row in rows.order_by(EpisodeRow.id)]


def any_unsettled(user: UserRow) -> bool:
    """Whether anything may still have to be said to a user; where not, and all is well, there is nothing to lock."""
    return bool(
        EpisodeRow.select().join(SubjectRow).where(SubjectRow.user == user, ~EpisodeRow.settled).exists()
    )


def of(user: UserRow, ids: Sequence[int]) -> list[tuple[SubjectRow, Episode]]:
    """Those of these episodes that belong to a user, ended ones too, with the subjects."""
    return [
        (row.subject, episode(row))
        for some in chunked(sorted(ids), BATCH)
        for row in _with_subjects(SubjectRow.user == user, EpisodeRow.id.in_(some)).order_by(EpisodeRow.id)
    ]


def save(subject: SubjectRow, changed: Episode) -> Episode:
    """Store an episode, new or changed; it comes back with its id."""
    values = {
        "level": int(changed.level),
        "finding": dump_finding(changed.finding),
        "as_of": changed.as_of,
        "fresh_until": changed.fresh_until,
        "unread": sorted(changed.unread),
        "obscured_since": changed.obscured_since,
        "ended_at": changed.ended_at,
        "settled": changed.settled,
        "told_level": changed.told_level,
        "told_at": changed.told_at,
        "told_limit": changed.told_limit,
        "thread": changed.thread,
        "milestone": changed.finding.milestone,
        "told_milestone": changed.told_milestone,
        "told_obscured": changed.told_obscured,
        "lower_since": changed.lower_since,
        "resumed_at": changed.resumed_at,
        "repeats": changed.repeats,
        "replied": None if changed.replied is None else int(changed.replied),
        "quiet_until": changed.quiet_until,
        "snoozes": changed.snoozes,
        "escalated": changed.escalated,
        "doubted": changed.doubted,
    }
    if changed.id is not None:
        EpisodeRow.update(**values).where(EpisodeRow.id == changed.id).execute()
        return changed
    row = EpisodeRow.create(
        subject=subject, plugin=changed.plugin, policy=changed.policy, began_at=changed.began_at, **values
    )
    return episode(row)


def note_silence(silence: Iterable[tuple[Episode, str]]) -> None:
    """Record why nothing was said of an episode; written only if the reason is new."""
    for quiet, why in silence:
        EpisodeRow.update(silence=why).where(EpisodeRow.id == quiet.id, EpisodeRow.silence != why).execute()


def note(subject: SubjectRow, about: Episode, kind: EventKind, what: str, now: datetime) -> None:
    """Record what happened to an episode."""
    events.note(subject, kind, what, now, policy=about.policy, level=about.level, episode=about.id)


def note_failed_policies(subject: SubjectRow, plugins: Iterable[str], now: datetime) -> None:
    """Keep which policies failed to judge a subject, once for several times in a row."""
    for plugin in plugins:
        if events.last_kind(subject, plugin) is not EventKind.FAILED:
            what = "the policy failed, so its episodes stay as they are"
            events.note(subject, EventKind.FAILED, what, now, policy=plugin)


def latest(subject: SubjectRow, count: int) -> list[EpisodeRow]:
    """The latest episodes of a subject, open ones first."""
    query = EpisodeRow.select().where(EpisodeRow.subject == subject)
    return list(query.order_by(EpisodeRow.ended_at.is_null().desc(), EpisodeRow.id.desc()).limit(count))


def users_with_unsettled() -> Sequence[UserRow]:
    """Everybody who may have to be told something."""
    query: Any = (
        UserRow.select()
        .join(SubjectRow)
        .join(EpisodeRow)
        .where(~EpisodeRow.settled)
        .distinct()
        .order_by(UserRow.id)
    )
    return list(query)


def _with_subjects(*where: Any) -> Any:
    """A query of episodes with subject and user."""
    return EpisodeRow.select(EpisodeRow, SubjectRow, UserRow).join(SubjectRow).join(UserRow).where(*where)


def episode(row: EpisodeRow) -> Episode:
    """The row as the noun that the parts share."""
    return Episode(
        id=row.id,
        plugin=row.plugin,
        policy=row.policy,
        level=Level(row.level),
        finding=load_finding(row.finding),
        began_at=row.began_at,
        as_of=row.as_of,
        fresh_until=row.fresh_until,
        unread=frozenset(row.unread),
        obscured_since=row.obscured_since,
        ended_at=row.ended_at,
        told_level=None if row.told_level is None else Level(row.told_level),
        told_at=row.told_at,
        told_limit=row.told_limit,
        thread=row.thread,
        settled=row.settled,
        told_milestone=row.told_milestone,
        told_obscured=row.told_obscured,
        lower_since=row.lower_since,
        resumed_at=row.resumed_at,
        repeats=row.repeats,
        replied=None if row.replied is None else Level(row.replied),
        quiet_until=row.quiet_until,
        snoozes=row.snoozes,
        escalated=row.escalated,
        doubted=row.doubted,
    )
