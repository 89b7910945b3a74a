"""Episodes: how a finding changes them. Pure.

A level rises with any scan, a partial one too: what was measured is a lower bound. It falls, and an episode ends, only
on a scan that could read what it could read before, and that is not doubted (see drops); and each level is left only
when usage is 5 points under its threshold, or where the finding says: so an area that swings about a limit is one
episode and not twenty. A new limit is judged as it is, without these points. What begins again within a week of its
end is the same episode. What its person answered holds until the level rises above what it was then.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from xfc_notify.domain import CLOCK_SKEW, Exemption, Finding, Level
from xfc_notify.notify.episode import Episode

POINTS_UNDER = 0.05

SAME_WITHIN = timedelta(days=7)
"""What comes back so soon after it ended, or fell, is no news."""


class Change(StrEnum):
    """What happened to an episode."""

    BEGAN = "began"
    RESUMED = "resumed"
    WORSE = "worse"
    BETTER = "better"
    ENDED = "ended"
    STAYS = "stays"
    DOUBTED = "doubted"
    OBSCURED = "obscured"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a finding comes from.

    as_of        when it began
    fresh_until  until when it counts as young enough to speak from, whatever became due meanwhile
    unread       what could not be read
    doubted      whether a great drop waits to be seen twice
    """

    as_of: datetime
    fresh_until: datetime
    unread: frozenset[str] = frozenset()
    doubted: bool = False

    @classmethod
    def taken(
        cls,
        as_of: datetime,
        ended_at: datetime,
        unread: frozenset[str] = frozenset(),
        *,
        doubted: bool = False,
    ) -> "Measurement":
        """A scan: it is young enough for as long again as it took."""
        return cls(as_of, ended_at + max(ended_at - as_of, timedelta()), unread, doubted)

    def is_fresh(self, since: datetime, now: datetime) -> bool:
        """Whether it may be spoken from of what became due at a time; what a wrong clock dated ahead may not."""
        return self.as_of <= now + CLOCK_SKEW and (self.as_of >= since or now <= self.fresh_until)


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
    measured: Measurement,
    now: datetime,
) -> Step | None:
    """The next state of an open episode, or a new one; None if there was none and begins none.

    `finding` is None if the policy had nothing to say, which counts as ok.
    """
    if episode is None:
        if finding is None or finding.level is Level.OK:
            return None
        began = Episode(
            plugin,
            policy,
            finding.level,
            finding,
            now,
            measured.as_of,
            measured.fresh_until,
            unread=measured.unread,
        )
        return Step(began, Change.BEGAN)
    seen = replace(episode, as_of=measured.as_of, fresh_until=measured.fresh_until)
    lowered = _lowered(seen, finding, now)
    if lowered.episode.level >= episode.level or (finding is not None and finding.lifted is not None):
        return replace(lowered, episode=_clear(lowered.episode, measured))
    held = replace(seen, finding=finding or replace(episode.finding, level=Level.OK))
    if measured.doubted:
        return Step(replace(held, doubted=True), Change.STAYS if episode.doubted else Change.DOUBTED)
    if not measured.unread <= episode.unread:
        hidden = replace(held, doubted=False, obscured_since=episode.obscured_since or now)
        return Step(hidden, Change.STAYS if episode.obscured_since else Change.OBSCURED)
    return replace(lowered, episode=_clear(lowered.episode, measured))


def resumed(ended: Episode, finding: Finding, measured: Measurement, now: datetime) -> Step:
    """An episode that begins again soon after its end: its person knows of it, so this is no news."""
    again = replace(
        ended,
        level=finding.level,
        finding=finding,
        as_of=measured.as_of,
        fresh_until=measured.fresh_until,
        unread=measured.unread,
        ended_at=None,
        settled=False,
        resumed_at=now if ended.settled else ended.resumed_at,
        doubted=False,
    )
    return Step(_risen(_unless_risen(again), Level.OK, now), Change.RESUMED)


def may_resume(ended: Episode, now: datetime) -> bool:
    """Whether what begins now is this episode again: its end is not told yet, or not a week ago.

    What begins after an exemption that was told is new.
    """
    if not ended.settled:
        return True
    is_recent = ended.ended_at is not None and now - ended.ended_at < SAME_WITHIN
    return is_recent and ended.finding.lifted is None


