"""A virtual year of 1,000 people: the functions of the service beside an oracle of the rules, and what they promise.

Scans fail or see only a part, the mail server is away at times, and people see, put off and mute what they get.
Policies are asked through their hooks with their own settings, as in `simulate`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

import pytest
from oracle import HOURS_24, NOTHING, Look, Oracle, Sizes
from year import DAY, HARD_QUOTA, START, TEMPORAL_QUOTA, Answer, Life, MailServer, Scan, Temperament, lives

from xfc_notify.domain import Area, PastScan
from xfc_notify.notify.drops import BelievedSize
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.replies import acknowledge, put_off
from xfc_notify.outbox.deliveries import FIRST_RETRY, LONGEST_RETRY, TRY_FOR
from xfc_notify.plugins import Judgement, Plugins
from xfc_notify.settings import Settings
from xfc_notify.simulate.replay import TICK, Listener, Told, usage_of

PEOPLE = 1000
PARTS = 4
"""The people are told apart into so many tests, so that several processors can share in the year."""
FORECAST = 35
"""For how many of them growth is forecast too, which costs much more than to look at the quotas."""
PERCENT = {"quota_hard": HARD_QUOTA / 100, "quota_temporal": TEMPORAL_QUOTA / 100}
FORECASTS = ("growth",)


@dataclass
class Counts:
    """What happened in the year: that it was not a quiet one."""

    temperaments: Counter[Temperament] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    broke: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)
    scans: Counter[str] = field(default_factory=Counter)


@dataclass
class Year:
    """One person's year."""

    life: Life
    plugins: Plugins
    settings: Settings
    server: MailServer
    counts: Counts

    def __post_init__(self) -> None:
        self.muted: set[str] = set()
        self.listener = Listener(self.life.name, self.settings.messages, self.muted)
        self.oracle = Oracle((*PERCENT, *FORECASTS), muted=self.muted)
        self.area = Area(self.life.name, "vol1", self.life.name.encode(), HARD_QUOTA, TEMPORAL_QUOTA)
        self.past: list[PastScan] = []
        self.known, self.sizes = BelievedSize(), Sizes()
        self.messages: list[Told] = []
        self.over_since: dict[str, datetime] = {}
        self.acknowledged: dict[str, int] = {}
        self.answers: list[tuple[datetime, int, Answer, Told]] = []

    def live(self) -> None:
        """Scan after scan, with the ticks between them and the answers when they come."""
        last = START
        for scan in self.life.scans:
            if scan is None:
                self.counts.scans["failed"] += 1
                continue
            self.counts.scans["whole" if scan.complete else "partial"] += 1
            while self.answers and self.answers[0][0] < scan.at:
                at, _, answer, message = heappop(self.answers)
                last = self.tick(last, at)
                self.reply(answer, message, at)
            last = self.tick(last, scan.at)
            self.scanned(scan)

    def scanned(self, scan: Scan) -> None:
        """A scan comes to its end; what it leads to is what the oracle says."""
        as_past = PastScan(scan.at, scan.size, scan.byte_days, 1, scan.complete)
        judgement = self.plugins.evaluate_here(self.area, usage_of(as_past), self.past[-60:], scan.at)
        self.past.append(as_past)
        self.known = self.known.after(scan.size, scan.complete)
        doubted = self.known.doubted
        measured = Measurement.taken(
            scan.at, scan.at, frozenset() if scan.complete else frozenset({"closed"}), doubted=doubted
        )
        self.listener.judged(self.area.path, judgement, measured, scan.at)
        suspect = self.sizes.see(scan.size, scan.complete)
        self.counts.scans["suspect"] += suspect
        for look in _looks(scan, suspect, judgement):
            self.oracle.see(look, scan.at)
        for policy, level in list(self.acknowledged.items()):
            if not 0 < self.oracle.known[policy].level <= level:
                del self.acknowledged[policy]
        expected = self.oracle.expected(scan.at)
        told = self.listener.speak(scan.at)
        assert _reasons(told) == expected
        if told:
            self.heard(told)
        self.check_breaches(scan.at)

    def tick(self, after: datetime, before: datetime) -> datetime:
        """The ticks between two events: they say nothing that no scan has shown since it was due."""
        assert not list(self.listener.ticks(after, before))
        if before - TICK > after:
            assert not self.oracle.expected(before - TICK), "it was due, and no tick said it"
        return before

    def heard(self, told: Told) -> None:
        """A message was written: it keeps what the rules promise."""
        assert told.points, "a message without a reason"
        day = [it for it in self.messages[-4:] if told.at - it.at < HOURS_24]
        assert told.broke_interval in (("over", "relief") if day else ("",)), "two messages in a day"
        assert all(it.broke_interval != told.broke_interval for it in day), "an interval was broken twice"
        for point in told.points:
            assert point.policy not in self.acknowledged, "told again after it was seen, without a rise"
            self.counts.reasons[str(point.reason)] += 1
        self.oracle.hear(_reasons(told), told.broke_interval, told.at)
        self.messages.append(told)
        self.counts.temperaments[self.life.temperament] += 1
        self.counts.broke[told.broke_interval] += 1
        self.deliver(told)

    def deliver(self, told: Told) -> None:
        """The mail goes out; who got it may answer some time later."""
        if not self.life.mailbox:
            self.counts.mails["dead at once"] += 1
            return
        at = self.server.delivered(told.at, FIRST_RETRY, LONGEST_RETRY, TRY_FOR)
        self.counts.mails["dead after a day" if at is None else "late" if at > told.at else "at once"] += 1
        answer = self.life.answer(len(self.messages))
        if at is not None and answer is not None:
            heappush(self.answers, (at + answer.after, len(self.messages), answer, told))

    def reply(self, answer: Answer, message: Told, now: datetime) -> None:
        """The person answers all that the message spoke of and that still stands."""
        for policy in {point.policy for point in message.points}:
            if answer.what == "mute":
                self.muted.add(policy)
            elif self.oracle.can_answer(policy):
                self.answer(policy, answer, now)
                self.counts.answers[answer.what] += 1
        self.counts.answers["mute"] += answer.what == "mute"

    def answer(self, policy: str, answer: Answer, now: datetime) -> None:
        """See it, or put it off where that is still allowed."""
        key = (self.area.path, policy, policy)
        episode, until = self.listener.episodes[key], now + answer.days * DAY
        known = self.oracle.known[policy]
        if answer.what == "put off" and known.put_off < 2:
            self.listener.episodes[key] = put_off(episode, until, now)
            self.oracle.answer(policy, until)
            self.acknowledged.pop(policy, None)
        else:
            self.listener.episodes[key] = acknowledge(episode)
            self.oracle.answer(policy, None)
            if known.heard is not None and known.level <= known.heard:
                self.acknowledged[policy] = known.level

    def check_breaches(self, now: datetime) -> None:
        """Whoever is over a limit knows it, or was told within a round."""
        for policy, it in self.oracle.known.items():
            if it.shown < 3 or it.heard == 3 or it.answered == 3 or it.held:
                self.over_since.pop(policy, None)
            else:
                since = self.over_since.setdefault(policy, now)
                assert now - since < timedelta(hours=52), "a breach was not told for more than two rounds"


