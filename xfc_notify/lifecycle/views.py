"""What is shown of lives. Times are UTC; a date is the instant at which it is over."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.datasets import replicas
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import clock, dates, lives, people, upkeep
from xfc_notify.lifecycle.choices import limit
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.states import Decision, Phase
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.lifecycle.terms import NAMES
from xfc_notify.settings import Settings
from xfc_notify.store import marks
from xfc_notify.units import write_duration


@dataclass(frozen=True, slots=True)
class LifeView:
    """A dataset and its dates.

    last_day   the last day on which it does not expire, in the zone of the site; "" if it does not, or not at its end
    deciding   what people are asked to agree to; "" for nothing
    bin_until  until when it can be brought back
    parked     why what lies in the bin is not removed; "" if it is
    """

    dataset: str
    path: str
    owner: str
    group: str
    phase: Phase
    automated: bool
    created_at: datetime
    closed_at: datetime | None
    expires_at: datetime | None
    last_day: str
    deciding: str
    bin_until: datetime | None
    removed_at: datetime | None
    parked: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A decision that people are asked for; `group` is who is asked since `since`, "" for the owner."""

    dataset: str
    path: str
    decision: Decision
    about: datetime
    group: str
    since: datetime
    needed: int
    votes: dict[str, int]
    voters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened to a dataset."""

    number: int
    at: datetime
    what: str
    who: str
    channel: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DutyView:
    """What is done for datasets, how often, and when it was done last."""

    name: str
    what: str
    interval: str
    last: datetime | None


@dataclass(frozen=True, slots=True)
class TermView:
    """What counts for a dataset, and which group says so; "" for [lifecycle]."""

    term: str
    value: str
    said_by: str


@dataclass(frozen=True, slots=True)
class ExplainedView:
    """A life with its terms, the groups that are asked in turn, and until when it can be extended now."""

    life: LifeView
    terms: tuple[TermView, ...]
    groups: tuple[str, ...]
    extend_until: datetime


def duties(settings: Settings) -> list[DutyView]:
    """What is done for datasets, in this order."""
    shown_all = [DutyView("lives", "let lives go on, and tell people", "every tick", marks.at(clock.TICK))]
    return shown_all + [
        DutyView(
            it.name, it.what, shown(every) if (every := it.interval(settings)) else "off", marks.at(it.mark)
        )
        for it in upkeep.OPERATIONS
    ]


def life(uid: str, settings: Settings) -> LifeView:
    """The life of one dataset; WrongInput if it has not begun."""
    dataset = replicas.dataset(uid)
    return _view(lives.known(uid), dataset, settings)


def some(
    settings: Settings, phase: str = "", owner: str = "", group: str = "", count: int = 1000
) -> list[LifeView]:
    """The lives that fit all that is given, the nearest date first."""
    fits = LifeRow.phase == phase if phase else LifeRow.phase != Phase.REMOVED
    if owner:
        fits &= DatasetRow.owner == owner
    if group:
        fits &= DatasetRow.group == group
    return [_view(one, dataset, settings) for dataset, one in lives.those(fits, count)]


def notices() -> list[NoticeView]:
    """The decisions that people are asked for, the oldest first."""
    found = lives.those(LifeRow.deciding != "")
    shown = [_notice(one, dataset) for dataset, one in found if one.notice is not None]
    return sorted(shown, key=lambda view: (view.about, view.dataset))


def events(uid: str) -> list[EventView]:
    """What happened to a dataset, the oldest first."""
    return [
        EventView(row.number, row.at, row.what, row.who, row.channel, row.data) for row in lives.events(uid)
    ]


def explained(uid: str, settings: Settings, now: datetime) -> ExplainedView:
    """Why a dataset has the dates that it has."""
    dataset = replicas.dataset(uid)
    terms, one = people.terms(dataset, settings), lives.known(uid)
    said = asdict(terms)
    start = max(one.expires_at or now, now)
    return ExplainedView(
        life(uid, settings),
        tuple(TermView(name, shown(said[name]), terms.said_by[name]) for name in NAMES),
        tuple(row.name for row in people.groups_above(dataset.group)),
        limit(one, terms, start, people.zone(settings)),
    )


def shown(value: Any) -> str:
    """A term as people write it: 30d, 12h, a list of them."""
    if value is None:
        return "for ever"
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, timedelta):
        return write_duration(value)
    return str(value)


def _view(one: Life, dataset: DatasetRow, settings: Settings) -> LifeView:
    zone = people.zone(settings)
    ends_a_day = one.expires_at is not None and dates.ends_a_day(one.expires_at, zone)
    day = str(dates.last_day(one.expires_at, zone)) if one.expires_at and ends_a_day else ""
    return LifeView(
        one.dataset, dataset.path, dataset.owner, dataset.group, one.phase, one.automated, one.created_at,
        one.closed_at, one.expires_at, day, one.notice.decision if one.notice else "",
        one.bin.until if one.bin else None, one.removed_at, one.parked,
    )  # fmt: skip


def _notice(one: Life, dataset: DatasetRow) -> NoticeView:
    assert one.notice is not None
    notice = one.notice
    return NoticeView(
        one.dataset, dataset.path, notice.decision, notice.about, notice.group, notice.since, notice.needed,
        dict(notice.votes), tuple(sorted(notice.voters)),
    )  # fmt: skip
