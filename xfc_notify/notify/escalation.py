"""Escalation: who else hears of a limit that is passed and unanswered. Pure.

First the contact of the area, after `escalate_after` reminders; then, after one more, the operators. Each has a
day, `min_interval`, to answer before the next is asked, and each hears of an episode once. Messages about other things,
beside which it stands, put that off for nobody.
"""

from datetime import datetime
from enum import IntEnum

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import Measurement
from xfc_notify.settings import Messages


class Stage(IntEnum):
    """To whom an episode was passed on; the number is what is stored."""

    CONTACT = 1
    OPERATORS = 2


def due_stage(
    episode: Episode, asked_at: datetime | None, rules: Messages, now: datetime, *, contact: bool
) -> Stage | None:
    """Who must hear of an episode next; None: nobody.

    `asked_at`: when somebody was last told of it because it was due; `contact`: whether the area has one.
    """
    if (
        episode.ended_at is not None
        or episode.shown is not Level.OVER
        or answered(episode)
        or episode.doubted
    ):
        return None
    if asked_at is None or now - asked_at < rules.min_interval:
        return None
    measured = Measurement(episode.as_of, episode.fresh_until)
    if not measured.is_fresh(asked_at + rules.min_interval, now):
        return None  # it may be over by now; the next scan tells
    if contact and episode.escalated < Stage.CONTACT:
        return Stage.CONTACT if episode.repeats >= rules.escalate_after else None
    if episode.escalated < Stage.OPERATORS:
        after = rules.escalate_after + (1 if episode.escalated else 0)
        return Stage.OPERATORS if episode.repeats >= after else None
    return None


def answered(episode: Episode) -> bool:
    """Whether somebody has answered since it was last told; what was put off counts until it is told again."""
    if episode.replied is None:
        return False
    return episode.quiet_until is None or episode.told_at is None or episode.quiet_until > episode.told_at
