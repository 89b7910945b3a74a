"""Episodes as rows, and the record of what happened to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from xfc_notify import domain
from xfc_notify.domain import Level
from xfc_notify.store.tables import Area, Episode, Event, User
from xfc_notify.wire import dump_finding, load_finding


def unsettled_in(area: Area) -> list[domain.Episode]:
    """The episodes of an area that are open, or whose end is still to be told."""
    rows = Episode.select().where(Episode.area == area, ~Episode.settled).order_by(Episode.id)
    return [episode(row) for row in rows]


def unsettled(user: User) -> list[tuple[Area, domain.Episode]]:
    """The episodes about which a user may still have to be told, with the areas, oldest first."""
    rows = (
        Episode.select(Episode, Area, User)
        .join(Area)
        .join(User)
        .where(Area.user == user, ~Episode.settled)
        .order_by(Episode.id)
    )
    return [(row.area, episode(row)) for row in rows]


def any_unsettled(user: User) -> bool:
    """Whether anything may still have to be said to a user; where not, and all is well, there is nothing to lock."""
    return bool(Episode.select().join(Area).where(Area.user == user, ~Episode.settled).exists())


def of(user: User, ids: Sequence[int]) -> list[tuple[Area, domain.Episode]]:
    """Those of these episodes that belong to a user, ended ones too, with the areas."""
    query = Episode.select(Episode, Area, User).join(Area).join(User)
    rows = query.where(Area.user == user, Episode.id.in_(list(ids))).order_by(Episode.id)
    return [(row.area, episode(row)) for row in rows]


def save(area: Area, changed: domain.Episode) -> domain.Episode:
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
        Episode.update(**values).where(Episode.id == changed.id).execute()
        return changed
    row = Episode.create(
        area=area, plugin=changed.plugin, policy=changed.policy, began_at=changed.began_at, **values
    )
    return episode(row)


def note_silence(silence: Iterable[tuple[domain.Episode, str]]) -> None:
    """Record why nothing was said of an episode; written only if the reason is new."""
    for quiet, why in silence:
        Episode.update(silence=why).where(Episode.id == quiet.id, Episode.silence != why).execute()


def note(area: Area, about: domain.Episode, kind: str, what: str, now: datetime) -> None:
    """Record what happened to an episode."""
    Event.create(
        area=area, episode=about.id, policy=about.policy, at=now, kind=kind, level=int(about.level), what=what
    )


def note_area(area: Area, policy: str, kind: str, what: str, now: datetime) -> None:
    """Keep what happened to the limit of a policy in an area, apart from any episode."""
    Event.create(area=area, policy=policy, at=now, kind=kind, level=0, what=what)


def note_failed_policies(area: Area, plugins: Iterable[str], now: datetime) -> None:
    """Keep which policies failed to judge an area, once for several times in a row."""
    for plugin in plugins:
        same = Event.select(Event.kind).where(Event.area == area, Event.policy == plugin)
        last = same.order_by(Event.id.desc()).first()
        if last is not None and last.kind == "failed":
            continue
        what = "the policy failed, so its episodes stay as they are"
        Event.create(area=area, policy=plugin, at=now, kind="failed", level=0, what=what)


def replies_to(about: domain.Episode) -> list[Event]:
    """What was answered to an episode, oldest first."""
    answers = ("seen", "put off", "muted", "unmuted", "rescan")
    query = Event.select().where(Event.episode == about.id, Event.kind.in_(answers))
    return list(query.order_by(Event.at, Event.id))


def latest(area: Area, count: int) -> list[Episode]:
    """The latest episodes of an area, open ones first."""
    query = Episode.select().where(Episode.area == area)
    return list(query.order_by(Episode.ended_at.is_null().desc(), Episode.id.desc()).limit(count))


def events(area: Area, count: int) -> list[Event]:
    """The latest events of an area, newest first."""
    return list(
        Event.select().where(Event.area == area).order_by(Event.at.desc(), Event.id.desc()).limit(count)
    )


def users_with_unsettled() -> Sequence[User]:
    """Everybody who may have to be told something."""
    query: Any = User.select().join(Area).join(Episode).where(~Episode.settled).distinct().order_by(User.id)
    return list(query)


def episode(row: Episode) -> domain.Episode:
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
