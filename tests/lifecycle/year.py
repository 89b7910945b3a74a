"""A virtual year of many datasets, with people who answer, are silent, change their minds and leave.

It runs the pure functions of the service on events in memory. Every event is followed by a restart: a life is folded
anew from what happened. What comes of it is looked at by `oracle.py`, which knows the rules and none of this code.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lifecycle.conftest import DAY, HOUR, START
from xfc_notify.domain import Finding
from xfc_notify.lifecycle import dates, judge
from xfc_notify.lifecycle.course import Asked, World, after_attempt, ahead, next_look
from xfc_notify.lifecycle.life import Event, Life, after, fold
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.subjects import PLUGIN
from xfc_notify.lifecycle.terms import Terms, terms_of
from xfc_notify.notify.conversation import heard, moves, spoken_of
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.rules import decide
from xfc_notify.outbox.interval import Said
from xfc_notify.plugins import Judgement
from xfc_notify.settings import Messages
from xfc_notify.store.clock import doubt

TICK = 6 * HOUR
ZONE = ZoneInfo("Europe/Berlin")
RULES = Messages()


@dataclass
class Dataset:
    """A dataset, with all that happened to it."""

    uid: str
    owner: str
    group: str
    events: list[Event]
    life: Life
    store_fails: int
    due_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What a person was told of a dataset, and why."""

    at: datetime
    who: str
    uid: str
    policy: str
    reason: str
    milestone: int | None


