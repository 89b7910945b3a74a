"""What a message leaves behind: the episodes after their person was told. Pure."""

from dataclasses import replace
from datetime import datetime

from xfc_notify.domain import Level
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import SAME_WITHIN


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
