"""Digests: where a person stands, every Monday or on the first of the month, at 8:00 in their time zone.

A digest mentions what stands and tells nothing: no episode begins, ends or counts as told by it, no reminder is put
off, and there is nothing in it to answer. It is a message like others for the interval between two of them: it waits
until nothing was said for so long, and what becomes due after it waits in turn. It is no part of a storm.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from xfc_notify.domain import CLOCK_SKEW, Message, Reason
from xfc_notify.notify.compose import compose
from xfc_notify.notify.guard import made_if_possible
from xfc_notify.notify.mode import effective_mode
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, outbox
from xfc_notify.store.tables import Area, User

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


def write_digests(settings: Settings, plugins: Plugins, now: datetime) -> int:
    """Write the digests that are due; how many."""
    due = [user for user in areas.users_with_digest() if _is_due(user, settings, now)]
    written = (_write_if_possible(user, settings, plugins, now) for user in due)
    return sum(message is not None for message in written)


def _is_due(user: User, settings: Settings, now: datetime) -> bool:
    zone = ZoneInfo(user.timezone or settings.service.timezone)
    last: datetime | None = user.digested_at
    return last is None or last < last_due(user.digest, now, zone) or last > now + CLOCK_SKEW


def _write(user: User, settings: Settings, plugins: Plugins, now: datetime) -> Message | None:
    """Write the digest of a user, unless it is not due, must wait or has nothing to say."""
    user = areas.locked(user)
    if not _is_due(user, settings, now):  # another tick came first
        return None
    mode = effective_mode(settings)
    since = now - settings.messages.min_interval
    if outbox.messages_since(user, since, now, shadow=mode == "shadow"):
        return None
    measured = [area for area in areas.areas_of(user) if area.last_scan is not None]
    if not measured:
        return None
    message = compose(user, (), settings, now, also=measured, digest=user.digest)
    places = [] if mode == "shadow" else plugins.addresses(message, areas.person(user))
    areas.digested(user, now)
    if mode == "live" and not places:
        return None
    outbox.write(user, message, _reasons(measured), mode, "", places, audience="digest")
    return message


def _write_if_possible(user: User, settings: Settings, plugins: Plugins, now: datetime) -> Message | None:
    """The same; a digest that cannot be made does not stop the others."""
    return made_if_possible(lambda: _write(user, settings, plugins, now), "digest", user.name)


def _reasons(measured: Sequence[Area]) -> list[dict[str, str]]:
    return [
        {"area": area.path, "policy": "", "reason": str(Reason.DIGEST), "level": "ok"} for area in measured
    ]
