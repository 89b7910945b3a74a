"""A new installation only records what it would send, until an operator has seen it and said so."""

from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify.areas.tables import AreaRow
from xfc_notify.notify.escalate import escalate_all
from xfc_notify.notify.go_live import first_messages, go_live
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow
from xfc_notify.store.tables import MarkRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path, live=False)


def speak(facility, now) -> int:
    return facility.speak(now)


def firsts(facility, now) -> list[tuple[str, tuple[str, ...], bool]]:
    found = first_messages(facility.service, now)
    return [(it.message.username, it.message.reasons, it.reachable) for it in found]


def test_a_new_installation_records_and_sends_nothing_until_it_goes_live(facility, now):
    facility.scan(new_area("alice", now), 950, now)
    assert (MessageRow.get().mode, DeliveryRow.select().count()) == ("shadow", 0)
    assert effective_mode(facility.settings) == "shadow"
    assert go_live(now + HOUR, only_changes=False)
    assert effective_mode(facility.settings) == "live"
    assert not go_live(now + DAY, only_changes=False)
    assert MarkRow.get().at == now + HOUR


def test_shadow_in_the_settings_always_wins(store, tmp_path, now):
    facility = Facility.at(tmp_path, messages={"mode": "shadow"})
    assert effective_mode(facility.settings) == "shadow"
    facility.scan(new_area("alice", now), 950, now)
    assert (MessageRow.get().mode, DeliveryRow.select().count()) == ("shadow", 0)


def test_what_was_told_in_shadow_mode_is_told_once_really(facility, now):
    for name, size in (("alice", 950), ("ben", 1001), ("cleo", 100)):
        facility.scan(new_area(name, now), size, now)
    assert go_live(now + HOUR, only_changes=False)
    assert speak(facility, now + HOUR) == 2
    assert [(it.user.name, it.reasons[0]["reason"]) for it in MessageRow.select().where(MessageRow.mode == "live")] == [
        ("alice", "began"), ("ben", "began"),
    ]  # fmt: skip
    assert DeliveryRow.select().count() == 2
    shadow = {it.id for it in MessageRow.select().where(MessageRow.mode == "shadow")}
    assert shadow.isdisjoint(it.thread for it in EpisodeRow.select())
    assert [speak(facility, now + wait) for wait in (2 * HOUR, DAY, 3 * DAY)] == [0, 0, 0]
    assert speak(facility, now + HOUR + 3 * DAY) == 1


def test_what_ended_in_shadow_mode_is_never_told(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 950, now)
    facility.scan(second, 950, now + HOUR)
    facility.scan(first, 10, now + 2 * HOUR)
    go_live(now + 3 * HOUR, only_changes=False)
    speak(facility, now + 3 * HOUR)
    told = MessageRow.get(MessageRow.mode == "live")
    assert [(it["area"], it["reason"]) for it in told.reasons] == [("/vol2/alice", "began")]


@pytest.mark.parametrize(("only_changes", "reasons"), [(False, ["began"]), (True, [])])
def test_reminders_of_shadow_mode_are_not_counted_so_nothing_is_passed_on_too_early(
    store, tmp_path, now, only_changes, reasons
):
    service = {"service": {"operators": "ops@example.org"}, "messages": {"escalate": True}}
    facility = Facility.at(tmp_path, live=False, **service)
    facility.scan(new_area("alice", now), 1001, now)
    for days in range(24):
        facility.speak(now + days * DAY)
        if days:
            facility.scan(AreaRow.get(), 1001, now + days * DAY)
        escalate_all(facility.service, now + days * DAY)
    assert MessageRow.select().where(MessageRow.audience == "operators").count() == 1
    live = now + 24 * DAY
    go_live(live, only_changes=only_changes)
    for days in range(20):
        facility.scan(AreaRow.get(), 1001, live + days * DAY)
        facility.speak(live + days * DAY)
        escalate_all(facility.service, live + days * DAY)
    sent = MessageRow.select().where(MessageRow.mode == "live").order_by(MessageRow.created_at)
    said = [it.reasons[0]["reason"] for it in sent]
    assert said[: said.index("unanswered")] == [*reasons, "repeat", "repeat"]


def test_with_only_changes_what_stands_counts_as_told(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 950, now)
    facility.scan(second, 850, now + HOUR)
    assert go_live(now + 2 * HOUR, only_changes=True)
    assert [speak(facility, now + wait) for wait in (2 * HOUR, 7 * DAY)] == [0, 0]
    assert [it.what for it in EventRow.select().where(EventRow.kind == "known")] == [
        "counts as told: the service went live"
    ] * 2
    facility.scan(second, 950, now + 3 * DAY)
    told = MessageRow.get(MessageRow.mode == "live")
    assert [(it["area"], it["reason"]) for it in told.reasons] == [("/vol2/alice", "worse")]
    assert told.thread == told.id


def test_what_would_be_sent_is_shown_and_nothing_is_written(facility, now):
    for name, size in (("alice", 950), ("ben", 1001), ("cleo", 100), ("dan", 1001)):
        facility.scan(new_area(name, now, email=None if name == "ben" else ""), size, now)
    users.change(users.user_named("dan"), email=None, notify=False)
    before = [row.told_at for row in EpisodeRow.select()]
    assert firsts(facility, now + HOUR) == [("alice", ("began",), True), ("ben", ("began",), False)]
    assert [row.told_at for row in EpisodeRow.select()] == before
    assert MessageRow.select().where(MessageRow.mode == "live").count() == 0


def test_what_was_shown_is_what_is_sent(facility, now):
    for number in range(20):  # more than a storm has: the operator has seen them
        facility.scan(new_area(f"user{number:02}", now), 700 + 20 * number, now)
    shown = firsts(facility, now + HOUR)
    go_live(now + HOUR, only_changes=False)
    speak(facility, now + HOUR)
    sent = MessageRow.select().where(MessageRow.mode != "shadow").order_by(MessageRow.user)
    assert [(it.user.name, tuple(r["reason"] for r in it.reasons), True) for it in sent] == shown
    assert len(shown) == 15
    assert {it.mode for it in sent} == {"live"}
