"""Episodes as rows, and the record of what happened to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from xfc_notify import domain
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.notify.tables import EpisodeRow, EventRow
from xfc_notify.people.tables import UserRow
from xfc_notify.store.finding_json import dump_finding, load_finding


def unsettled_in(area: AreaRow) -> list[domain.Episode]:
    """The episodes of an area that are open, or whose end is still to be told."""
    rows = EpisodeRow.select().where(EpisodeRow.area == area, ~EpisodeRow.settled).order_by(EpisodeRow.id)
    return [episode(row) for row in rows]


def unsettled(user: UserRow) -> list[tuple[AreaRow, domain.Episode]]:
    """The episodes about which a user may still have to be told, with the areas, oldest first."""
    rows = (
        EpisodeRow.select(EpisodeRow, AreaRow, UserRow)
        .join(AreaRow)
        .join(UserRow)
        .where(AreaRow.user == user, ~EpisodeRow.settled)
        .order_by(EpisodeRow.id)
    )
    return [(row.area, episode(row)) for row in rows]


def any_unsettled(user: UserRow) -> bool:
    """Whether anything may still have to be said to a user; where not, and all is well, there is nothing to lock."""
    return bool(EpisodeRow.select().join(AreaRow).where(AreaRow.user == user, ~EpisodeRow.settled).exists())


def of(user: UserRow, ids: Sequence[int]) -> list[tuple[AreaRow, domain.Episode]]:
    """Those of these episodes that belong to a user, ended ones too, with the areas."""
    query = EpisodeRow.select(EpisodeRow, AreaRow, UserRow).join(AreaRow).join(UserRow)
    rows = query.where(AreaRow.user == user, EpisodeRow.id.in_(list(ids))).order_by(EpisodeRow.id)
    return [(row.area, episode(row)) for row in rows]


def save(area: AreaRow, changed: domain.Episode) -> domain.Episode:
    """Store an episode, new or changed; it comes back with its id."""
    values = {
        "level": int(changed.level),
        "finding": dump_finding(changed.finding),
        "ended_at": changed.ended_at,
        "settled": changed.settled,
        "told_level": changed.told_level,
        "told_at": changed.told_at,
        "thread": changed.thread,
        "told_milestone": changed.told_milestone,
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
        area=area, plugin=changed.plugin, policy=changed.policy, began_at=changed.began_at, **values
    )
    return episode(row)


def note_silence(silence: Iterable[tuple[domain.Episode, str]]) -> None:
    """Record why nothing was said of an episode; written only if the reason is new."""
    for quiet, why in silence:
        EpisodeRow.update(silence=why).where(EpisodeRow.id == quiet.id, EpisodeRow.silence != why).execute()


def note(area: AreaRow, about: domain.Episode, kind: str, what: str, now: datetime) -> None:
    """Record what happened to an episode."""
    EventRow.create(
        area=area, episode=about.id, policy=about.policy, at=now, kind=kind, level=int(about.level), what=what
    )


def note_area(area: AreaRow, policy: str, kind: str, what: str, now: datetime) -> None:
    """Keep what happened to the limit of a policy in an area, apart from any episode."""
    EventRow.create(area=area, policy=policy, at=now, kind=kind, level=0, what=what)


def note_failed_policies(area: AreaRow, plugins: Iterable[str], now: datetime) -> None:
    """Keep which policies failed to judge an area, once for several times in a row."""
    for plugin in plugins:
        same = EventRow.select(EventRow.kind).where(EventRow.area == area, EventRow.policy == plugin)
        last = same.order_by(EventRow.id.desc()).first()
        if last is not None and last.kind == "failed":
            continue
        what = "the policy failed, so its episodes stay as they are"
        EventRow.create(area=area, policy=plugin, at=now, kind="failed", level=0, what=what)


def replies_to(about: domain.Episode) -> list[EventRow]:
    """What was answered to an episode, oldest first."""
    answers = ("seen", "put off", "muted", "unmuted", "rescan")
    query = EventRow.select().where(EventRow.episode == about.id, EventRow.kind.in_(answers))
    return list(query.order_by(EventRow.at, EventRow.id))


def latest(area: AreaRow, count: int) -> list[EpisodeRow]:
    """The latest episodes of an area, open ones first."""
    query = EpisodeRow.select().where(EpisodeRow.area == area)
    return list(query.order_by(EpisodeRow.ended_at.is_null().desc(), EpisodeRow.id.desc()).limit(count))


def events(area: AreaRow, count: int) -> list[EventRow]:
    """The latest events of an area, newest first."""
    return list(
        EventRow.select()
        .where(EventRow.area == area)
        .order_by(EventRow.at.desc(), EventRow.id.desc())
        .limit(count)
    )


def users_with_unsettled() -> Sequence[UserRow]:
    """Everybody who may have to be told something."""
    query: Any = (
        UserRow.select()
        .join(AreaRow)
        .join(EpisodeRow)
        .where(~EpisodeRow.settled)
        .distinct()
        .order_by(UserRow.id)
    )
    return list(query)


def episode(row: EpisodeRow) -> domain.Episode:
    """The row as the noun that the parts share."""
    return domain.Episode(
        id=row.id,
        plugin=row.plugin,
        policy=row.policy,
        level=Level(row.level),
        finding=load_finding(row.finding),
        began_at=row.began_at,
        ended_at=row.ended_at,
        told_level=None if row.told_level is None else Level(row.told_level),
        told_at=row.told_at,
        thread=row.thread,
        settled=row.settled,
        told_milestone=row.told_milestone,
        repeats=row.repeats,
        replied=None if row.replied is None else Level(row.replied),
        quiet_until=row.quiet_until,
        snoozes=row.snoozes,
        escalated=row.escalated,
        doubted=row.doubted,
    )
