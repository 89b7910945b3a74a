"""The rules for speaking: who is told what, and why or why not. Pure.

A message goes out if, and only if, an episode began, got worse than the person was told, reached a milestone,
is due for a repeat or ended after the person had been told. All that is due to one person goes into one message,
at most one within `min_interval`; only the step to over, and the good news that it is over no more, may break
that, once each. What a person has seen, put off or muted is not said again unless it gets worse.

Whatever is said comes from a measurement that began after it became due, or that is young enough (`fresh`). Until
there is one nothing is said, and whoever asks learns from `Line.stale_since` that one is needed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from xfc_notify.domain import CLOCK_SKEW, Level
from xfc_notify.notify import silence
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import SAME_WITHIN, Measurement
from xfc_notify.outbox.interval import OVER_NO_MORE, STEP_TO_OVER, Said, free_since, turn
from xfc_notify.settings import Messages

GATHER = timedelta(hours=1)
"""How long what is due waits for the scans of other areas, so that all goes into one message; what may break the
interval does not."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was decided of one episode: why it is told now, or if it is not (None), why not.

    silence      why nothing is said; empty if other episodes are told: this one is mentioned with them, or left out
    beside       whether it stands beside what is told, measured within the last interval
    stale_since  when that became due which waits for a scan; None: nothing does
    """

    episode: Episode
    reason: Reason | None = None
    silence: str = ""
    beside: bool = False
    stale_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say and why, or why to be silent: a line for every episode, in their order."""

    lines: tuple[Line, ...] = ()
    broke_interval: str = ""

    @property
    def speaks(self) -> bool:
        """Whether anything is said."""
        return any(line.reason for line in self.lines)

    @property
    def only_reminds(self) -> bool:
        """Whether all that is said was said before."""
        return {line.reason for line in self.lines} - {None} == {Reason.REPEAT}

    def postponed(self, why: str) -> "Decision":
        """Nothing of it is said now."""
        return Decision(tuple(_waiting(line, why) for line in self.lines))


def due(
    episode: Episode, rules: Messages, now: datetime, muted: Collection[str] = frozenset()
) -> Reason | None:
    """Why an episode must be told now; None if it need not. `muted` are policies."""
    if episode.ended_at is not None:
        return _end(episode, now)
    if episode.doubted or episode.quiet(now) or is_muted(episode, rules, muted):
        return None
    if (news := _news(episode)) is not None:
        return news
    if episode.obscured_since is not None:
        waited = now - episode.obscured_since >= rules.min_interval
        return Reason.OBSCURED if waited and episode.told_at and not episode.told_obscured else None
    reminder_at = repeat_at(episode, rules)
    # A wrong clock may have dated the last message, and so the reminder, in the future.
    is_ahead = episode.told_at is not None and episode.told_at > now + CLOCK_SKEW
    return Reason.REPEAT if reminder_at is not None and (reminder_at <= now or is_ahead) else None


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
    if its_turn.waits_since is not None:
        return Decision(lines).postponed(silence.interval(its_turn.waits_since, rules))
    lines = tuple(_from_fresh(line, said, rules, now) for line in lines)
    if _waits_for_others(lines, now):
        return Decision(lines).postponed(silence.OTHERS)
    # What may break the interval may be stale, and then the rest has to wait.
    its_turn = turn(said, _may_break([line for line in lines if line.reason]), rules, now)
    if its_turn.waits_since is not None:
        return Decision(lines).postponed(silence.interval(its_turn.waits_since, rules))
    if not any(line.reason for line in lines):
        return Decision(lines)
    return Decision(tuple(_beside(line, rules, now) for line in lines), its_turn.broke_interval)


def due_since(
    episode: Episode, reason: Reason, said: Sequence[Said], rules: Messages, now: datetime
) -> datetime:
    """When that became due which is due now, or an interval ago: what a scan showed is a piece of news that long."""
    own = {
        Reason.REPEAT: repeat_at(episode, rules),
        Reason.OBSCURED: episode.obscured_since and episode.obscured_since + rules.min_interval,
        Reason.ENDED: episode.resumed_at and episode.ended_at and episode.ended_at + SAME_WITHIN,
    }.get(reason)
    times = (own, episode.quiet_until, free_since(said, rules, now))
    return max(time for time in times if time is not None and time <= now)