def policies(*names: str) -> Plugins:
    """These plugins and no others."""
    others = {plugin.name for plugin in Plugins.load(Settings()).all} - set(names)
    return Plugins.load(Settings.model_validate({"plugins": {"disabled": tuple(others)}}))


def _looks(scan: Scan, suspect: bool, judgement: Judgement) -> Iterator[Look]:
    """What the oracle sees: of the quotas the bare figures, of the forecasts what their policy makes of them."""
    yield Look("quota_hard", scan.size / PERCENT["quota_hard"], scan.complete, suspect=suspect)
    yield Look("quota_temporal", scan.byte_days / PERCENT["quota_temporal"], scan.complete, suspect=suspect)
    if "growth" not in judgement.asked:
        return
    found = {verdict.policy: verdict.finding for verdict in judgement.verdicts}
    assert found.keys() <= {*PERCENT, *FORECASTS}
    for policy in FORECASTS:
        if (finding := found.get(policy)) is None:
            yield Look(policy, NOTHING, scan.complete, suspect=suspect)
            continue
        shares = finding.left_at or [share - 0.05 for share in finding.thresholds]
        notice, warning, over = (100 * share for share in shares)
        used = 100 * finding.used / finding.limit
        yield Look(policy, used, scan.complete, int(finding.level), (notice, warning, over), suspect)


def _reasons(told: Told | None) -> dict[str, str]:
    return {point.policy: point.reason for point in told.points} if told else {}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_virtual_year_of_a_thousand_people_is_calm_and_leaves_nobody_in_the_dark(part: int) -> None:
    plugins, with_forecasts = policies(*PERCENT), policies(*PERCENT, "growth")
    settings, server, counts = Settings(), MailServer.made(4), Counts()
    for number, life in enumerate(lives(PEOPLE)):
        if number % PARTS == part:
            asked = with_forecasts if number < FORECAST else plugins
            Year(life, asked, settings, server, counts).live()
    assert set(counts.temperaments) == set(Temperament)
    assert set(counts.reasons) == {"began", "worse", "repeat", "ended", "obscured"}
    assert set(counts.broke) == {"", "over", "relief"}
    assert set(counts.answers) == {"seen", "put off", "mute"}
    assert set(counts.mails) == {"at once", "late", "dead at once", "dead after a day"}
    assert min(counts.scans["failed"], counts.scans["partial"], counts.scans["suspect"]) > PEOPLE // PARTS
