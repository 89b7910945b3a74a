"""Whatever happens to a person's areas, and whatever they answer, xfc-notify stays calm.

Random histories are followed by the product (the `Listener` of a simulation, which runs the functions of the
service) and by an oracle that was written from the rules alone; both must say the same at every moment. What the
rules promise of the whole is then checked on the messages themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from oracle import FAILED, HOURS_24, NOTHING, Look, Oracle

from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.replies import acknowledge, put_off
from xfc_notify.notify.rules import decide
from xfc_notify.plugins import Judgement, Verdict
from xfc_notify.settings import Messages
from xfc_notify.simulate.replay import Listener, Told

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
POLICIES = ("hard", "temporal", "other area")


@dataclass(frozen=True)
class Reply:
    """What a person does about a policy of which they were told: sees it, puts it off for days, or mutes it."""

    policy: str
    what: str
    days: int = 0


@dataclass(frozen=True)
class Moment:
    """After a gap a person replies and some scans end; then they may be spoken to. With neither it is a tick."""

    gap: timedelta
    looks: tuple[Look, ...]
    replies: tuple[Reply, ...] = ()


@dataclass
class Product:
    """A listener whose areas are the policies."""

    muted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.listener = Listener("ada", Messages(), self.muted)

    def see(self, look: Look, now: datetime) -> None:
        verdicts = ()
        if isinstance(look.used, int):
            finding = Finding(Level.at(look.used, 100), look.used, 100, "%", look.policy)
            verdicts = (Verdict(look.policy, look.policy, finding),)
        failed = frozenset({look.policy} if look.used == FAILED else ())
        judgement = Judgement(verdicts, asked=frozenset({look.policy}), failed=failed)
        measured = Measurement.taken(
            now, now, frozenset() if look.complete else frozenset({"closed"}), doubted=look.suspect
        )
        self.listener.judged(look.policy.encode(), judgement, measured, now)

    def reply(self, reply: Reply, now: datetime) -> None:
        key = (reply.policy.encode(), reply.policy, reply.policy)
        if reply.what == "mute":
            self.muted ^= {reply.policy}
            return
        episode = self.listener.episodes[key]
        days = timedelta(days=reply.days)
        self.listener.episodes[key] = (
            put_off(episode, now + days, now) if reply.what == "put off" else acknowledge(episode)
        )

    def speak(self, now: datetime) -> Told:
        """What is told; where nothing is, it is known why."""
        episodes = [episode for episode in self.listener.episodes.values() if not episode.settled]
        decision = decide(episodes, self.listener.said, Messages(), now, self.muted)
        told = self.listener.speak(now)
        if told is None:
            assert len(decision.lines) == len(episodes)
            assert all(line.silence for line in decision.lines)
        return told or Told("ada", now, ())


@dataclass(frozen=True)
class Spoken:
    """A message as the person gets it, with how things stood when it was sent."""

    at: datetime
    reasons: dict[str, Reason]
    broke: str
    levels: dict[str, int]
    shown: dict[str, int]
    seen_at: dict[str, datetime]
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
    suspect=st.sampled_from([False, False, False, True]),
)
replies = st.builds(
    Reply,
    st.sampled_from(POLICIES),
    st.sampled_from(["seen", "put off", "mute"]),
    st.sampled_from([1, 3, 7, 14]),
)
moments = st.builds(
    Moment,
    gaps,
    st.lists(looks, max_size=3).map(tuple),
    st.one_of(st.just(()), st.just(()), st.lists(replies, max_size=2).map(tuple)),
)
histories = st.lists(moments, min_size=1, max_size=40)


def reply_to(oracle: Oracle, product: Product, reply: Reply, now: datetime) -> None:
    """Reply to both, if there is something to reply to, and not more than twice by putting off."""
    if reply.what == "mute":
        oracle.muted ^= {reply.policy}
        product.reply(reply, now)
        return
    if not oracle.can_answer(reply.policy):
        return
    if reply.what == "put off" and oracle.known[reply.policy].put_off >= 2:
        return
    oracle.answer(reply.policy, now + timedelta(days=reply.days) if reply.what == "put off" else None)
    product.reply(reply, now)
    event(f"replied: {reply.what}")


def live(history: list[Moment]) -> Iterator[Spoken]:
    """Let product and oracle live through a history, side by side; what was said."""
    product, oracle, now = Product(), Oracle(POLICIES), START
    for moment in history:
        now += moment.gap
        for reply in moment.replies:
            reply_to(oracle, product, reply, now)
        for look in moment.looks:
            product.see(look, now)
            oracle.see(look, now)
        levels = {policy: it.level for policy, it in oracle.known.items()}
        shown = {policy: it.shown for policy, it in oracle.known.items()}
        seen_at = {policy: it.seen_at for policy, it in oracle.known.items()}
        heard = {policy: (it.heard, it.heard_at) for policy, it in oracle.known.items()}
        expected = oracle.expected(now)
        message = product.speak(now)
        told_now = {point.policy: point.reason for point in message.points}
        assert told_now == expected
        oracle.hear(told_now, message.broke_interval, now)
        if told_now:
            event(f"broke the interval: {message.broke_interval or 'no'}")
            yield Spoken(now, told_now, message.broke_interval, levels, shown, seen_at, heard)


BEFORE_IT_COULD_BE_SAID = [
    Moment(timedelta(0), (Look("hard", 0, True), Look("temporal", 80, True))),
    Moment(HOURS_24 - timedelta(seconds=1), (Look("temporal", 0, True),)),
    Moment(timedelta(seconds=1), (Look("hard", 80, True),)),
    Moment(timedelta(0), (Look("hard", 101, True),)),
]
"""The end of the temporal was seen a second before it could be said, and two messages later that is still so."""


@settings(max_examples=300, deadline=None)
@example(BEFORE_IT_COULD_BE_SAID)
@given(histories)
def test_product_and_oracle_say_the_same_at_every_moment(history: list[Moment]) -> None:
    for message in live(history):
        for reason in message.reasons.values():
            event(f"said: {reason}")


MUTED_FOR_A_DAY = [
    Moment(timedelta(0), (Look("hard", 80, True),), (Reply("hard", "mute"),)),
    Moment(HOURS_24, (), (Reply("hard", "mute"),)),
]
"""What was muted is told when it is so no more: just a day after it was measured, which is not too late."""


@settings(max_examples=300, deadline=None)
@example(MUTED_FOR_A_DAY)
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
        kinds = {(reason, message.shown[policy]) for policy, reason in message.reasons.items()}
        if message.broke == "over":
            assert kinds & {(Reason.BEGAN, 3), (Reason.WORSE, 3)}
        if message.broke == "relief":
            assert any(
                reason is Reason.ENDED and message.heard[policy][0] == 3
                for policy, reason in message.reasons.items()
            )
        for policy, reason in message.reasons.items():
            heard, heard_at = message.heard[policy]
            assert message.at - message.seen_at[policy] <= HOURS_24, "old news"
            if reason is Reason.REPEAT:
                assert message.shown[policy] >= 2, "a notice was repeated"
                assert message.seen_at[policy] > heard_at, "a reminder of what was not measured again"
                assert message.at - heard_at >= HOURS_24
            assert (heard is None) == (reason is Reason.BEGAN), (
                "twice told of a begin, or of an end never told"
            )
            assert (message.levels[policy] == 0) == (reason is Reason.ENDED)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_running_again_at_the_same_moment_says_nothing_more(history: list[Moment]) -> None:
    again = Moment(timedelta(0), ())
    twice = [part for moment in history for part in (moment, again)]
    assert list(live(twice)) == list(live(history))


@settings(max_examples=100, deadline=None)
@given(histories)
def test_without_scans_little_is_said_and_only_for_a_day(history: list[Moment]) -> None:
    ticks = [Moment(timedelta(hours=1), ())] * (24 * 7)
    before, after = len(list(live(history))), list(live([*history, *ticks]))
    end = START + sum((moment.gap for moment in history), timedelta(0))
    assert all(message.at <= end + HOURS_24 for message in after[before:])


@settings(max_examples=100, deadline=None)
@given(histories, st.dictionaries(st.sampled_from(POLICIES), edges, min_size=3))
def test_what_stays_as_it_is_gets_told_and_then_only_repeated(
    history: list[Moment], stays: dict[str, int]
) -> None:
    """Nothing that waits is forgotten: after a day of scans all is told, and then there are reminders, ever fewer."""
    same = tuple(Look(policy, used, complete=True) for policy, used in stays.items())
    scans = [Moment(timedelta(hours=6), same)] * (4 * 90)
    before, after = len(list(live(history))), list(live([*history, *scans]))
    end = START + sum((moment.gap for moment in history), timedelta(0))
    later = [message for message in after[before:] if message.at > end + 9 * HOURS_24]
    assert {reason for message in later for reason in message.reasons.values()} <= {Reason.REPEAT}
    assert len(later) <= 8


@given(st.integers(0, 98), st.integers(1, 3))
def test_of_ninety_days_that_swing_twelve_at_most_are_told(low: int, every: int) -> None:
    """60 and 105 percent on alternate days; 93 and 105: a warning is over again."""
    days = [
        Moment(HOURS_24, (Look("hard", 105 if day // every % 2 else low, complete=True),))
        for day in range(90)
    ]
    assert 4 <= len(list(live(days))) <= 12