def seen_again(ended: Episode, finding: Finding | None, measured: Measurement) -> Episode:
    """An ended episode of which is still to be told, after a measurement that shows that all is well."""
    if measured.doubted or not measured.unread <= ended.unread:
        return ended
    latest = finding if finding is not None and ended.finding.lifted is None else ended.finding
    return replace(ended, finding=latest, as_of=measured.as_of, fresh_until=measured.fresh_until)


def exempted(episode: Episode, finding: Finding, now: datetime) -> Episode:
    """An episode whose limit was lifted by an operator: it ends, whatever was measured, and its person is told of
    that alone."""
    return replace(episode, level=Level.OK, finding=finding, ended_at=now, settled=False, doubted=False)


def exempt_beforehand(
    plugin: str, finding: Finding, exemption: Exemption, measured: Measurement, now: datetime
) -> Episode:
    """Where no episode stands, one that has ended already: its person is still to be told of the exemption."""
    return Episode(
        plugin, exemption.policy, Level.OK, finding, now, measured.as_of, measured.fresh_until, ended_at=now
    )


def withdrawn(episode: Episode, now: datetime) -> Episode:
    """An episode that nothing shows any more: it ends, and nothing is said of it."""
    return replace(episode, ended_at=now, settled=True)


def _lowered(episode: Episode, finding: Finding | None, now: datetime) -> Step:
    """The episode after a finding that may lower it."""
    if finding is None:
        return _ended(episode, now)
    if finding.lifted is not None:
        return Step(exempted(episode, finding, now), Change.ENDED)
    level = finding.level if finding.level >= episode.level else _fallen(episode, finding)
    moved = _unless_risen(replace(episode, level=level, finding=finding))
    if level is Level.OK:
        return _ended(moved, now)
    if level == episode.level:
        return Step(moved, Change.STAYS)
    if level > episode.level:
        return Step(_risen(moved, episode.level, now), Change.WORSE)
    return Step(replace(moved, lower_since=episode.lower_since or now), Change.BETTER)


def _clear(episode: Episode, measured: Measurement) -> Episode:
    """The episode after a measurement that may speak for itself."""
    shows = episode.finding.level >= episode.level
    unread = measured.unread if shows else measured.unread & episode.unread
    return replace(episode, doubted=False, obscured_since=None, told_obscured=False, unread=unread)


def _risen(episode: Episode, before: Level, now: datetime) -> Episode:
    """The episode after a rise: what it had left for a week counts as told no more."""
    if episode.told_level is None or episode.lower_since is None:
        return episode
    told = min(episode.told_level, before) if now - episode.lower_since >= SAME_WITHIN else episode.told_level
    return replace(
        episode, told_level=told, lower_since=None if episode.level >= told else episode.lower_since
    )


def _unless_risen(episode: Episode) -> Episode:
    """The episode, without its person's answer if its level is now above what they answered."""
    if episode.replied is not None and episode.level > episode.replied:
        return replace(episode, replied=None, quiet_until=None)
    return episode


def _fallen(episode: Episode, finding: Finding) -> Level:
    """The level after a lower finding: step by step down, as far as usage is clearly under each threshold."""
    if finding.limit != episode.finding.limit:
        return finding.level
    level = episode.level
    while level > finding.level and _clearly_under(level, finding):
        level = Level(level - 1)
    return level


def _clearly_under(level: Level, finding: Finding) -> bool:
    if finding.limit <= 0:
        return True
    shares = finding.left_at or [threshold - POINTS_UNDER for threshold in finding.thresholds]
    return finding.used <= round(shares[level - 1], 9) * finding.limit


def _ended(episode: Episode, now: datetime) -> Step:
    """Nothing is to be said of an end if its person has not heard of it since it last began, or has seen it."""
    heard = episode.told_at is not None and (
        episode.resumed_at is None or episode.told_at >= episode.resumed_at
    )
    ended = replace(
        episode,
        level=Level.OK,
        ended_at=now,
        settled=not heard or episode.acknowledged,
        lower_since=episode.lower_since or now,
    )
    return Step(ended, Change.ENDED)
