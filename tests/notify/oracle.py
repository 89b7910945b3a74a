"""The rules for speaking, told anew: percentages and counters in place of episodes.

Written from the rules alone: 80, 90 and 100 percent; 5 points; reminders after 3 and 7 days; 24 hours between
messages. It takes nothing from the product but the word for a reason.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from xfc_notify.domain import Reason

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
HOURS_24, DAYS_3, DAYS_7 = timedelta(hours=24), timedelta(days=3), timedelta(days=7)
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
    heard: int | None = None  # None: the person knows of nothing, or knows that all is well
    heard_at: datetime = NEVER
    answered: int | None = None  # the level that they answered
    until: datetime | None = None  # till when they put it off; None with an answer: till it gets worse
    put_off: int = 0  # how often they did, in one episode
    held: bool = False  # it would be lower, if only a second scan had seen it

    def quiet(self, now: datetime) -> bool:
        """Whether an answer holds."""
        if self.answered is None or self.level > self.answered:
            return False
        return self.until is None or now < self.until


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
    last: datetime = NEVER

    def __post_init__(self) -> None:
        self.known = {policy: Knowledge() for policy in self.policies}

    def see(self, look: Look) -> None:
        """A scan has ended."""
        if look.used == FAILED:
            return
        it = self.known[look.policy]
        used = look.used if isinstance(look.used, int | float) else 0
        reached = look.reached
        if reached is None:
            reached = 3 if used > 100 else 2 if used >= 90 else 1 if used >= 80 else 0
        lower = it.level
        while lower > reached and used <= look.left_at[lower - 1]:
            lower -= 1
        lower = max(lower, reached)
        if look.suspect:
            it.held = lower < it.level
        else:
            it.held = False
        it.level = level = lower if look.complete and not look.suspect else max(reached, it.level)
        if it.answered is not None and level > it.answered:
            it.answered = it.until = None
        if level == 0 and (it.heard is None or (it.answered is not None and it.until is None)):
            self.known[look.policy] = Knowledge()  # it is over, and nobody waits to hear that

    def expected(self, now: datetime) -> dict[str, Reason]:
        """What is to be said now."""
        due = {
            policy: reason
            for policy, it in self.known.items()
            if (it.level or it.heard is not None) and (reason := self._due(policy, it, now))
        }
        if not due or now >= self.last + HOURS_24:
            return due
        rises = any(
            reason in ("began", "worse") and self.known[policy].level == 3 for policy, reason in due.items()
        )
        relief = any(reason == "ended" and self.known[policy].heard == 3 for policy, reason in due.items())
        if rises and now >= self.over_broke + HOURS_24:
            return due
        return due if relief and now >= self.relief_broke + HOURS_24 else {}

    def hear(self, told_now: dict[str, Reason], broke: str, now: datetime) -> None:
        """Something was said."""
        if not told_now:
            return
        self.last = now
        if broke == "over":
            self.over_broke = now
        if broke == "relief":
            self.relief_broke = now
        for policy, it in self.known.items():
            if it.level > 0 and not it.held:
                it.heard, it.heard_at = it.level, now
            elif policy in told_now and it.level == 0:
                self.known[policy] = Knowledge()

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

    def _due(self, policy: str, it: Knowledge, now: datetime) -> Reason | None:
        if it.heard is not None and it.level == 0:
            return Reason.ENDED
        if it.held or it.quiet(now) or (policy in self.muted and it.level < 3):
            return None
        if it.heard is None:
            return Reason.BEGAN if it.level else None
        if it.level > it.heard:
            return Reason.WORSE
        silent_for = now - it.heard_at
        remind = (it.level == 3 and silent_for >= DAYS_3) or (it.level == 2 and silent_for >= DAYS_7)
        return Reason.REPEAT if remind else None
