"""Episodes: what a finding does to what stood before. Pure.

A level rises with any scan, a partial one too: what was measured is a lower bound. It falls, and an episode
ends, only on a complete scan, and each level is left only when usage is 5 points under its threshold, or where
the finding says: so an area that swings about a limit is one episode and not twenty. What its person answered
holds until the level rises above what it was then.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from xfc_notify.domain import Episode, Finding, Level, Reason

POINTS_UNDER = 0.05


class Change(StrEnum):
    """What happened to an episode."""

    BEGAN = "began"
    WORSE = "worse"
    BETTER = "better"
    ENDED = "ended"
    STAYS = "stays"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """The episode after a finding, and what changed."""

    episode: Episode
    change: Change


def step(
    episode: Episode | None, plugin: str, policy: str, finding: Finding | None, complete: bool, now: datetime
) -> Step | None:
    """The next state of an open episode, or a new one; None where there was none and begins none.

    `finding` is None where the policy had nothing to say, which counts as ok. `complete` is whether the scan
    read everything.
    """
    if episode is None:
        if finding is None or finding.level is Level.OK:
            return None
        return Step(Episode(plugin, policy, finding.level, finding, began_at=now), Change.BEGAN)
    if finding is None:
        return _ended(episode, now) if complete else Step(episode, Change.STAYS)
    level = finding.level if finding.level >= episode.level else _fallen(episode.level, finding, complete)
    moved = _unless_risen(replace(episode, level=level, finding=finding))
    if level is Level.OK:
        return _ended(moved, now)
    if level == episode.level:
        return Step(moved, Change.STAYS)
    return Step(moved, Change.WORSE if level > episode.level else Change.BETTER)


def resumed(new: Episode, unsaid: Episode) -> Episode:
    """A new episode where the end of the one before was not yet told: to its person it never ended."""
    return _unless_risen(
        replace(
            unsaid,
            id=new.id,
            level=new.level,
            finding=new.finding,
            began_at=new.began_at,
            ended_at=None,
            settled=False,
        )
    )


def withdrawn(episode: Episode, now: datetime) -> Episode:
    """An episode whose policy is no longer installed: it ends, and nothing is said of it."""
    return replace(episode, ended_at=now, settled=True)


def told(episode: Episode, reason: Reason | None, at: datetime, thread: str) -> Episode:
    """An episode after a message spoke of it, for this reason or along with others (None).

    An ended one is settled by that.
    """
    reached = (episode.told_milestone, episode.finding.milestone)
    return replace(
        episode,
        told_level=episode.level,
        told_at=at,
        thread=episode.thread or thread,
        settled=episode.ended_at is not None,
        told_milestone=min((days for days in reached if days is not None), default=None),
        repeats=episode.repeats + 1 if reason is Reason.REPEAT else 0 if reason else episode.repeats,
    )


def untold(episode: Episode) -> Episode:
    """An episode of which was spoken in shadow mode alone: nobody has heard of it. An ended one is settled."""
    return replace(
        episode,
        told_level=None,
        told_at=None,
        thread=None,
        told_milestone=None,
        repeats=0,
        settled=episode.ended_at is not None,
    )


def counted_as_told(episode: Episode, now: datetime) -> Episode:
    """An episode that counts as told without a message: what stands is known, only changes are to be said."""
    known = told(untold(episode), None, now, "")
    return replace(known, thread=None)


def _unless_risen(episode: Episode) -> Episode:
    """The episode without its person's answer where its level is above what was answered."""
    if episode.replied is not None and episode.level > episode.replied:
        return replace(episode, replied=None, quiet_until=None)
    return episode


def _fallen(level: Level, finding: Finding, complete: bool) -> Level:
    """The level after a lower finding: step by step down, as far as usage is clearly under each threshold."""
    while complete and level > finding.level and _clearly_under(level, finding):
        level = Level(level - 1)
    return level


def _clearly_under(level: Level, finding: Finding) -> bool:
    if finding.limit <= 0:
        return True
    shares = finding.left_at or [threshold - POINTS_UNDER for threshold in finding.thresholds]
    return finding.used <= round(shares[level - 1], 9) * finding.limit


def _ended(episode: Episode, now: datetime) -> Step:
    settled = episode.told_at is None or episode.acknowledged
    ended = replace(episode, level=Level.OK, ended_at=now, settled=settled)
    return Step(ended, Change.ENDED)
