"""Digests: where a person stands, every Monday or on the first of the month, at 8:00 in their time zone.

A digest mentions what stands and tells nothing: no episode begins, ends or counts as told by it, no reminder is put
off, and there is nothing in it to answer. It is a message like others for the interval between two of them: it waits
until nothing was said for so long, and what becomes due after it waits in turn. It is no part of a storm.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import CLOCK_SKEW, Level, Message, Reason
from xfc_notify.notify.compose import compose
from xfc_notify.outbox.messages import AboutSubject, said_to
from xfc_notify.outbox.send import Recipient, send
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings
from xfc_notify.states import Audience
from xfc_notify.store.isolation import made_if_possible

KINDS = ("off", "weekly", "monthly")
AT = time(8)


def last_due(kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the latest digest of this kind, weekly or monthly, was due."""
    today = now.astimezone(zone).date()
    day = today - timedelta(days=today.weekday()) if kind == "weekly" else today.replace(day=1)
    due = datetime.combine(day, AT, zone)
    if due > now:
        before = day - timedelta(days=1)
        day = day - timedelta(days=7) if kind == "weekly" else before.replace(day=1)
        due = datetime.combine(day, AT, zone)
    return due


def write_digests(service: Service, now: datetime) -> int:
    """Write the digests that are due; how many."""
    due = [user for user in users.users_with_digest() if _is_due(user, service.settings, now)]
    written = (_write_if_possible(user, service, now) for user in due)
    return sum(message is not None for message in written)


def _is_due(user: UserRow, settings: Settings, now: datetime) -> bool:
    zone = ZoneInfo(user.timezone or settings.service.timezone)
    last: datetime | None = user.digested_at
    return last is None or last < last_due(user.digest, now, zone) or last > now + CLOCK_SKEW


def _write(user: UserRow, service: Service, now: datetime) -> Message | None:
    """Write the digest of a user, unless it is not due, must wait or has nothing to say."""
    user = users.locked(user)
    if not _is_due(user, service.settings, now):  # another tick came first
        return None
    if said_to(user, service.settings, now):
        return None
    measured = [area for area in areas.areas_of(user) if area.last_scan is not None]
    if not measured:
        return None
    message = compose(user, (), service.settings, now, also=measured, digest=user.digest)
    users.digested(user, now)
    to = Recipient(users.person(user), user, Audience.DIGEST)
    return message if send(message, to, service, _reasons(measured)) is not None else None


def _write_if_possible(user: UserRow, service: Service, now: datetime) -> Message | None:
    """The same; a digest that cannot be made does not stop the others."""
    return made_if_possible(lambda: _write(user, service, now), "digest", user.name)


def _reasons(measured: Sequence[AreaRow]) -> list[AboutSubject]:
    return [AboutSubject(area.subject_id, area.path, "", str(Reason.DIGEST), Level.OK) for area in measured]
