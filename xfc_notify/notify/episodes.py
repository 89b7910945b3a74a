"""Episodes: how a finding changes them. Pure.

A level rises with any scan, a partial one too: what was measured is a lower bound. It falls, and an episode
ends, only on a complete scan that is not doubted (see drops), and each level is left only when usage is 5 points
under its threshold, or where the finding says: so an area that swings about a limit is one episode and not twenty.
What its person answered holds until the level rises above what it was then.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from xfc_notify.domain import Episode, Exemption, Finding, Level, Reason

POINTS_UNDER = 0.05


class Change(StrEnum):
    """What happened to an episode."""

    BEGAN = "began"
    WORSE = "worse"
    BETTER = "better"
    ENDED = "ended"
    STAYS = "stays"
    DOUBTED = "doubted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """The episode after a finding, and what changed."""

    episode: Episode
    change: Change


def step(
    episode: Episode | None,
    plugin: str,
    policy: str,
    finding: Finding | None,
    complete: bool,
    now: datetime,
    *,
    doubted: bool = False,
) -> Step | None:
    """The next state of an open episode, or a new one; None if there was none and begins none.

    `finding` is None if the policy had nothing to say, which counts as ok. `complete` is whether the scan
    read everything, `doubted` whether a drop waits to be seen twice.
    """
    if episode is None:
        if finding is None or finding.level is Level.OK:
            return None
        return Step(Episode(plugin, policy, finding.level, finding, began_at=now), Change.BEGAN)
    if doubted and (finding is None or finding.lifted is None):
        return _held(episode, finding, now)
    episode = replace(episode, doubted=False)
    if finding is None:
        return _ended(episode, now) if complete else Step(episode, Change.STAYS)
    return _moved(episode, finding, complete, now)


def resumed(new: Episode, unsaid: Episode) -> Episode:
    """A new episode, begun before its person was told that the last one had ended: to them it never did."""
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


def exempted(episode: Episode, finding: Finding, now: datetime) -> Episode:
    """An episode whose limit was lifted by an operator: it ends, whatever was measured, and its person is told of
    that alone."""
    return replace(episode, level=Level.OK, finding=finding, ended_at=now, settled=False, doubted=False)


def exempt_beforehand(plugin: str, finding: Finding, exemption: Exemption, now: datetime) -> Episode:
    """Where no episode stands, one that has ended already: its person is still to be told of the exemption."""
    return Episode(plugin, exemption.policy, Level.OK, finding, began_at=now, ended_at=now)


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
        repeats=_repeats(episode, reason),
    )


def untold(episode: Episode) -> Episode:
    """An episode told only in shadow mode, so nobody has heard of it. An ended one is settled."""
    return replace(
        episode,
        told_level=None,
        told_at=None,
        thread=None,
        told_milestone=None,
        repeats=0,
        escalated=0,
        settled=episode.ended_at is not None,
    )


def counted_as_told(episode: Episode, now: datetime) -> Episode:
    """An episode that counts as told without a message; only changes will be told."""
    known = told(untold(episode), None, now, "")
    return replace(known, thread=None)


def _moved(episode: Episode, finding: Finding, complete: bool, now: datetime) -> Step:
    if finding.lifted is not None:
        return Step(exempted(episode, finding, now), Change.ENDED)
    level = finding.level if finding.level >= episode.level else _fallen(episode.level, finding, complete)
    moved = _unless_risen(replace(episode, level=level, finding=finding))
    if level is Level.OK:
        return _ended(moved, now)
    if level == episode.level:
        return Step(moved, Change.STAYS)
    return Step(moved, Change.WORSE if level > episode.level else Change.BETTER)


def _held(episode: Episode, finding: Finding | None, now: datetime) -> Step:
    """An episode after a scan that may not lower it; doubted if the scan, if believed, would lower it."""
    would_be = _ended(episode, now) if finding is None else _moved(episode, finding, complete=True, now=now)
    if would_be.episode.level >= episode.level:
        return replace(would_be, episode=replace(would_be.episode, doubted=False))
    held = replace(episode, finding=finding or episode.finding, doubted=True)
    return Step(held, Change.STAYS if episode.doubted else Change.DOUBTED)


def _unless_risen(episode: Episode) -> Episode:
    """The episode, without its person's answer if its level is now above what they answered."""
    if episode.replied is not None and episode.level > episode.replied:
        return replace(episode, replied=None, quiet_until=None)
    return episode


def _repeats(episode: Episode, reason: Reason | None) -> int:
    """Messages in a row that only repeat what was told; those before it was put off do not count any more."""
    if reason is not Reason.REPEAT:
        return 0 if reason else episode.repeats
    put_off = (
        episode.quiet_until is not None
        and episode.told_at is not None
        and episode.quiet_until > episode.told_at
    )
    return 1 if put_off else episode.repeats + 1


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
