"""Reminders are spread over days: not more people are reminded in a day than one round may write to.

Those who were told on one day, as when the service went live, would all be reminded on one day.
"""

from datetime import datetime

from xfc_notify.outbox import held
from xfc_notify.outbox.brake import is_storm
from xfc_notify.people.tables import UserRow
from xfc_notify.people.users import count_users
from xfc_notify.settings import Settings
from xfc_notify.states import Audience


def is_full(user: UserRow, settings: Settings, now: datetime) -> bool:
    """Whether so many others were reminded today that this user is better reminded later."""
    held.one_at_a_time()
    others = held.others_written_to(user, now - settings.messages.min_interval, Audience.REMINDER)
    return is_storm(others + 1, count_users(), settings.messages)
