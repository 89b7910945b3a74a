"""Dates of datasets: instants, which people type and read as days of the site's zone. Pure.

What ends "on 5 April" ends when that day is over there: the instant is the midnight after it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.errors import WrongInput
from xfc_notify.notify.words.language import Language
from xfc_notify.paths import harmless

MOMENT = timedelta(microseconds=1)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def last_day(expires: datetime, zone: ZoneInfo) -> date:
    """The last day on which something that expires then is still there."""
    return (expires - MOMENT).astimezone(zone).date()


def ends_a_day(expires: datetime, zone: ZoneInfo) -> bool:
    """Whether this is when a day is over, so that the day says all."""
    return end_of(last_day(expires, zone), zone) == expires


def day_of(expires: datetime, language: Language, now: datetime) -> str:
    """The last day of what expires then, in the zone of the reader; the moment where that is not the end of a day."""
    if ends_a_day(expires, language.zone):
        return language.day(expires - MOMENT, now)
    return language.moment(expires)


def later(start: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """The end of the day that lies so much later, by the clock on the wall."""
    wall = (start - MOMENT).astimezone(zone).replace(tzinfo=None) + span
    return end_of(wall.date(), zone)


def typed(text: str, zone: ZoneInfo) -> datetime:
    """What a person typed: a day, 2027-04-05, or an instant with its zone, 2027-04-05T12:00+02:00; else WrongInput."""
    try:
        if len(text) == 10:
            return end_of(date.fromisoformat(text), zone)
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise WrongInput(
            f"{harmless(text)} is no date.", "Write a day, 2027-04-05, or an instant, 2027-04-05T12:00+02:00"
        )
    return instant.astimezone(UTC)
