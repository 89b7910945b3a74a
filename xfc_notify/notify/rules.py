"""The rules for speaking: who is told what, and why or why not. Pure.

A message goes out if, and only if, an episode began, got worse than the person was told, reached a milestone,
is due for a repeat or ended after the person had been told. All that is due to one person goes into one message,
at most one within `min_interval`; only the step to over, and the good news that it is over no more, may break
that, once each. What a person has seen, put off or muted is not said again unless it gets worse.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xfc_notify.domain import CLOCK_SKEW, Episode, Level, Reason
from xfc_notify.settings import Messages
from xfc_notify.units import format_duration

STEP_TO_OVER = "over"
OVER_NO_MORE = "relief"


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier message to the person, and whether it broke the interval, and with what."""

    at: datetime
    broke_interval: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say and why, or why to be silent; by the index of the episode.

    `reasons` is empty if nothing is said; `silence` then tells why, for every episode.
    """

    reasons: Mapping[int, Reason] = field(default_factory=dict)
    broke_interval: str = ""
    silence: Mapping[int, str] = field(default_factory=dict)

    @property
    def speaks(self) -> bool:
        return bool(self.reasons)


def due(
    episode: Episode, rules: Messages, now: datetime, muted: Collection[str] = frozenset()
) -> Reason | None:
    """Why something is to be said of an episode now; None if nothing is. `muted` are policies."""
    if episode.ended_at is not None:
        return _end(episode, now)
    if episode.doubted or episode.quiet(now) or _is_muted(episode, rules, muted):
        return None
    if episode.told_at is None or episode.told_level is None:
        return Reason.BEGAN
    if episode.level > episode.told_level:
        return Reason.WORSE
    milestone = episode.finding.milestone
    if milestone is not None and (episode.told_milestone is None or milestone < episode.told_milestone):
        return Reason.MILESTONE
    interval = _repeat_interval(episode.level, rules)
    return Reason.REPEAT if interval is not None and _is_past(episode.told_at, interval, now) else None


def decide(
    episodes: Sequence[Episode],
    said: Sequence[Said],
    rules: Messages,
    now: datetime,
    muted: Collection[str] = frozenset(),
) -> Decision:
    """What one person is told now about all their unsettled episodes.

    `said` holds what they were told before, `muted` the policies of which they want to hear nothing.
    """
    reasons = {i: reason for i, episode in enumerate(episodes) if (reason := due(episode, rules, now, muted))}
    quiet = {
        i: _why_quiet(episode, rules, now, muted) for i, episode in enumerate(episodes) if i not in reasons
    }
    if not reasons:
        return Decision(silence=quiet)
    recent = [message for message in said if now - message.at < rules.min_interval]
    if not recent:
        return Decision(reasons)
    broken = {message.broke_interval for message in recent}
    breaks = _may_break([(episodes[i], reason) for i, reason in reasons.items()]) - broken
    if breaks:
        return Decision(reasons, STEP_TO_OVER if STEP_TO_OVER in breaks else OVER_NO_MORE)
    last = max(message.at for message in recent)
    waits = (
        f"the last message went out at {_at(last)}; at most one in {format_duration(rules.min_interval)}, "
        f"so it waits until {_at(last + rules.min_interval)}"
    )
    return Decision(
        silence={i: f"{reasons[i]}, but {waits}" if i in reasons else quiet[i] for i in range(len(episodes))}
    )


def may_change(
    episodes: Sequence[Episode], said: Sequence[Said], rules: Messages, after: datetime
) -> datetime | None:
    """The first time after another at which `decide` may say something else without a scan or a reply.

    It may as well say the same; before that time it does.
    """
    times = [message.at + rules.min_interval for message in said]
    for episode in episodes:
        if episode.quiet_until is not None:
            times.append(episode.quiet_until)
        if episode.finding.lifted is not None:
            times.append(episode.finding.lifted.until)
        interval = _repeat_interval(episode.level, rules)
        if interval is not None and episode.told_at is not None:
            times.append(episode.told_at + interval)
    return min((time for time in times if time > after), default=None)


def _end(episode: Episode, now: datetime) -> Reason | None:
    """What is to be said of an episode that has ended: that its limit was lifted, or that all is well again."""
    if episode.settled:
        return None
    if episode.finding.lifted is not None:
        return Reason.EXEMPT if now < episode.finding.lifted.until else None
    return Reason.ENDED if episode.told_at is not None else None


def _may_break(due_now: Sequence[tuple[Episode, Reason]]) -> set[str]:
    """What in a message is important enough to break the interval."""
    breaks = set()
    for episode, reason in due_now:
        if reason in (Reason.BEGAN, Reason.WORSE) and episode.level is Level.OVER:
            breaks.add(STEP_TO_OVER)
        if reason in (Reason.ENDED, Reason.EXEMPT) and episode.told_level is Level.OVER:
            breaks.add(OVER_NO_MORE)
    return breaks


def _is_past(told_at: datetime, interval: timedelta, now: datetime) -> bool:
    """Whether this much time has passed; a wrong clock may have dated the last message in the future."""
    return now - told_at >= interval or told_at > now + CLOCK_SKEW


def _repeat_interval(level: Level, rules: Messages) -> timedelta | None:
    if level is Level.OVER:
        return rules.repeat_over
    return rules.repeat_warning if level is Level.WARNING else None


def _is_muted(episode: Episode, rules: Messages, muted: Collection[str]) -> bool:
    return episode.policy in muted and (episode.level < Level.OVER or rules.mute_over)


def _why_quiet(episode: Episode, rules: Messages, now: datetime, muted: Collection[str]) -> str:
    if episode.ended_at is None and (held := _why_held(episode, rules, now, muted)):
        return held
    if episode.told_at is None:
        return "it ended before anything was said of it"
    told = f"told at {_at(episode.told_at)}"
    interval = _repeat_interval(episode.level, rules)
    if interval is None:
        return f"{told}; a {episode.level} is not repeated"
    return f"{told}; a reminder is due from {_at(episode.told_at + interval)}"


def _why_held(episode: Episode, rules: Messages, now: datetime, muted: Collection[str]) -> str:
    """Why nothing may be said of an open episode, even if it is due; empty if it may."""
    if episode.doubted:
        return "the last scan found less than half of what was there before; it waits for a second scan"
    if episode.quiet(now):
        if episode.quiet_until is None:
            return f"seen by its person at {episode.replied}; said again when it gets worse"
        return f"put off by its person until {_at(episode.quiet_until)}, unless it gets worse"
    return "muted by its person" if _is_muted(episode, rules, muted) else ""


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
