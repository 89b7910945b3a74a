"""What a message leaves behind: the episodes after their person was told, and after it turned out that they were not.
Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import SAME_WITHIN


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person had heard of an episode before a message spoke of it; as in `Episode`, but for `ended`: whether the
    message told of its end."""

    told_level: Level | None
    told_at: datetime | None
    told_limit: float | None
    told_milestone: int | None
    told_obscured: bool
    thread: str | None
    repeats: int
    lower_since: datetime | None
    resumed_at: datetime | None
    ended: bool

    @classmethod
    def of(cls, episode: Episode) -> "Heard":
        """What they have heard of it by now."""
        return cls(
            told_level=episode.told_level,
            told_at=episode.told_at,
            told_limit=episode.told_limit,
            told_milestone=episode.told_milestone,
            told_obscured=episode.told_obscured,
            thread=episode.thread,
            repeats=episode.repeats,
            lower_since=episode.lower_since,
            resumed_at=episode.resumed_at,
            ended=episode.ended_at is not None,
        )


def told(episode: Episode, reason: Reason | None, at: datetime, thread: str) -> Episode:
    """An episode after a message spoke of it, for this reason or along with others (None).

    An ended one is settled by that.
    """
    reached = (episode.told_milestone, episode.finding.milestone)
    lower_for_long = episode.lower_since is not None and at - episode.lower_since >= SAME_WITHIN
    before = Level.OK if lower_for_long or episode.told_level is None else episode.told_level
    return replace(
        episode,
        told_level=max(before, episode.shown),
        lower_since=None if lower_for_long else episode.lower_since,
        told_at=at,
        told_limit=episode.finding.limit,
        thread=episode.thread or thread,
        settled=episode.ended_at is not None,
        told_milestone=min((days for days in reached if days is not None), default=None),
        told_obscured=episode.told_obscured or reason is Reason.OBSCURED,
        repeats=_repeats(episode, reason),
    )


def unheard(episode: Episode, before: Heard) -> Episode:
    """An episode whose last message reached nobody: its person knows of it what they had heard before.

    An end that it told of is due again. Of one that has ended since, nothing is said if they know of no begin.
    """
    is_open = episode.ended_at is None
    knows = before.told_at is not None or episode.finding.lifted is not None
    fell = before.told_level is not None and episode.level < before.told_level
    return replace(
        episode,
        told_level=before.told_level,
        told_at=before.told_at,
        told_limit=before.told_limit,
        told_milestone=before.told_milestone,
        told_obscured=before.told_obscured,
        thread=before.thread,
        repeats=before.repeats,
        lower_since=episode.lower_since or (before.lower_since if fell else None),
        resumed_at=before.resumed_at if before.ended and is_open else episode.resumed_at,
        settled=False if before.ended and not is_open else episode.settled or not (is_open or knows),
    )


def untold(episode: Episode) -> Episode:
    """An episode told only in shadow mode, so nobody has heard of it. An ended one is settled."""
    return replace(
        episode,
        told_level=None,
        told_at=None,
        told_limit=None,
        thread=None,
        told_milestone=None,
        told_obscured=False,
        lower_since=None,
        resumed_at=None,
        repeats=0,
        escalated=0,
        settled=episode.ended_at is not None,
    )


def counted_as_told(episode: Episode, now: datetime) -> Episode:
    """An episode that counts as told without a message; only changes will be told."""
    known = told(untold(episode), None, now, "")
    return replace(known, thread=None)


def _repeats(episode: Episode, reason: Reason | None) -> int:
    """How many messages have only repeated what was told, whether it was due or stood beside what was; from the start
    again when it got worse, or was put off."""
    if reason in (Reason.BEGAN, Reason.WORSE) or episode.told_at is None:
        return 0
    put_off = episode.quiet_until is not None and episode.quiet_until > episode.told_at
    if reason in (Reason.REPEAT, None):
        return 1 if put_off else episode.repeats + 1
    return 0 if put_off else episode.repeats
