"""What one person may do about a dataset now. Looks at rows alone: nobody is asked, and nothing is changed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.lifecycle import dates, people
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.terms import Terms
from xfc_notify.settings import Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody may do.

    agrees        they are asked, and have not agreed yet
    withdraws     they have agreed, and nothing is decided
    extend_until  the latest date that they may give it; None: they may give it none
    """

    agrees: bool = False
    withdraws: bool = False
    extend_until: datetime | None = None


def choice(life: Life, dataset: DatasetRow, who: str, settings: Settings, now: datetime) -> Choice:
    """What this person may do about a dataset now."""
    notice = life.notice
    if not life.stands:
        return Choice()
    voted = notice is not None and who in notice.voters
    asked = notice is not None and who in notice.votes and who in people.entitled(notice, dataset, now)
    until = latest(life, dataset, settings, now) if people.may_extend(dataset, who) else None
    return Choice(asked and not voted, voted, until)


def latest(life: Life, dataset: DatasetRow, settings: Settings, now: datetime) -> datetime | None:
    """The latest date that a dataset may be given within its limits; None if none is later than the one it has."""
    if life.expires_at is None or not life.stands:
        return None
    zone, start = people.zone(settings), max(life.expires_at, now)
    last = limit(life, people.terms(dataset, settings), start, zone)
    return last if last > start else None


def limit(life: Life, terms: Terms, start: datetime, zone: ZoneInfo) -> datetime:
    """The latest date to which a life may be extended that lasts until `start`. Pure."""
    step = dates.later(start, terms.extendmax(life.phase), zone)
    return min(step, dates.later(life.counted_from, terms.extendlimit(life.phase), zone))
