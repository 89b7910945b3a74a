"""Whatever happens to a person's areas, xfc-notify stays calm.

Random histories are followed by the product (`moves`, `decide`, `heard`) and by an oracle that was
written from the rules alone, with percentages and counters in place of episodes; both must say the same at
every moment. What the rules promise of the whole is then checked on the messages themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from xfc_notify.domain import Episode, Finding, Level, Reason
from xfc_notify.notify.conversation import heard, moves
from xfc_notify.notify.rules import Decision, Said, decide
from xfc_notify.plugins import Judgement, Verdict
from xfc_notify.settings import Messages

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOURS_24, DAYS_3, DAYS_7 = timedelta(hours=24), timedelta(days=3), timedelta(days=7)
POLICIES = ("hard", "temporal", "other area")
FAILED = "failed"
NOTHING = None


@dataclass(frozen=True)
class Look:
    """One scan of one area by one policy: percent used, NOTHING to say, or FAILED; was all readable?"""

    policy: str
    used: int | str | None
    complete: bool


@dataclass(frozen=True)
class Moment:
    """After a gap, some scans end; then the person may be spoken to. Without scans it is a tick."""

    gap: timedelta
    looks: tuple[Look, ...]


@dataclass
class Product:
    """The product's own functions, called as `follow` and `speak` do it, without a database."""

    episodes: dict[str, list[Episode]] = field(default_factory=lambda: {policy: [] for policy in POLICIES})
    said: list[Said] = field(default_factory=list)

    def see(self, look: Look, now: datetime) -> None:
        verdicts = ()
        if isinstance(look.used, int):
            finding = Finding(Level.at(look.used, 100), look.used, 100, "%", look.policy)
            verdicts = (Verdict(look.policy, look.policy, finding),)
        failed = frozenset({look.policy} if look.used == FAILED else ())
        judgement = Judgement(verdicts, asked=frozenset({look.policy}), failed=failed)
        kept = [it for it in self.episodes[look.policy] if not it.settled]
        for move in moves(judgement, kept, look.complete, now):
            kept = [it for it in kept if it.ended_at is not None and move.takes_over is None]
            kept.append(move.episode)
        self.episodes[look.policy] = kept

    def speak(self, now: datetime) -> tuple[dict[str, Reason], Decision]:
        """What is told, by policy, and the decision that led to it."""
        unsettled = [(policy, it) for policy in POLICIES for it in self.episodes[policy] if not it.settled]
        episodes = [it for _, it in unsettled]
        decision = decide(episodes, self.said, Messages(), now)
        if not decision.speaks:
            assert set(decision.silence) == set(range(len(unsettled)))
            assert all(decision.silence.values())
            return {}, decision
        for i, after in heard(episodes, decision.reasons, now, "thread").items():
            kept = self.episodes[unsettled[i][0]]
            kept[kept.index(episodes[i])] = after
        self.said.append(Said(now, decision.broke_interval))
        return {unsettled[n][0]: reason for n, reason in decision.reasons.items()}, decision


@dataclass
class Knowledge:
    """The oracle's view of one policy: how it stands, and what the person was last told of it."""

    level: int = 0
    heard: int | None = None  # None: the person knows of nothing, or knows that all is well
    heard_at: datetime = START


@dataclass
class Oracle:
    """The rules for speaking, told anew: 80, 90 and 100 percent; 5 points; 3 and 7 days; 24 hours."""

    known: dict[str, Knowledge] = field(default_factory=lambda: {policy: Knowledge() for policy in POLICIES})
    over_broke: datetime = START - DAYS_7
    relief_broke: datetime = START - DAYS_7
    last: datetime = START - DAYS_7

    def see(self, look: Look) -> None:
        if look.used == FAILED:
            return
        it = self.known[look.policy]
        used = look.used if isinstance(look.used, int) else 0
        reached = 3 if used > 100 else 2 if used >= 90 else 1 if used >= 80 else 0
        held = [
            level for level, leave_at in ((1, 75), (2, 85), (3, 95)) if level <= it.level and used > leave_at
        ]
        it.level = max([reached, *held]) if look.complete else max(reached, it.level)

    def expected(self, now: datetime) -> dict[str, Reason]:
        due = {policy: reason for policy, it in self.known.items() if (reason := self._due(it, now))}
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
        if not told_now:
            return
        self.last = now
        if broke == "over":
            self.over_broke = now
        if broke == "relief":
            self.relief_broke = now
        for policy, it in self.known.items():
            if it.level > 0:
                it.heard, it.heard_at = it.level, now
            elif policy in told_now:
                it.heard = None

    def _due(self, it: Knowledge, now: datetime) -> Reason | None:
        if it.heard is None:
            return Reason.BEGAN if it.level else None
        if it.level == 0:
            return Reason.ENDED
        if it.level > it.heard:
            return Reason.WORSE
        silent_for = now - it.heard_at
        remind = (it.level == 3 and silent_for >= DAYS_3) or (it.level == 2 and silent_for >= DAYS_7)
        return Reason.REPEAT if remind else None