def repeat_at(episode: Episode, rules: Messages) -> datetime | None:
    """When a reminder of an open episode is due: at growing intervals, or when it was put off until; None: never."""
    if episode.shown < Level.WARNING or episode.told_at is None:
        return None
    schedule = rules.repeat_over if episode.shown is Level.OVER else rules.repeat_warning
    if episode.quiet_until is not None and episode.quiet_until > episode.told_at:
        return episode.quiet_until
    return episode.told_at + schedule[min(episode.repeats, len(schedule) - 1)]


def may_change(
    episodes: Sequence[Episode], said: Sequence[Said], rules: Messages, after: datetime
) -> datetime | None:
    """The first time after another at which `decide` may say something else without a scan or a reply.

    It may as well say the same; before that time it does.
    """
    times = [message.at + rules.min_interval for message in said]
    for episode in episodes:
        reminder_at = repeat_at(episode, rules)
        possible = (
            episode.quiet_until,
            reminder_at,
            None if episode.ended_at is None else episode.ended_at + SAME_WITHIN,
            None if episode.obscured_since is None else episode.obscured_since + rules.min_interval,
            None if episode.finding.lifted is None else episode.finding.lifted.until,
        )
        times += [time for time in possible if time is not None]
    return min((time for time in times if time > after), default=None)


def stands(episode: Episode) -> bool:
    """Whether the latest measurement shows that a limit is near or passed."""
    return episode.ended_at is None and not episode.doubted and episode.shown > Level.OK


def is_muted(episode: Episode, rules: Messages, muted: Collection[str]) -> bool:
    """Whether its person wants to hear nothing of it."""
    return episode.policy in muted and (episode.level < Level.OVER or rules.mute_over)


def _line(episode: Episode, rules: Messages, now: datetime, muted: Collection[str]) -> Line:
    reason = due(episode, rules, now, muted)
    why = (
        ""
        if reason
        else silence.why_quiet(episode, repeat_at(episode, rules), now, is_muted(episode, rules, muted))
    )
    return Line(episode, reason, why)


def _waiting(line: Line, why: str) -> Line:
    return line if line.reason is None else replace(line, reason=None, silence=f"{line.reason}, but {why}")


def _from_fresh(line: Line, said: Sequence[Said], rules: Messages, now: datetime) -> Line:
    """The line as it is if its measurement is fresh, or is none of the matter; else it waits for a scan."""
    if line.reason is None or line.reason is Reason.EXEMPT:
        return line
    since = due_since(line.episode, line.reason, said, rules, now)
    if Measurement(line.episode.as_of, line.episode.fresh_until).is_fresh(since, now):
        return line
    why = silence.stale(line.episode.as_of, since, now - rules.min_interval)
    return replace(line, reason=None, silence=f"{line.reason}, but {why}", stale_since=since)


def _waits_for_others(lines: Sequence[Line], now: datetime) -> bool:
    """Whether what could be said should wait for what is due as well, and will be measured soon."""
    if _may_break([line for line in lines if line.reason]):
        return False
    return any(line.stale_since is not None and now - line.stale_since < GATHER for line in lines)


def _beside(line: Line, rules: Messages, now: datetime) -> Line:
    if line.reason is not None or line.stale_since is not None:
        return line
    is_recent = now - line.episode.as_of < rules.min_interval
    return replace(line, silence="", beside=is_recent and stands(line.episode))


def _news(episode: Episode) -> Reason | None:
    """What the latest measurement shows of an open episode that its person does not know."""
    if episode.told_at is None or episode.told_level is None:
        return Reason.BEGAN if episode.shown > Level.OK else None
    if episode.shown > episode.told_level:
        return Reason.WORSE
    milestone = episode.finding.milestone
    if milestone is not None and (episode.told_milestone is None or milestone < episode.told_milestone):
        return Reason.MILESTONE
    return None


def _end(episode: Episode, now: datetime) -> Reason | None:
    """What to say when an episode has ended: its limit was lifted, or all is well again."""
    if episode.settled or episode.ended_at is None:
        return None
    if episode.finding.lifted is not None:
        return Reason.EXEMPT if now < episode.finding.lifted.until else None
    if episode.told_at is None or (episode.resumed_at is not None and now - episode.ended_at < SAME_WITHIN):
        return None
    return Reason.ENDED


def _may_break(due_now: Sequence[Line]) -> set[str]:
    """What is important enough in a message to break the interval."""
    breaks = set()
    for line in due_now:
        if line.reason in (Reason.BEGAN, Reason.WORSE) and line.episode.shown is Level.OVER:
            breaks.add(STEP_TO_OVER)
        if line.reason in (Reason.ENDED, Reason.EXEMPT) and line.episode.told_level is Level.OVER:
            breaks.add(OVER_NO_MORE)
    return breaks