@dataclass
class Year:
    """People, groups, datasets, and what happens to them."""

    seed: int
    datasets: int = 2000
    groups: int = 60
    days: int = 365
    now: datetime = START
    told: list[Told] = field(default_factory=list)
    members: dict[str, set[str]] = field(default_factory=dict)
    left: list[tuple[datetime, str, str]] = field(default_factory=list)
    """When somebody left a group."""
    exhausted: list[tuple[datetime, str]] = field(default_factory=list)
    last: datetime = START
    slept: timedelta = timedelta()

    def __post_init__(self) -> None:
        """A tree of groups with people in them, and datasets that begin over half a year."""
        self.chance = random.Random(self.seed)
        self.parent = {
            f"g{number}": f"g{(number - 1) // 3}" if number else None for number in range(self.groups)
        }
        self.members = {
            name: {f"{name}.{number}" for number in range(self.chance.randrange(4))} for name in self.parent
        }
        for name, above in self.parent.items():  # some sit in two groups, one above the other
            if above and self.members[name] and self.chance.random() < 0.3:
                self.members[above].add(min(self.members[name]))
        self.heads = {name: min(people, default="") for name, people in self.members.items()}
        blocks = [{"name": "g0", "open_lifespan": "10d", "close_lifespan": "60d"}]
        blocks += [
            {"name": f"g{number}", "close_lifespan": f"{20 + number}d"} for number in range(1, self.groups, 4)
        ]
        blocks += [{"name": f"g{number}", "remove_votes": 3} for number in range(2, self.groups, 5)]
        merged: dict[str, dict[str, object]] = {}
        for block in blocks:
            merged.setdefault(str(block["name"]), {}).update(block)
        self.settings = Lifecycle.model_validate({"groups": list(merged.values())})
        people = sorted({who for some in self.members.values() for who in some})
        kinds = ["answers", "answers", "absent", "late", "deaf", "changes"]
        self.kind = {who: self.chance.choice(kinds) for who in people}
        self.all = {f"d{number}": self._new(f"d{number}", people) for number in range(self.datasets)}
        self.episodes: dict[str, dict[str, list[Episode]]] = {uid: {} for uid in self.all}
        self.said: dict[str, list[Said]] = defaultdict(list)
        self.of_group: dict[str, Terms] = {}
        self.waiting: set[tuple[str, str]] = set()
        self.outages = [(START + day * DAY, START + (day + 3) * DAY) for day in (40, 160, 280)]

    def run(self) -> None:
        """Let the year pass."""
        while self.now < START + self.days * DAY:
            self.now += TICK
            if self.chance.random() < 0.004:  # a clock that is wrong for a tick
                wrong = self.now + self.chance.choice([400 * DAY, -3 * DAY])
                assert doubt(wrong, self.last, None)
            if self.chance.random() < 0.004:  # the service sleeps, and an operator resumes
                self._sleep(self.chance.randrange(2, 6) * DAY)
            assert not doubt(self.now, self.last, None)
            self.last = self.now
            if self.chance.random() < 0.05:
                self._somebody_leaves()
            for one in list(self.all.values()):
                if one.due_at is not None and one.due_at <= self.now:
                    self._look(one)
            self._speak()
            self._people_act()

    def terms(self, one: Dataset) -> Terms:
        if one.group not in self.of_group:
            self.of_group[one.group] = terms_of(self._above(one.group), self.settings)
        return self.of_group[one.group]

    def world(self, one: Dataset) -> World:
        """As the service sees it."""
        away = any(begin <= self.now < end for begin, end in self.outages)
        groups = tuple(
            Asked(name, tuple(sorted(self.members[name])), not away) for name in self._above(one.group)
        )
        people = {one.owner, *(who for group in groups for who in group.members)}
        people |= set(one.life.notice.votes) if one.life.notice else set()
        told = {}
        if one.life.notice is not None:
            policy = judge.policy_of(one.life.notice.about)
            for who in one.life.notice.votes:
                for episode in self.episodes[one.uid].get(who, ()):
                    if episode.policy == policy and episode.told_milestone == 0 and episode.told_at:
                        told[who] = episode.told_at
        reachable = frozenset(who for who in people if self.kind.get(who) != "deaf")
        return World(one.owner, ZONE, groups, reachable, told, (1,))

    def add(self, one: Dataset, event: Event) -> None:
        """Let this happen, and start anew."""
        one.events.append(event)
        one.life = after(one.life, one.uid, event)
        assert fold(one.uid, one.events) == one.life
        if event.what is Happening.EXHAUSTED:
            self.exhausted.append((self.now, one.uid))

    def _new(self, uid: str, people: Sequence[str]) -> Dataset:
        group = self.chance.choice(list(self.parent))
        owner = self.chance.choice(people)
        begun = START + self.chance.random() * 180 * DAY
        events = [Event(Happening.BEGAN, begun, data={"created": begun.isoformat()})]
        if self.chance.random() < 0.7:
            events.append(Event(Happening.CLOSED, begun, owner))
        elif self.chance.random() < 0.2:
            events.append(Event(Happening.OPENED, begun, owner, {"automated": True}))
        life = fold(uid, events)
        assert life is not None
        return Dataset(uid, owner, group, events, life, self.chance.choice([0, 0, 0, 1, 2, 9]), begun)

    def _above(self, group: str | None) -> list[str]:
        found = []
        while group is not None:
            found.append(group)
            group = self.parent[group]
        return found

    def _look(self, one: Dataset) -> None:
        terms, world = self.terms(one), self.world(one)
        for event in ahead(one.life, terms, world, self.now):
            self.add(one, event)
        is_due = one.life.again_at is None or one.life.again_at <= self.now
        if one.life.phase is Phase.REMOVING and not one.life.parked and is_due:
            why = "the store is away" if one.store_fails > 0 else ""
            one.store_fails -= 1
            self.add(one, after_attempt(one.life, why, self.now))
        self._judge(one, terms)
        one.due_at = next_look(one.life, terms, self.now)

    def _judge(self, one: Dataset, terms: Terms) -> None:
        asked = one.life.notice.asked if one.life.notice else ()
        for who in sorted({one.owner, *asked, *self.episodes[one.uid]}):
            found = judge.findings(one.life, who, one.owner, 0, terms, self.now)
            episodes = self.episodes[one.uid].setdefault(who, [])
            unsettled = [episode for episode in episodes if not episode.settled]
            if not found and not unsettled:
                continue
            if self._is_known(found, unsettled):
                continue
            self.waiting.add((one.uid, who))
            measured = Measurement(self.now, self.now + judge.FRESH)
            by_key = {(episode.plugin, episode.policy): place for place, episode in enumerate(episodes)}
            for move in moves(Judgement.of([(PLUGIN, found)]), unsettled, measured, self.now):
                place = by_key.get((move.episode.plugin, move.episode.policy))
                if place is None:
                    episodes.append(move.episode)
                else:
                    episodes[place] = move.episode
            if found:
                for place, episode in enumerate(episodes):
                    if episode.ended_at is not None and not episode.settled:
                        episodes[place] = replace(episode, settled=True)

    def _is_known(self, found: Sequence[Finding], unsettled: Sequence[Episode]) -> bool:
        """Whether the episodes say so already, by what was judged of late."""
        said = {(finding.policy, finding.milestone) for finding in found}
        stands = {(it.policy, it.finding.milestone) for it in unsettled if it.ended_at is None}
        return said == stands and all(self.now - it.as_of < judge.FRESH - DAY for it in unsettled)

    def _unsettled(self) -> Iterator[tuple[str, str, int, Episode]]:
        for uid, who in sorted(self.waiting):
            unsettled = [it for it in enumerate(self.episodes[uid][who]) if not it[1].settled]
            if not unsettled or self.kind.get(who) == "deaf":
                self.waiting.discard((uid, who))
            else:
                yield from ((uid, who, place, episode) for place, episode in unsettled)

    def _speak(self) -> None:
        mine: dict[str, list[tuple[str, int, Episode]]] = defaultdict(list)
        for uid, who, place, episode in self._unsettled():
            mine[who].append((uid, place, episode))
        for who, items in mine.items():
            decision = decide([episode for _, _, episode in items], self.said[who], RULES, self.now)
            if not decision.speaks:
                continue
            self.said[who] = [*self.said[who][-3:], Said(self.now, decision.broke_interval)]
            for (uid, place, episode), line in zip(items, decision.lines, strict=True):
                if not spoken_of(line):
                    continue
                self.episodes[uid][who][place] = heard(line, self.now, "thread")
                if line.reason is not None:
                    milestone = episode.finding.milestone if episode.ended_at is None else None
                    self.told.append(Told(self.now, who, uid, episode.policy, str(line.reason), milestone))

    def _people_act(self) -> None:
        for one in self.all.values():
            notice = one.life.notice
            if notice is None:
                if one.life.phase is Phase.CLOSED and one.life.expires_at and self.chance.random() < 0.0005:
                    self._extend(one, one.owner)
                elif one.life.phase is Phase.BIN and self.chance.random() < 0.003:
                    self._act(one, Event(Happening.RESTORED, self.now, "operator"))
                elif one.life.parked and self.chance.random() < 0.2:
                    one.store_fails = 0
                    self._act(one, Event(Happening.RESUMED, self.now, "operator"))
                continue
            for who in sorted(notice.votes):
                self._answer(one, who)

    def _answer(self, one: Dataset, who: str) -> None:
        notice = one.life.notice
        if notice is None or who not in notice.votes or who not in self.world(one).entitled(notice):
            return
        kind, dice = self.kind.get(who), self.chance.random()
        likely = {"answers": 0.25, "late": 0.02, "changes": 0.1}.get(str(kind), 0.0)
        if who in notice.voters:
            if kind == "changes" and dice < 0.3:
                self._act(one, Event(Happening.WITHDREW, self.now, who))
        elif dice < likely:
            if kind == "changes" and self.chance.random() < 0.3:
                self._extend(one, who)
            else:
                self._act(one, Event(Happening.VOTED, self.now, who))

    def _extend(self, one: Dataset, who: str) -> None:
        wanted = dates.later(self.now, self.chance.randrange(1, 60) * DAY, ZONE)
        self._act(one, Event(Happening.EXTENDED, self.now, who, {"expires": wanted.isoformat()}))

    def _act(self, one: Dataset, event: Event) -> None:
        self.add(one, event)
        self._look(one)

    def _somebody_leaves(self) -> None:
        name = self.chance.choice([name for name, people in self.members.items() if people])
        who = self.chance.choice(sorted(self.members[name]))
        self.members[name].discard(who)
        self.left.append((self.now, name, who))

    def _sleep(self, span: timedelta) -> None:
        before, self.now = self.last, self.now + span
        assert doubt(self.now, before, None)
        missed = self.now - before
        for one in self.all.values():
            if one.life.notice is not None or one.life.bin is not None:
                self.add(one, Event(Happening.SHIFTED, self.now, data={"seconds": missed.total_seconds()}))
                one.due_at = self.now
        self.last = self.now
