"""The storm brake: if one round would write to too many users, messages are held until an operator looks.

A round is the time in which all areas are scanned, [scan] every. A message that is held counts as
told; the operators hear of the storm once.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from xfc_notify.domain import CLOCK_SKEW, Message
from xfc_notify.outbox import held
from xfc_notify.outbox.storm import storm_message
from xfc_notify.people.tables import UserRow
from xfc_notify.people.users import count_users
from xfc_notify.settings import Messages, Settings
from xfc_notify.store import marks

STORM = "storm"
"""When the operators were last told of a storm."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Braked:
    """Whether a message is to be held, and what the operators are to be told of it, the first time."""

    holds: bool
    storm: Message | None = None


def is_storm(recipients: int, users: int, rules: Messages) -> bool:
    """Whether a round that writes to this many of all users must be held."""
    return recipients > rules.brake_count and recipients > rules.brake_share * users


def brake(user: UserRow, settings: Settings, now: datetime) -> Braked:
    """Whether a message to this user is to be held. If so, so is what was written before it and has not gone out.

    To be called in the transaction that writes the message; until it ends nobody else writes one. What was written
    when the service went live, or when an operator last looked, is no part of a storm.
    """
    held.one_at_a_time()
    began = (marks.at(marks.LIVE), marks.at(held.LOOKED), now - settings.scan.every)
    since = max(time for time in began if time is not None and time <= now + CLOCK_SKEW)
    recipients, users = held.others_written_to(user, since) + 1, count_users()
    if not is_storm(recipients, users, settings.messages):
        return Braked(holds=False)
    told = marks.at(STORM)
    if told is not None and since < told <= now + CLOCK_SKEW:
        return Braked(holds=True)
    marks.put(STORM, now)
    held.hold_since(since, now)
    log.warning("messages to %d of %d users in one round: they are held", recipients, users)
    return Braked(holds=True, storm=storm_message(recipients, users, _why(), settings, now))


def _why() -> Counter[tuple[str, str]]:
    """How often each policy and reason gave rise to the messages that are held."""
    return Counter(
        (reason["policy"], reason["reason"]) for message in held.waiting() for reason in message.reasons
    )
