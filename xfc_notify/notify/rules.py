"""The rules for speaking: who is told what, and why or why not. Pure.

A message goes out if, and only if, an episode began, got worse than the person was told, reached a milestone,
is due for a repeat or ended after the person had been told. All that is due to one person goes into one message,
at most one within `min_interval`; only the step to over, and the good news that it is over no more, may break
that, once each. What a person has seen, put off or muted is not said again unless it gets worse.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from xfc_notify.domain import CLOCK_SKEW, Episode, Level, Reason
from xfc_notify.outbox.interval import OVER_NO_MORE, STEP_TO_OVER, Said, turn
from xfc_notify.settings import Messages
from xfc_notify.units import format_duration


@dataclass(frozen=True, slots=True)
class Line:
    """What was decided of one episode: why it is told now, or if it is not (None), why not.

    `silence` is empty if other episodes are told: this one is then mentioned along with them, or left out.
    """

    episode: Episode
    reason: Reason | None = None
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say and why, or why to be silent: a line for every episode, in their order."""

    lines: tuple[Line, ...] = ()
    broke_interval: str = ""

    @property
    def speaks(self) -> bool:
        """Whether anything is said."""
        return any(line.reason for line in self.lines)


def due(
    episode: Episode, rules: Messages, now: datetime, muted: Collection[str] = frozenset()
) -> Reason | None:
    """Why an episode must be told now; None if it need not. `muted` are policies."""
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
    lines = tuple(_line(episode, rules, now, muted) for episode in episodes)
    due_now = [line for line in lines if line.reason]
    if not due_now:
        return Decision(lines)
    its_turn = turn(said, _may_break(due_now), rules, now)
    if its_turn.waits_since is None:
        spoken = tuple(replace(line, silence="") for line in lines)
        return Decision(spoken, its_turn.broke_interval)
    waits = (
        f"the last message went out at {_at(its_turn.waits_since)}; at most one in "
        f"{format_duration(rules.min_interval)}, so it waits until {_at(its_turn.waits_since + rules.min_interval)}"
    )
    return Decision(tuple(_waiting(line, waits) for line in lines))


def _line(episode: Episode, rules: Messages, now: datetime, muted: Collection[str]) -> Line:
    reason = due(episode, rules, now, muted)
    return Line(episode, reason, "" if reason else _why_quiet(episode, rules, now, muted))


def _waiting(line: Line, why: str) -> Line:
    return line if line.reason is None else Line(line.episode, silence=f"{line.reason}, but {why}")


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
    """What to say when an episode has ended: its limit was lifted, or all is well again."""
    if episode.settled:
        return None
    if episode.finding.lifted is not None:
        return Reason.EXEMPT if now < episode.finding.lifted.until else None
    return Reason.ENDED if episode.told_at is not None else None


def _may_break(due_now: Sequence[Line]) -> set[str]:
    """What is important enough in a message to break the interval."""
    breaks = set()
    for line in due_now:
        if line.reason in (Reason.BEGAN, Reason.WORSE) and line.episode.level is Level.OVER:
            breaks.add(STEP_TO_OVER)
        if line.reason in (Reason.ENDED, Reason.EXEMPT) and line.episode.told_level is Level.OVER:
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
    """Why nothing is said of an open episode, whatever is due; empty if that may be said."""
    if episode.doubted:
        return "the last scan found less than half of what was there before; it waits for a second scan"
    if episode.quiet(now):
        if episode.quiet_until is None:
            return f"seen by its person at {episode.replied}; said again when it gets worse"
        return f"put off by its person until {_at(episode.quiet_until)}, unless it gets worse"
    return "muted by its person" if _is_muted(episode, rules, muted) else ""


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
