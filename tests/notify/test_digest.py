"""When a digest is due, what it says, and what it leaves as it is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from facility import Facility, claim, measured, new_area, together

from xfc_notify.areas.tables import AreaRow
from xfc_notify.components import duties
from xfc_notify.domain import Level
from xfc_notify.notify.digest import last_due, write_digests
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow, UserRow
from xfc_notify.scan.slice import failed
from xfc_notify.watch.tick import tick

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
PARIS = ZoneInfo("Europe/Paris")
EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def prefer(digest: str, now: datetime, timezone: str = "") -> None:
    users.prefer(users.user_named("alice"), digest=digest, timezone=timezone, language=None, now=now)


def digests(facility, now) -> int:
    return facility.digests(now)


@pytest.mark.parametrize(
    ("kind", "now", "due"),
    [
        ("weekly", "2026-03-02T08:00", "2026-03-02T08:00"),
        ("weekly", "2026-03-02T07:59", "2026-02-23T08:00"),
        ("weekly", "2026-03-08T23:59", "2026-03-02T08:00"),
        ("weekly", "2026-03-30T08:00", "2026-03-30T08:00"),  # the night before, clocks went forward
        ("monthly", "2026-03-01T08:00", "2026-03-01T08:00"),
        ("monthly", "2026-03-01T07:59", "2026-02-01T08:00"),
        ("monthly", "2026-01-01T00:00", "2025-12-01T08:00"),
        ("monthly", "2026-01-31T12:00", "2026-01-01T08:00"),
    ],
)
def test_a_digest_is_due_at_eight_on_mondays_or_on_the_first_where_the_person_is(kind, now, due):
    moment = datetime.fromisoformat(now).replace(tzinfo=PARIS).astimezone(UTC)
    assert last_due(kind, moment, PARIS) == datetime.fromisoformat(due).replace(tzinfo=PARIS)


def test_a_digest_says_where_one_stands_every_monday_once(facility):
    facility.scan(new_area("alice", EIGHT), 340, EIGHT - DAY)
    prefer("weekly", EIGHT - HOUR)
    assert [digests(facility, EIGHT + wait) for wait in (-MINUTE, timedelta(0), MINUTE, WEEK - MINUTE)] == [
        0,
        1,
        0,
        0,
    ]
    message = MessageRow.get()
    assert message.subject == "[XFC] Weekly digest: 34 % of your space on vol1"
    assert "a weekly digest is switched on for you" in message.text
    assert "How to answer" not in message.text
    assert (message.reasons[0]["reason"], message.thread, message.level) == ("digest", message.id, Level.OK)
    assert DeliveryRow.get().address == "alice@example.org"
    assert digests(facility, EIGHT + WEEK) == 1


def test_who_asks_for_a_digest_gets_the_first_when_the_next_is_due(facility):
    facility.scan(new_area("alice", EIGHT), 340, EIGHT)
    prefer("weekly", EIGHT + DAY)
    prefer("weekly", EIGHT + 6 * DAY)
    assert digests(facility, EIGHT + DAY) == 0
    assert UserRow.get().digested_at == EIGHT + DAY
    assert digests(facility, EIGHT + WEEK) == 1


def test_eight_is_meant_where_the_person_is(facility):
    facility.scan(new_area("alice", EIGHT), 340, EIGHT - DAY)
    prefer("weekly", EIGHT - DAY, "Asia/Tokyo")
    assert digests(facility, EIGHT - 9 * HOUR - MINUTE) == 0
    assert digests(facility, EIGHT - 9 * HOUR) == 1


def test_where_nothing_was_measured_nothing_is_said(facility):
    area = new_area("alice", EIGHT)
    prefer("weekly", EIGHT - DAY)
    assert digests(facility, EIGHT) == 0
    facility.scan(area, 10, EIGHT + DAY)
    assert digests(facility, EIGHT + DAY) == 1


@pytest.mark.parametrize(
    ("email", "notify", "written"),
    [("alice@example.org", True, 1), ("alice@example.org", False, 0), (None, True, 0)],
)
def test_a_digest_goes_to_those_who_want_to_hear_and_can_be_reached(store, tmp_path, email, notify, written):
    facility = Facility.at(tmp_path, people={})
    facility.scan(new_area("alice", EIGHT, email=email), 10, EIGHT - DAY)
    prefer("weekly", EIGHT - DAY)
    users.change(users.user_named("alice"), email=None, notify=notify)
    assert digests(facility, EIGHT) == written
    assert MessageRow.select().count() == written


def test_in_shadow_mode_a_digest_is_written_and_not_sent(store, tmp_path):
    facility = Facility.at(tmp_path, messages={"mode": "shadow"})
    facility.scan(new_area("alice", EIGHT), 10, EIGHT - DAY)
    prefer("monthly", EIGHT - 9 * DAY)
    assert digests(facility, EIGHT) == 1
    assert (MessageRow.get().mode, DeliveryRow.select().count()) == ("shadow", 0)


def test_a_digest_waits_while_something_else_was_said(facility):
    area = new_area("alice", EIGHT)
    prefer("weekly", EIGHT - DAY)
    facility.scan(area, 850, EIGHT - HOUR)
    assert [digests(facility, EIGHT + wait) for wait in (timedelta(0), 23 * HOUR - MINUTE, 23 * HOUR)] == [
        0,
        0,
        1,
    ]


def test_a_digest_neither_tells_nor_puts_off_a_reminder_but_is_a_message_of_its_day(facility):
    area = new_area("alice", EIGHT)
    facility.scan(area, 950, EIGHT - 6 * DAY)
    prefer("weekly", EIGHT - 5 * DAY)
    before = EpisodeRow.get().told_at
    events = EventRow.select().count()
    assert digests(facility, EIGHT + HOUR) == 1
    assert "95 % of your space" in MessageRow.select().order_by(MessageRow.created_at.desc()).first().text
    assert (EpisodeRow.get().told_at, EpisodeRow.get().repeats, EventRow.select().count()) == (
        before,
        0,
        events,
    )
    assert facility.speak(EIGHT + DAY) == 0
    assert "at most one in 1 day" in EpisodeRow.get().silence
    assert facility.speak(EIGHT + DAY + HOUR) == 1


def test_a_tick_writes_what_is_due_and_to_the_others_their_digest(facility):
    facility.scan(new_area("alice", EIGHT), 950, EIGHT - WEEK)
    facility.scan(new_area("ben", EIGHT), 10, EIGHT - WEEK)
    UserRow.update(digest="weekly", digested_at=EIGHT - DAY).execute()
    assert tick(duties(), facility.service, EIGHT)["messages"] == 0
    facility.measure_ordered(EIGHT)
    assert tick(duties(), facility.service, EIGHT + MINUTE)["messages"] == 1
    latest = MessageRow.select().order_by(MessageRow.created_at.desc()).limit(2)
    assert {(it.user.name, it.reasons[0]["reason"]) for it in latest} == {
        ("alice", "repeat"),
        ("ben", "digest"),
    }


def test_ticks_at_once_write_one_digest(facility):
    facility.scan(new_area("alice", EIGHT), 10, EIGHT - DAY)
    prefer("weekly", EIGHT - DAY)
    facility.scan(AreaRow.get(), 10, EIGHT)
    assert sorted(together([lambda: write_digests(facility.service, EIGHT)] * 4)) == [0, 0, 0, 1]
    assert MessageRow.select().count() == DeliveryRow.select().count() == 1


def test_digests_to_everybody_are_no_storm_and_make_none_of_what_follows(facility):
    everybody = [new_area(f"user{number}", EIGHT) for number in range(12)]
    for area in everybody:
        facility.scan(area, 10, EIGHT - WEEK)
    UserRow.update(digest="weekly", digested_at=EIGHT - DAY).execute()
    assert digests(facility, EIGHT) == 12
    facility.scan(everybody[0], 1001, EIGHT + HOUR)
    facility.scan(new_area("alice", EIGHT), 1001, EIGHT + HOUR)
    assert {(it.mode, it.audience) for it in MessageRow.select()} == {("live", "digest"), ("live", "user")}
    assert {it.state for it in DeliveryRow.select()} == {"queued"}


def test_a_digest_tells_what_was_measured_after_it_became_due(facility):
    first, second = new_area("alice", EIGHT, "vol1"), new_area("alice", EIGHT, "vol2")
    for area in (first, second):
        facility.scan(area, 340, EIGHT - HOUR)
    prefer("weekly", EIGHT - DAY)
    assert write_digests(facility.service, EIGHT) == 0
    orders = {order.root: order for order in claim(EIGHT)}
    facility.record(measured(orders[b"/vol1/alice"], 560), EIGHT)
    facility.record(failed(orders[b"/vol2/alice"], "the volume is away", 0.1), EIGHT)
    assert write_digests(facility.service, EIGHT + HOUR - MINUTE) == 0
    assert write_digests(facility.service, EIGHT + HOUR) == 1
    message = MessageRow.get()
    assert "56 %" in message.subject
    assert [it["area"] for it in message.reasons] == ["/vol1/alice"]
