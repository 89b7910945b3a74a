"""Digests: where a person stands, every Monday or on the first of the month, at 8:00 in their time zone.

A digest mentions what stands and tells nothing: no episode begins, ends or counts as told by it, no reminder is put
off, and there is nothing in it to answer. It is a message like others for the interval between two of them: it waits
until nothing was said for so long, and what becomes due after it waits in turn. It is no part of a storm. Its figures
come from scans that began after it became due; an area that cannot be scanned is left out.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.areas import areas, scans
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import CLOCK_SKEW, Level
from xfc_notify.notify.compose import compose
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.rules import GATHER
from xfc_notify.notify.speak import Spoken
from xfc_notify.outbox.interval import free_since, turn
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
    """Write the digests that are due; how many. Areas that were not measured since are scanned first."""
    due = [user for user in users.users_with_digest() if _due_since(user, service.settings, now) is not None]
    written = [_write_if_possible(user, service, now) for user in due]
    stale = {subject: since for one in written for subject, since in one.stale.items()}
    scans.open_stale(stale, service.settings.scan.clock, now, service.settings.surveyed)
    return sum(one.message is not None for one in written)


def _due_since(user: UserRow, settings: Settings, now: datetime) -> datetime | None:
    """When the digest became due that this user is still to get; None: there is none."""
    since = last_due(user.digest, now, ZoneInfo(user.timezone or settings.service.timezone))
    last: datetime | None = user.digested_at
    return since if last is None or last < since or last > now + CLOCK_SKEW else None


def _write(user: UserRow, service: Service, now: datetime) -> Spoken:
    """Write the digest of a user, unless it is not due, must wait or has nothing to say."""
    user = users.locked(user)
    due_since = _due_since(user, service.settings, now)
    rules, said = service.settings.messages, said_to(user, service.settings, now)
    if due_since is None or turn(said, (), rules, now).waits_since is not None:
        return Spoken()  # another tick came first, or something was said
    since = max(due_since, free_since(said, rules, now))
    there = [area for area in areas.areas_of(user) if area.last_scanned is not None and area.gone_at is None]
    fresh = [area for area in there if _is_fresh(area, since, now)]
    stale = {area.subject_id: since for area in there if area not in fresh}
    if not fresh or (stale and now - due_since < GATHER):
        return Spoken(stale=stale)
    message = compose(user, (), service.settings, now, also=fresh, digest=user.digest)
    users.digested(user, now)
    to = Recipient(users.person(user), user, Audience.DIGEST)
    written = send(message, to, service, _reasons(fresh))
    return Spoken(message if written is not None else None, stale)


def _is_fresh(area: AreaRow, since: datetime, now: datetime) -> bool:
    scan = areas.last_whole_scan(area)
    return scan is not None and Measurement.taken(scan.as_of, scan.ended_at).is_fresh(since, now)


def _write_if_possible(user: UserRow, service: Service, now: datetime) -> Spoken:
    """The same; a digest that cannot be made does not stop the others."""
    return made_if_possible(lambda: _write(user, service, now), "digest", user.name) or Spoken()


def _reasons(measured: Sequence[AreaRow]) -> list[AboutSubject]:
    return [AboutSubject(area.subject_id, area.path, "", str(Reason.DIGEST), Level.OK) for area in measured]
