"""One message a day: when a person heard something last, and what may be said all the same.

Only the step to over, and the good news that it is over no more, may break the interval, once each. Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.settings import Messages

STEP_TO_OVER = "over"
OVER_NO_MORE = "relief"


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier message to the person, and whether it broke the interval, and with what."""

    at: datetime
    broke_interval: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether it is time for the next message.

    waits_since     when the message was written after which one has to wait; None: it may be written now
    broke_interval  by what the next one breaks the interval; empty where it does not
    """

    waits_since: datetime | None = None
    broke_interval: str = ""


def remembered(rules: Messages) -> timedelta:
    """How long what was said matters: for an interval one has to wait, and one on it tells until when one had to."""
    return 2 * rules.min_interval


def free_since(said: Sequence[Said], rules: Messages, now: datetime) -> datetime:
    """Since when no earlier message was in the way of this one, looking back for an interval."""
    ends = [message.at + rules.min_interval for message in said]
    return max([now - rules.min_interval, *(end for end in ends if end <= now)])


def turn(said: Sequence[Said], may_break: Collection[str], rules: Messages, now: datetime) -> Turn:
    """Whether a message that may break the interval by these reasons can be written now."""
    recent = [message for message in said if now - message.at < rules.min_interval]
    if not recent:
        return Turn()
    breaks = set(may_break) - {message.broke_interval for message in recent}
    if breaks:
        return Turn(broke_interval=STEP_TO_OVER if STEP_TO_OVER in breaks else OVER_NO_MORE)
    return Turn(waits_since=max(message.at for message in recent))
