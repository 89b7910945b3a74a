"""Replays what was measured against other settings: who would have been told what, and when. Pure.

The functions are those that the service runs; only the episodes are kept in memory, and the clock is that of the
history. Nobody answers in a simulation, and every message arrives.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from xfc_notify.domain import Area, Level, PastScan
from xfc_notify.notify.conversation import heard, moves, spoken_of
from xfc_notify.notify.drops import BelievedSize
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import Measurement, may_resume
from xfc_notify.notify.rules import decide, may_change
from xfc_notify.outbox.interval import Said, remembered
from xfc_notify.plugins import Judgement
from xfc_notify.settings import Messages
from xfc_notify.usage import Errors, Usage
from xfc_notify.usage.tally import Tally

TICK = timedelta(minutes=5)
"""How often what is due is told between scans: as often as the timer in install.md runs."""
HISTORY = 1000
"""How many earlier scans a policy gets, as from the database."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 86_400

Judge = Callable[[Area, Usage, Sequence[PastScan], datetime], Judgement]
"""Asks all policies about an area: area, usage, earlier scans, now."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A whole scan of an area; `at` is when it came to its end, and the policies were asked."""

    area: Area
    at: datetime
    scan: PastScan


@dataclass(frozen=True, slots=True)
class Past:
    """A person, and what was measured of their areas, in any order. `muted` are policies."""

    user: str
    scans: Sequence[Measured]
    muted: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a message speaks of because it is due."""

    area: bytes
    policy: str
    reason: Reason
    level: Level


@dataclass(frozen=True, slots=True)
class Told:
    """A message that a person would have got. `broke_interval` is as in rules.Said."""

    user: str
    at: datetime
    points: tuple[Point, ...]
    broke_interval: str = ""


@dataclass
class Listener:
    """One person and their episodes that are unsettled or may begin again, by area, plugin and policy."""

    user: str
    rules: Messages
    muted: Collection[str] = frozenset()
    episodes: dict[tuple[bytes, str, str], Episode] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    def judged(self, area: bytes, judgement: Judgement, measured: Measurement, now: datetime) -> None:
        """Move the episodes of an area, as `follow` does."""
        known = [episode for (path, *_), episode in self.episodes.items() if path == area]
        for move in moves(judgement, known, measured, now):
            self.episodes[area, move.episode.plugin, move.episode.policy] = move.episode
        for key, episode in list(self.episodes.items()):
            if episode.settled and not may_resume(episode, now):
                del self.episodes[key]

    def speak(self, now: datetime) -> Told | None:
        """Tell the person what is due, if anything is, as `speak` does."""
        keys = [key for key, episode in self.episodes.items() if not episode.settled]
        decision = decide([self.episodes[key] for key in keys], self.said, self.rules, now, self.muted)
        if not decision.speaks:
            return None
        told = [(key, line) for key, line in zip(keys, decision.lines, strict=True) if spoken_of(line)]
        for key, line in told:
            self.episodes[key] = heard(line, now, thread=self.user)
        self.said = [said for said in self.said if now - said.at < remembered(self.rules)]
        self.said.append(Said(now, decision.broke_interval))
        points = (
            Point(key[0], line.episode.policy, line.reason, line.episode.level)
            for key, line in told
            if line.reason is not None
        )
        return Told(self.user, now, tuple(points), decision.broke_interval)

    def ticks(self, after: datetime, before: datetime) -> Iterator[Told]:
        """What the ticks after a time and before another say. Those at which nothing can be due are left out.

        What is due when no measurement is fresh any more waits for the next scan, as it waits in the service for the
        scan that it orders.
        """
        unsettled = [episode for episode in self.episodes.values() if not episode.settled]
        fresh_until = max((episode.fresh_until for episode in unsettled), default=after)
        while unsettled:
            due = may_change(unsettled, self.said, self.rules, after)
            if due is None:
                break
            after = _tick_from(due)
            if after >= before or after > fresh_until:
                break
            if (told := self.speak(after)) is not None:
                yield told
                unsettled = [episode for episode in self.episodes.values() if not episode.settled]


def replay(past: Past, judge: Judge, rules: Messages, until: datetime) -> Iterator[Told]:
    """What a person would have been told by the scans, and by the ticks between them and up to `until`."""
    listener = Listener(past.user, rules, past.muted)
    earlier: dict[bytes, list[PastScan]] = {}
    known: dict[bytes, BelievedSize] = {}
    last: datetime | None = None
    for measured in sorted(past.scans, key=lambda scan: scan.at):
        if last is not None:
            yield from listener.ticks(last, measured.at)
        last, area = measured.at, measured.area
        before = earlier.setdefault(area.path, [])
        history = [scan for scan in before[-HISTORY:] if scan.as_of < measured.scan.as_of]
        usage = usage_of(measured.scan)
        judgement = judge(replace(area, last_scanned=usage.as_of), usage, history, last)
        before.append(measured.scan)
        known[area.path] = known.get(area.path, BelievedSize()).after(
            measured.scan.size, measured.scan.complete
        )
        doubted = known[area.path].doubted
        taken = Measurement.taken(usage.as_of, last, frozenset(usage.errors), doubted=doubted)
        listener.judged(area.path, judgement, taken, last)
        if (told := listener.speak(last)) is not None:
            yield told
    if last is not None:
        yield from listener.ticks(last, until + until.resolution)  # a tick at that very time counts


def usage_of(scan: PastScan) -> Usage:
    """All that a history knows of a usage: sums, and whether everything could be read; no details."""
    total = Tally.of(scan.files, scan.size, round(scan.temporal_usage * _DAY_SECONDS), scan.allocated)
    return Usage(scan.as_of, total=total, errors={} if scan.complete else {"unreadable": Errors(1, ())})


def months(first: datetime, last: datetime) -> Iterator[str]:
    """The months from one time to another, as "2026-03"."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """What was told in a month: messages, and to how many people."""

    name: str
    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class Talk:
    """What one person was told: how many messages, when first and last, and how often what of which policy."""

    user: str
    messages: int
    first: datetime
    last: datetime
    reasons: Mapping[str, int]


class Summary:
    """What was told to all, added up person by person: of most people nothing is kept but their part of the sums."""

    def __init__(self, most: int) -> None:
        self.messages = self.people = 0
        self._most = most
        self._months: Counter[str] = Counter()
        self._people: Counter[str] = Counter()
        self._talks: list[Talk] = []

    def add(self, told: Sequence[Told]) -> None:
        """Count what one person was told, in the order of time."""
        if not told:
            return
        months = Counter(f"{message.at:%Y-%m}" for message in told)
        self._months += months
        self._people += Counter(months.keys())
        self.messages += len(told)
        self.people += 1
        reasons = Counter(f"{point.policy} {point.reason}" for message in told for point in message.points)
        talk = Talk(told[0].user, len(told), told[0].at, told[-1].at, dict(reasons.most_common()))
        self._talks = sorted([*self._talks, talk], key=lambda talk: (-talk.messages, talk.user))[: self._most]

    def by_month(self, first: datetime, last: datetime) -> list[Month]:
        """Messages and people told, for every month between two times."""
        return [Month(name, self._months[name], self._people[name]) for name in months(first, last)]

    @property
    def most_told(self) -> Sequence[Talk]:
        """Those who were told most, most first."""
        return self._talks


def _tick_from(time: datetime) -> datetime:
    """The first tick at a time or after it; ticks are counted from full hours."""
    return time + (_EPOCH - time) % TICK
