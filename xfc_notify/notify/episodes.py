"""Episodes: what a finding does to what stood before. Pure.

A level rises with any scan, a partial one too: what was measured is a lower bound. It falls, and an episode
ends, only on a complete scan, and each level is left only when usage is 5 points under its threshold: so
an area that swings about a limit is one episode and not twenty.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from xfc_notify.domain import Episode, Finding, Level

POINTS_UNDER = 0.05


class Change(StrEnum):
    """What happened to an episode."""

    BEGAN = "began"
    WORSE = "worse"
    BETTER = "better"
    ENDED = "ended"
    STAYS = "stays"


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
    moved = replace(episode, level=level, finding=finding)
    if level is Level.OK:
        return _ended(moved, now)
    if level == episode.level:
        return Step(moved, Change.STAYS)
    return Step(moved, Change.WORSE if level > episode.level else Change.BETTER)


def resumed(new: Episode, unsaid: Episode) -> Episode:
    """A new episode where the end of the one before was not yet told: to its person it never ended."""
    return replace(new, told_level=unsaid.told_level, told_at=unsaid.told_at, thread=unsaid.thread)


def withdrawn(episode: Episode, now: datetime) -> Episode:
    """An episode whose policy is no longer installed: it ends, and nothing is said of it."""
    return replace(episode, ended_at=now, settled=True)


def told(episode: Episode, at: datetime, thread: str) -> Episode:
    """An episode after a message spoke of it; an ended one is settled by that."""
    return replace(
        episode,
        told_level=episode.level,
        told_at=at,
        thread=episode.thread or thread,
        settled=episode.ended_at is not None,
    )


def _fallen(level: Level, finding: Finding, complete: bool) -> Level:
    """The level after a lower finding: step by step down, as far as usage is clearly under each threshold."""
    while complete and level > finding.level and _clearly_under(level, finding):
        level = Level(level - 1)
    return level


def _clearly_under(level: Level, finding: Finding) -> bool:
    if finding.limit <= 0:
        return True
    share = round(finding.thresholds[level - 1] - POINTS_UNDER, 9)
    return finding.used <= share * finding.limit


def _ended(episode: Episode, now: datetime) -> Step:
    ended = replace(episode, level=Level.OK, ended_at=now, settled=episode.told_at is None)
    return Step(ended, Change.ENDED)
