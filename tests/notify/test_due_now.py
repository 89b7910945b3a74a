"""Tick finds whom to speak to by a few queries, and finds the same people as the rules asked one by one."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from facility import Facility, new_area

from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Level
from xfc_notify.notify import episode_rows, reply_rows
from xfc_notify.notify.due_now import users_to_escalate, users_to_speak_to
from xfc_notify.notify.escalate import escalate_all
from xfc_notify.notify.rules import decide
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow, MuteRow
from xfc_notify.outbox.messages import said_to
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store: str, tmp_path: Path) -> Facility:
    return Facility.at(tmp_path)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    statements: list[str] = []

    class Counter(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            statements.append(str(record.msg))

    logger, handler = logging.getLogger("peewee"), Counter()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield statements
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def asked_one_by_one(facility: Facility, now: datetime) -> list[str]:
    """Everybody to whom the rules say something new, by the rules alone."""
    found = []
    for user in UserRow.select().order_by(UserRow.id):
        rows = list(EpisodeRow.select().join(AreaRow, on=EpisodeRow.subject == AreaRow.subject).where(
            AreaRow.user == user, ~EpisodeRow.settled).order_by(EpisodeRow.id))  # fmt: skip
        said, muted = said_to(user, facility.settings, now), reply_rows.muted_by(user)
        rules = facility.settings.messages
        try:
            decision = decide([episode_rows.episode(row) for row in rows], said, rules, now, muted)
        except ValueError:  # of a message from the future
            found.append(user.name)
            continue
        waits = any(line.stale_since is not None for line in decision.lines)
        silences = [line.silence for line in decision.lines]
        if decision.speaks or waits or (rows and silences != [row.silence for row in rows]):
            found.append(user.name)
    return found


def names(found: list[UserRow]) -> list[str]:
    return [user.name for user in found]


def test_with_nothing_due_a_tick_asks_as_much_of_a_hundred_people_as_of_ten(facility, now):
    counts = []
    for first, last in ((0, 10), (10, 100)):
        for number in range(first, last):
            facility.scan(new_area(f"user{number}", now), 1200, now)
        for _ in range(2):  # tells, then notes until when there is silence
            speak_to_all(facility.service, now + HOUR)
        with counting() as statements:
            assert speak_to_all(facility.service, now + 2 * HOUR) == 0
            assert escalate_all(facility.service, now + 2 * HOUR) == 0
        counts.append(len(statements))
    assert counts[0] == counts[1] < 6


@pytest.mark.parametrize("seed", range(6))
def test_it_finds_those_whom_the_rules_find(facility, now, seed):
    """Whatever state episodes, answers and messages are in."""
    dice = random.Random(seed)
    moments = [
        None,
        *(now + dice.choice((-1, 1)) * dice.random() * 20 * DAY for _ in range(6)),
        now - DAY,
        now,
    ]
    for number in range(40):
        area = new_area(f"user{number:02}", now)
        facility.scan(area, dice.choice((850, 950, 1200)), now - 30 * DAY)
        changes = {
            "told_at": dice.choice(moments),
            "told_level": dice.choice((None, 1, 2, 3)),
            "level": dice.choice((1, 2, 3)),
            "quiet_until": dice.choice(moments),
            "replied": dice.choice((None, 1, 3)),
            "doubted": dice.random() < 0.2,
            "ended_at": dice.choice((None, None, None, now - DAY)),
            "milestone": dice.choice((None, None, 7)),
            "told_milestone": dice.choice((None, 7, 30)),
            "settled": dice.random() < 0.1,
        }
        row = EpisodeRow.get(EpisodeRow.subject == area.subject)
        row.finding["milestone"] = changes["milestone"]
        EpisodeRow.update(finding=row.finding, **changes).where(EpisodeRow.id == row.id).execute()
        if dice.random() < 0.3:
            MuteRow.create(user=area.user, policy="quota_hard", muted_at=now)
        MessageRow.update(created_at=dice.choice(moments[1:])).where(MessageRow.user == area.user).execute()
    for round_number in range(4):
        moment = now + round_number * DAY
        wanted = asked_one_by_one(facility, moment)
        assert names(users_to_speak_to(facility.settings, moment)) == wanted
        speak_to_all(facility.service, moment)
        assert len(wanted) < 40


def test_a_silence_that_changes_its_reason_is_found_once(facility, now):
    facility.scan(new_area("alice", now), 850, now)
    assert names(users_to_speak_to(facility.settings, now + HOUR)) == ["alice"]
    assert speak_to_all(facility.service, now + HOUR) == 0
    assert "told at" in EpisodeRow.get().silence
    assert users_to_speak_to(facility.settings, now + 2 * HOUR) == []


def test_whom_it_passes_on_are_those_who_were_reminded_often_enough(facility, now):
    for name, level, repeats in (
        ("alice", Level.OVER, 2),
        ("ben", Level.OVER, 1),
        ("cleo", Level.WARNING, 9),
    ):
        facility.scan(new_area(name, now), 1200, now)
        (_, episode), *_ = episode_rows.unsettled(users.user_named(name))
        changed = {"level": int(level), "repeats": repeats}
        EpisodeRow.update(**changed).where(EpisodeRow.id == episode.id).execute()
    assert names(users_to_escalate(facility.settings.messages)) == ["alice"]
