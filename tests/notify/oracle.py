"""The rules for speaking, told anew: percentages and counters in place of episodes.

Written from the rules alone: 80, 90 and 100 percent; 5 points; reminders after 3, 7, 14, 30 and after 7, 30 days; 24
hours between messages; what comes back within a week is no news; nothing is said but by a scan that began when it was
due. It takes nothing from the product but the word for a reason.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from xfc_notify.notify.episode import Reason

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
HOUR, HOURS_24, WEEK = timedelta(hours=1), timedelta(hours=24), timedelta(days=7)
REMINDERS = {2: (7, 30), 3: (3, 7, 14, 30)}
"""Days from one message to the next, by the level that the last scan shows; the last of them again and again."""
FAILED = "failed"
NOTHING = None


@dataclass(frozen=True)
class Look:
    """One scan of one area by one policy: percent used, NOTHING to say, or FAILED; was all readable?

    `reached` is the level that a policy names whose levels do not begin at 80, 90 and 100 percent, and `left_at`
    where it leaves them; `suspect` is whether a great drop was seen that was not seen twice yet.
    """

    policy: str
    used: float | str | None
    complete: bool
    reached: int | None = None
    left_at: tuple[float, float, float] = (75, 85, 95)
    suspect: bool = False


@dataclass
class Knowledge:
    """How it stands with one policy, what the person was last told of it, and what they said to that."""

    level: int = 0
    shown: int = 0  # what the last scan itself shows; less than the level if it may not lower that
    seen_at: datetime = NEVER
    blind: int = 0  # how much could not be read when a scan last showed the level
    held: bool = False  # it would be lower, if only a second scan had seen it
    hidden_since: datetime | None = None  # … or if the scan could read as much as before
    heard: int | None = None  # the highest that was told, and not left for a week; None: nothing was
    heard_at: datetime = NEVER
    heard_hidden: bool = False
    reminders: int = 0
    below_since: datetime | None = None  # since when it is lower than what was heard
    ended_at: datetime | None = None
    end_known: bool = False  # nothing is to be said of the end
    back_at: datetime | None = None  # when it came back after an end that was known
    answered: int | None = None  # the level that they answered
    until: datetime | None = None  # till when they put it off; None with an answer: till it gets worse
    put_off: int = 0  # how often they did, in one episode

    def quiet(self, now: datetime) -> bool:
        """Whether an answer holds."""
        if self.answered is None or self.level > self.answered:
            return False
        return self.until is None or now < self.until

    def remind_at(self) -> datetime | None:
        """When a reminder is due."""
        if self.shown not in REMINDERS or self.heard is None:
            return None
        if self.until is not None and self.until > self.heard_at:
            return self.until
        days = REMINDERS[self.shown]
        return self.heard_at + timedelta(days=days[min(self.reminders, len(days) - 1)])

    def rise(self, level: int, now: datetime, before: int) -> None:
        """It is as high as before, or higher."""
        self.level = level
        if self.answered is not None and level > self.answered:
            self.answered = self.until = None
        if self.heard is not None and self.below_since is not None and level > before:
            if now - self.below_since >= WEEK:
                self.heard = min(self.heard, before)
            if level >= self.heard:
                self.below_since = None

    def fall(self, level: int, now: datetime) -> None:
        """It is lower; at 0 it has ended."""
        self.level, self.below_since = level, self.below_since or now
        if level == 0:
            knows_of_it = self.heard is not None and (self.back_at is None or self.heard_at >= self.back_at)
            is_seen = self.answered is not None and self.until is None
            self.ended_at, self.end_known = now, not knows_of_it or is_seen


@dataclass
class Sizes:
    """Whether a great drop was seen twice: less than half of what was there, by scans that read everything."""

    there: float = 0.0
    suspect: bool = False

    def see(self, size: float, complete: bool) -> bool:
        """Whether this scan shows a drop of which nobody can be sure yet."""
        if not complete:  # so much is there, at the least
            if 2 * size >= self.there:
                self.there, self.suspect = max(size, self.there), False
            return self.suspect
        self.suspect = not self.suspect and 2 * size < self.there
        if not self.suspect:
            self.there = size
        return self.suspect


@dataclass
class Oracle:
    """What one person is to be told of these policies."""

    policies: tuple[str, ...]
    known: dict[str, Knowledge] = field(init=False)
    muted: set[str] = field(default_factory=set)
    over_broke: datetime = NEVER
    relief_broke: datetime = NEVER
    said: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = {policy: Knowledge() for policy in self.policies}

    def see(self, look: Look, now: datetime) -> None:
        """A scan has ended."""
        if look.used == FAILED:
            return
        it = self.known[look.policy]
        used = look.used if isinstance(look.used, int | float) else 0
        reached = look.reached
        if reached is None:
            reached = 3 if used > 100 else 2 if used >= 90 else 1 if used >= 80 else 0
        unread = 0 if look.complete else 1
        if it.level == 0:
            self._see_from_ok(look, reached, unread, now)
            return
        it.seen_at, it.shown = now, reached
        lower = it.level
        while lower > reached and used <= look.left_at[lower - 1]:
            lower -= 1
        if lower < it.level and look.suspect:
            it.held = True
            return
        it.held = False
        if lower < it.level and unread > it.blind:
            it.hidden_since = it.hidden_since or now
            return
        before, it.hidden_since, it.heard_hidden = it.level, None, False
        if lower < before:
            it.fall(max(lower, reached), now)
        else:
            it.rise(max(lower, reached), now, before)
        it.blind = unread if reached >= it.level else min(unread, it.blind)

    def expected(self, now: datetime) -> dict[str, Reason]:
        """What is to be said now."""
        due = {policy: reason for policy, it in self.known.items() if (reason := self._due(policy, it, now))}
        since = {policy: self._since(self.known[policy], reason, now) for policy, reason in due.items()}
        fresh = {policy: due[policy] for policy in due if self.known[policy].seen_at >= since[policy]}
        rises = any(
            reason in ("began", "worse") and self.known[policy].shown == 3 for policy, reason in fresh.items()
        )
        relief = any(reason == "ended" and self.known[policy].heard == 3 for policy, reason in fresh.items())
        waits = any(now - since[policy] < HOUR for policy in due if policy not in fresh)
        if waits and not rises and not relief:
            return {}
        if not self.said or now >= self.said[-1] + HOURS_24:
            return fresh
        if rises and now >= self.over_broke + HOURS_24:
            return fresh
        return fresh if relief and now >= self.relief_broke + HOURS_24 else {}

    def hear(self, told_now: dict[str, Reason], broke: str, now: datetime) -> None:
        """Something was said."""
        if not told_now:
            return
        self.said.append(now)
        if broke == "over":
            self.over_broke = now
        if broke == "relief":
            self.relief_broke = now
        for policy, it in self.known.items():
            beside = it.level > 0 and it.shown > 0 and not it.held and now - it.seen_at < HOURS_24
            stale = policy not in told_now and self._is_stale(policy, it, now)
            if policy in told_now or (beside and not stale):
                self._heard(it, told_now.get(policy), now)

    def can_answer(self, policy: str) -> bool:
        """Whether the person was told of it and it still stands."""
        it = self.known[policy]
        return it.level > 0 and it.heard is not None

    def answer(self, policy: str, until: datetime | None) -> None:
        """The person has seen it (None), or puts it off."""
        it = self.known[policy]
        assert it.heard is not None
        it.answered, it.until = min(it.level, it.heard), until
        it.put_off += until is not None

    def _see_from_ok(self, look: Look, reached: int, unread: int, now: datetime) -> None:
        it = self.known[look.policy]
        if reached == 0:
            if not look.suspect and unread <= it.blind:
                it.seen_at = now
            return
        is_same = it.ended_at is not None and (not it.end_known or now - it.ended_at < WEEK)
        if not is_same:
            it = self.known[look.policy] = Knowledge()
        elif it.end_known:
            it.back_at = now
        it.ended_at, it.end_known, it.held, it.blind, it.seen_at = None, False, False, unread, now
        it.shown = reached
        it.rise(reached, now, before=0)

    def _heard(self, it: Knowledge, reason: str | None, now: datetime) -> None:
        put_off = it.until is not None and it.until > it.heard_at
        if reason in ("began", "worse") or it.heard is None:
            it.reminders = 0
        elif reason in ("repeat", None):
            it.reminders = 1 if put_off else it.reminders + 1
        elif put_off:
            it.reminders = 0
        shown = min(it.level, it.shown)
        if it.below_since is not None and now - it.below_since >= WEEK:
            it.heard, it.below_since = shown, None
        else:
            it.heard = max(it.heard or 0, shown)
        it.heard_at, it.heard_hidden = now, it.heard_hidden or reason == "obscured"
        it.end_known = it.level == 0

    def _due(self, policy: str, it: Knowledge, now: datetime) -> Reason | None:
        if it.level == 0:
            is_due = it.ended_at is not None and (it.back_at is None or now - it.ended_at >= WEEK)
            return Reason.ENDED if is_due and not it.end_known else None
        if it.held or it.quiet(now) or (policy in self.muted and it.level < 3):
            return None
        if it.heard is None:
            return Reason.BEGAN if it.shown else None
        if it.shown > it.heard:
            return Reason.WORSE
        if it.hidden_since is not None:
            return Reason.OBSCURED if now - it.hidden_since >= HOURS_24 and not it.heard_hidden else None
        at = it.remind_at()
        return Reason.REPEAT if at is not None and at <= now else None

    def _since(self, it: Knowledge, reason: str, now: datetime) -> datetime:
        """When that became due which is due."""
        times = [said + HOURS_24 for said in self.said]
        times += [it.until] if it.until is not None else []
        at = it.remind_at() if reason == "repeat" else None
        if reason == "obscured" and it.hidden_since is not None:
            at = it.hidden_since + HOURS_24
        if reason == "ended" and it.back_at is not None and it.ended_at is not None:
            at = it.ended_at + WEEK
        times += [at] if at is not None else []
        times.append(now - HOURS_24)
        return max(time for time in times if time <= now)

    def _is_stale(self, policy: str, it: Knowledge, now: datetime) -> bool:
        """Whether something is due of it that waits for a scan."""
        reason = self._due(policy, it, now)
        return reason is not None and it.seen_at < self._since(it, reason, now)
