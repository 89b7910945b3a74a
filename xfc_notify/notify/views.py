"""What is shown of episodes and exemptions, and of areas and users together with these. Times are UTC."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.areas import views as area_views
from xfc_notify.areas.tables import AreaRow
from xfc_notify.areas.views import AreaView, Standing, Told
from xfc_notify.domain import Level
from xfc_notify.notify import episode_rows, exemption_rows, reply_rows
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.outbox.views import MessageView, message_views
from xfc_notify.people import subjects
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.people.views import EventView, UserView, event_views, user_view
from xfc_notify.settings import Settings
from xfc_notify.states import Audience, Kind, Mode
from xfc_notify.store.finding_json import load_finding
from xfc_notify.usage import Counted

LATEST = 10
"""How many episodes, events and messages are shown to explain what was said."""


@dataclass(frozen=True, slots=True)
class ExemptionView:
    """A limit of an area that an operator has lifted. `told_at`: when its user was told of it."""

    user: str
    area: str
    policy: str
    until: datetime
    reason: str
    granted_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """What a policy has found since it was last ok.

    told_at, told_level  of the last message that spoke of it; None: none did yet
    silence              why none was sent since; empty where nothing was held back
    """

    policy: str
    level: Level
    began_at: datetime
    ended_at: datetime | None
    told_at: datetime | None
    told_level: Level | None
    silence: str


@dataclass(frozen=True, slots=True)
class AreaExplained:
    """The latest episodes of an area, open ones first, and its latest events."""

    path: str
    last_scanned: datetime | None
    episodes: tuple[EpisodeView, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a user was told something, or was not. `mode` is that in which messages are written now."""

    user: str
    notify: bool
    mode: Mode
    areas: tuple[AreaExplained, ...]
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True)
class UserInFull:
    """A user with all areas, and the policies of which they want to hear nothing."""

    user: UserView
    areas: tuple[AreaView, ...]
    muted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FullVolume:
    """A volume that is filling up: `used` and `limit` are in `unit`."""

    volume: str
    level: Level
    used: float
    limit: float
    unit: str


def standings(
    now: datetime,
    counts: Counted,
    user: UserRow | None = None,
    least: Level | None = None,
    count: int | None = None,
) -> Iterator[Standing]:
    """Where areas stand, the worst first: of one user, at this level or worse, at most so many.

    `counts` is that of [limits].
    """
    lifted = {(row.subject_id, row.policy) for row in exemption_rows.standing(now, user)}
    return area_views.standings(Told(episode_rows.levels(user), lifted), counts, user, least, count)


def exemptions(
    now: datetime, user: UserRow | None = None, count: int | None = None, skipped: int = 0
) -> list[ExemptionView]:
    """All that is lifted now, or that of one user; so many of it, the newest first, after those skipped."""
    rows = exemption_rows.standing(now, user)
    if count is not None:
        rows = sorted(rows, key=lambda row: -row.id)[skipped : skipped + count]
    return [exemption_view(row) for row in rows]


def exemption_view(row: ExemptionRow) -> ExemptionView:
    """One exemption."""
    return ExemptionView(
        user=row.subject.user.name,
        area=row.subject.key,
        policy=row.policy,
        until=row.until,
        reason=row.reason,
        granted_at=row.granted_at,
        told_at=row.told_at,
    )


def full_volumes() -> list[FullVolume]:
    """The volumes that are filling up, with what was found last."""
    return [
        _full(subject, row)
        for subject in subjects.of_kind(Kind.VOLUME)
        for row in episode_rows.latest(subject, LATEST)
        if row.ended_at is None
    ]


def explanation(
    user: UserRow, settings: Settings, audiences: Sequence[Audience] = tuple(Audience)
) -> Explanation:
    """What was found and said of a user's areas, to these or all, and why nothing else was."""
    return Explanation(
        user=user.name,
        notify=user.notify,
        mode=effective_mode(settings),
        areas=tuple(map(_explained, areas.areas_of(user))),
        messages=message_views(user, LATEST, audiences),
    )


def user_in_full(user: UserRow) -> UserInFull:
    """A user with all that can be changed about them."""
    muted = tuple(sorted(reply_rows.muted_by(user)))
    return UserInFull(user_view(user), area_views.area_views(user), muted)


def _explained(area: AreaRow) -> AreaExplained:
    return AreaExplained(
        path=area.path,
        last_scanned=area.last_scanned,
        episodes=tuple(map(_episode, episode_rows.latest(area.subject, LATEST))),
        events=event_views(area.subject, LATEST),
    )


def _episode(row: EpisodeRow) -> EpisodeView:
    return EpisodeView(
        policy=row.policy,
        level=Level(row.level),
        began_at=row.began_at,
        ended_at=row.ended_at,
        told_at=row.told_at,
        told_level=None if row.told_level is None else Level(row.told_level),
        silence=row.silence,
    )


def _full(subject: SubjectRow, row: EpisodeRow) -> FullVolume:
    finding = load_finding(row.finding)
    return FullVolume(subject.place, Level(row.level), finding.used, finding.limit, finding.unit)
