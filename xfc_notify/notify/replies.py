"""Replies: what an answer does to an episode. Pure.

One answers what one was told: an answer holds for the level that was told, so that a rise that was not told yet
is told in spite of it. That a rise ends an answer is in `episodes.step`, that it silences in `rules.due`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from xfc_notify.domain import Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify.episode import Episode
from xfc_notify.pages import mark
from xfc_notify.states import EventKind

DAYS = (1, 3, 7, 14)
"""For how many days a person may put something off."""
FARTHEST = timedelta(days=30)
SNOOZES = 2
"""How often a person may put off one episode."""
RESCAN_EVERY = timedelta(hours=1)
SURVEYED = mark("This storage is measured as a whole; the next time shows what you have cleaned up.")
"""What is said to who asks for a scan of what wrstat walks."""


class Reply(StrEnum):
    """The possible replies, as kinds of events."""

    SEEN = "seen"
    PUT_OFF = "put off"
    MUTED = "muted"
    UNMUTED = "unmuted"
    RESCAN = "rescan"
    MOVES = "moves"
    NOT_NEEDED = "not needed"
    STAYS = "stays"


DECISIONS = (Reply.MOVES, Reply.NOT_NEEDED, Reply.STAYS)
"""What becomes of data that grow old, where their policy asks. It is kept, and changes nothing in an area."""
REPLIES = tuple(EventKind(reply) for reply in Reply)
"""The kinds of events that are replies."""


class By(StrEnum):
    """Who answered, and how; `what` of the event of a reply begins with it."""

    OPERATOR = "an operator, by command"
    OPERATOR_ON_PAGE = "an operator, on a page"
    PERSON = "the person, by link"


def answerable(episode: Episode) -> bool:
    """Whether there is something to answer: it is open, and its person was told of it."""
    return episode.ended_at is None and episode.told_level is not None


def asks(episode: Episode) -> bool:
    """Whether its policy asks what becomes of the data."""
    return bool(episode.finding.move_to)


def acknowledge(episode: Episode) -> Episode:
    """The episode after its person has seen it: it is said again when it gets worse."""
    return replace(episode, replied=_told(episode), quiet_until=None)


def put_off(episode: Episode, until: datetime, now: datetime) -> Episode:
    """The episode put off until a time, or until it gets worse.

    WrongInput if that is past or further than 30 days, or if the episode was put off twice before.
    """
    if until <= now:
        raise WrongInput(f"{until:%Y-%m-%d %H:%M} UTC is past: one can only put off until later.")
    if until > now + FARTHEST:
        raise WrongInput(
            f"{until:%Y-%m-%d} is too far: one can put off for at most {FARTHEST.days} days.",
            f"The last day is {now + FARTHEST:%Y-%m-%d}.",
        )
    if episode.snoozes >= SNOOZES:
        raise WrongInput(
            f"{episode.policy} was put off twice already, which is as often as one may.",
            "It can still be acknowledged: then it is said again when it gets worse.",
        )
    return replace(episode, replied=_told(episode), quiet_until=until, snoozes=episode.snoozes + 1)


def reopened(episode: Episode) -> Episode:
    """The episode without its acknowledgement: people who clean up want to hear that it worked."""
    return replace(episode, replied=None) if episode.acknowledged else episode


def in_days(days: int, now: datetime) -> datetime:
    """When "for 3 days" ends; WrongInput for a number that is not offered."""
    if days not in DAYS:
        raise WrongInput(
            f"One can put off for {', '.join(map(str, DAYS[:-1]))} or {DAYS[-1]} days, not {days}."
        )
    return now + timedelta(days=days)


def begin_of(day: date, timezone: str) -> datetime:
    """The moment at which a day begins in a zone, in UTC; WrongInput at the ends of time."""
    try:
        return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
    except OverflowError:
        raise WrongInput(f"{day} is no day that one could put off until.") from None


def next_rescan(asked_at: datetime | None, now: datetime) -> datetime:
    """From when a scan out of turn may be asked for: now, or an hour after the last time."""
    return now if asked_at is None else max(now, asked_at + RESCAN_EVERY)


def still_heard(episodes: Sequence[Episode], policy: str, mute_over: bool) -> bool:
    """Whether a muted policy still speaks, because its limit is passed."""
    over = (
        episode.ended_at is None and episode.policy == policy and episode.level is Level.OVER
        for episode in episodes
    )
    return not mute_over and any(over)


def _told(episode: Episode) -> Level:
    """The level that the answer is about: what was told, or less if it has fallen since."""
    return min(episode.level, episode.told_level if episode.told_level is not None else episode.level)