@dataclass(frozen=True)
class Spoken:
    """A message as the person gets it, with how things stood when it was sent."""

    at: datetime
    reasons: dict[str, Reason]
    broke: str
    levels: dict[str, int]
    heard: dict[str, tuple[int | None, datetime]]


gaps = st.one_of(
    st.sampled_from(
        [0, 1, 3600, 86_399, 86_400, 86_401, 3 * 86_400 - 1, 3 * 86_400, 7 * 86_400 - 1, 7 * 86_400]
    ),
    st.integers(0, 9 * 86_400),
    st.integers(0, 12 * 3600),
).map(lambda seconds: timedelta(seconds=seconds))
edges = st.sampled_from([0, 74, 75, 76, 79, 80, 84, 85, 86, 89, 90, 94, 95, 96, 99, 100, 101, 140])
looks = st.builds(
    Look,
    st.sampled_from(POLICIES),
    st.one_of(edges, edges, st.integers(0, 130), st.just(NOTHING), st.just(FAILED)),
    st.sampled_from([True, True, True, False]),
)
moments = st.builds(Moment, gaps, st.lists(looks, max_size=3).map(tuple))
histories = st.lists(moments, min_size=1, max_size=40)


def live(history: list[Moment]) -> Iterator[Spoken]:
    """Let product and oracle live through a history, side by side; what was said."""
    product, oracle, now = Product(), Oracle(), START
    for moment in history:
        now += moment.gap
        for look in moment.looks:
            product.see(look, now)
            oracle.see(look)
        levels = {policy: it.level for policy, it in oracle.known.items()}
        heard = {policy: (it.heard, it.heard_at) for policy, it in oracle.known.items()}
        expected = oracle.expected(now)
        told_now, decision = product.speak(now)
        assert told_now == expected
        oracle.hear(told_now, decision.broke_interval, now)
        if told_now:
            event(f"broke the interval: {decision.broke_interval or 'no'}")
            yield Spoken(now, told_now, decision.broke_interval, levels, heard)


@settings(max_examples=300, deadline=None)
@given(histories)
def test_product_and_oracle_say_the_same_at_every_moment(history: list[Moment]) -> None:
    for message in live(history):
        for reason in message.reasons.values():
            event(f"said: {reason}")


@settings(max_examples=300, deadline=None)
@given(histories)
def test_no_history_makes_it_talk_too_much(history: list[Moment]) -> None:
    messages = list(live(history))
    for message in messages:
        assert message.reasons
        day = [other for other in messages if message.at - HOURS_24 < other.at <= message.at]
        for way in ("", "over", "relief"):
            assert sum(other.broke == way for other in day) <= 1, (
                f"twice in a day: {way or 'an ordinary message'}"
            )
        assert not message.broke or len(day) > 1, "an interval was broken that nobody kept"
        kinds = {(reason, message.levels[policy]) for policy, reason in message.reasons.items()}
        if message.broke == "over":
            assert kinds & {(Reason.BEGAN, 3), (Reason.WORSE, 3)}
        if message.broke == "relief":
            assert any(
                reason is Reason.ENDED and message.heard[policy][0] == 3
                for policy, reason in message.reasons.items()
            )
        for policy, reason in message.reasons.items():
            heard, heard_at = message.heard[policy]
            level = message.levels[policy]
            if reason is Reason.REPEAT:
                assert level >= 2, "a notice was repeated"
                assert message.at - heard_at >= (DAYS_3 if level == 3 else DAYS_7)
            assert (heard is None) == (reason is Reason.BEGAN), (
                "twice told of a begin, or of an end never told"
            )
            assert (level == 0) == (reason is Reason.ENDED)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_running_again_at_the_same_moment_says_nothing_more(history: list[Moment]) -> None:
    again = Moment(timedelta(0), ())
    twice = [part for moment in history for part in (moment, again)]
    assert list(live(twice)) == list(live(history))


@settings(max_examples=100, deadline=None)
@given(histories)
def test_in_a_quiet_week_all_that_was_due_gets_told_and_then_only_reminders(history: list[Moment]) -> None:
    """Nothing that waits is forgotten: after a day of ticks all is told, and then there are reminders only."""
    ticks = [Moment(timedelta(hours=1), ())] * (24 * 7)
    before, after = len(list(live(history))), list(live([*history, *ticks]))
    end = START + sum((moment.gap for moment in history), timedelta(0))
    for message in after[before:]:
        if message.at > end + HOURS_24:
            assert set(message.reasons.values()) == {Reason.REPEAT}
