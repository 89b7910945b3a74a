"""What one person is told, and what is kept where nothing is said."""

from datetime import timedelta

import pytest
from facility import Facility, claim, install_plugin, measured, new_area, order_for, together

from xfc_notify.areas import scans
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow, UserRow
from xfc_notify.scan.slice import failed
from xfc_notify.usage import Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def speak(facility, now) -> int:
    return facility.speak(now)


def set_user(name: str = "alice", *, email: str | None = None, notify: bool | None = None) -> None:
    users.change(users.user_named(name), email=email, notify=notify)


def reasons(message: MessageRow) -> list[tuple[str, str]]:
    return [(it["area"], it["reason"]) for it in message.reasons]


def last_message() -> MessageRow:
    return MessageRow.select().order_by(MessageRow.created_at.desc()).first()


def test_nothing_is_said_twice(facility, now):
    facility.scan(new_area("alice", now), 850, now)
    assert [speak(facility, now + wait) for wait in (HOUR, DAY, 100 * DAY)] == [0, 0, 0]
    assert MessageRow.select().count() == 1
    assert EpisodeRow.get().silence == "told at 2026-03-02 08:00 UTC; a notice is not repeated"


def test_a_reminder_comes_when_it_is_due_after_a_scan_of_its_own(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    assert speak(facility, now + 3 * DAY - HOUR) == 0
    assert (
        EpisodeRow.get().silence
        == "told at 2026-03-02 08:00 UTC; a reminder is due from 2026-03-05 08:00 UTC"
    )
    assert speak_to_all(facility.service, now + 3 * DAY) == 0
    assert EpisodeRow.get().silence == (
        "repeat, but it was last measured at 2026-03-02 08:00 UTC, before this was due (2026-03-05 08:00 UTC); "
        "it waits for the next scan"
    )
    assert ScanRow.get(ScanRow.state == "open").area == AreaRow.get()
    facility.measure_ordered(now + 3 * DAY)
    assert reasons(last_message()) == [("/vol1/alice", "repeat")]
    assert (EpisodeRow.get().told_at, EpisodeRow.get().silence) == (now + 3 * DAY, "")
    assert speak(facility, now + 10 * DAY - HOUR) == 0
    assert speak(facility, now + 10 * DAY) == 1


def test_who_has_cleaned_up_since_the_last_scan_gets_the_good_news_alone(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    assert (
        speak_to_all(facility.service, now + 3 * DAY) == 0
    )  # a reminder is due; the scan that it orders finds 60 %
    (order,) = claim(now + 3 * DAY)
    facility.record(measured(order, 600), now + 3 * DAY)
    assert [reasons(it) for it in MessageRow.select().order_by(MessageRow.created_at)] == [
        [("/vol1/alice", "began")],
        [("/vol1/alice", "ended")],
    ]


def test_where_no_scan_succeeds_nothing_is_said_and_it_is_kept_why(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    for day in range(3, 14):
        moment = now + day * DAY
        assert speak_to_all(facility.service, moment) == 0
        for order in claim(moment):
            facility.record(failed(order, "volume vol1: /vol1 holds no file .mounted", 0.1), moment)
        scans.open_scans(scans.Choice(not_since=moment - DAY), None, Clock.ARRIVAL, moment)
    assert MessageRow.select().count() == 1
    assert "it was last measured at 2026-03-02 08:00 UTC" in EpisodeRow.get().silence


def test_of_a_directory_that_is_gone_nothing_more_is_said(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    facility.record(
        failed(order_for(area, now + DAY), "/vol1/alice does not exist", 0.1, gone=True), now + DAY
    )
    assert (AreaRow.get().gone_at, AreaRow.get().level) == (now + DAY, None)
    assert [speak(facility, now + days * DAY) for days in (3, 10, 24, 54)] == [0, 0, 0, 0]
    assert (
        EventRow.select().order_by(EventRow.id.desc()).first().what == "the directory is not there any more"
    )
    facility.scan(area, 1100, now + 60 * DAY)
    assert (AreaRow.get().gone_at, AreaRow.get().level) == (None, Level.OVER)
    assert reasons(last_message()) == [("/vol1/alice", "began")]


def test_what_could_not_be_read_is_told_once_and_no_old_limit_is_repeated(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    for day in range(1, 14):
        facility.scan(area, 300 + day, now + day * DAY, readable=False)
        speak(facility, now + day * DAY + HOUR)
    assert [
        reason for it in MessageRow.select().order_by(MessageRow.created_at) for _, reason in reasons(it)
    ] == [
        "began",
        "obscured",
    ]
    message = MessageRow.select().order_by(MessageRow.created_at.desc()).first()
    assert message.subject == "[XFC] Part of your area on vol1 could not be read"
    assert "closed" in message.text
    assert "Let the service list the directories named above" in " ".join(message.text.split())
    assert "over the limit" not in message.subject
    assert AreaRow.get().level == Level.OVER


def test_what_came_too_soon_waits_and_is_told_with_all_else(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 850, now)
    facility.scan(second, 850, now + HOUR)
    facility.scan(first, 950, now + 2 * HOUR)
    assert MessageRow.select().count() == 1
    waits = "but the last message went out at 2026-03-02 08:00 UTC; at most one in 1 day, so it waits until"
    assert {it.silence for it in EpisodeRow.select()} == {
        f"began, {waits} 2026-03-03 08:00 UTC",
        f"worse, {waits} 2026-03-03 08:00 UTC",
    }
    assert speak(facility, now + DAY - HOUR) == 0
    assert speak(facility, now + DAY) == 1
    assert sorted(reasons(last_message())) == [("/vol1/alice", "worse"), ("/vol2/alice", "began")]
    assert last_message().level == Level.WARNING
    assert {it.silence for it in EpisodeRow.select()} == {""}


def test_the_step_to_over_breaks_the_interval_once_and_it_is_kept_that_it_did(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 850, now)
    facility.scan(first, 1001, now + HOUR)
    assert (MessageRow.select().count(), last_message().broke_interval) == (2, "over")
    facility.scan(second, 1001, now + 2 * HOUR)
    assert MessageRow.select().count() == 2
    facility.scan(first, 600, now + 3 * HOUR)
    assert last_message().broke_interval == "relief"
    assert sorted(reasons(last_message())) == [("/vol1/alice", "ended"), ("/vol2/alice", "began")]
    sooner = [event.what for event in EventRow.select().where(EventRow.kind == "told").order_by(EventRow.id)]
    assert ["sooner than the interval" in what for what in sooner] == [False, True, True, True]


def test_what_stands_beside_is_told_too_and_not_repeated_for_itself(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 1001, now)
    facility.scan(first, 1001, now + 2 * DAY - HOUR)
    facility.scan(second, 1001, now + 2 * DAY)
    assert reasons(last_message()) == [("/vol2/alice", "began")]
    assert "/vol1/alice" in last_message().text
    assert {it.told_at for it in EpisodeRow.select()} == {now + 2 * DAY}
    assert speak(facility, now + 3 * DAY) == 0
    assert speak(facility, now + 5 * DAY) == 1


def test_an_end_is_told_and_then_all_is_quiet(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    facility.scan(area, 500, now + DAY)
    assert reasons(last_message()) == [("/vol1/alice", "ended")]
    assert (EpisodeRow.get().settled, last_message().level) == (True, Level.OK)
    assert speak(facility, now + 100 * DAY) == 0


@pytest.mark.parametrize("days", [1, 1.5, 2, 3, 30])
def test_what_waited_for_the_interval_is_said_from_a_new_scan_however_long_that_takes(facility, now, days):
    facility.scan(new_area("alice", now, "vol1"), 850, now)
    facility.scan(new_area("alice", now, "vol2"), 850, now + HOUR)
    at = now + days * DAY
    assert speak_to_all(facility.service, at) == 0
    (silence,) = (it.silence for it in EpisodeRow.select() if it.told_at is None)
    assert silence.startswith("began, but it was last measured at 2026-03-02 09:00 UTC, ")
    assert facility.speak(at) == 1
    assert reasons(last_message()) == [("/vol2/alice", "began")]


def test_of_what_came_and_went_while_it_had_to_wait_nothing_is_said(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 850, now)
    facility.scan(second, 950, now + HOUR)
    facility.scan(second, 500, now + 2 * HOUR)
    assert speak(facility, now + 2 * DAY) == 0
    assert MessageRow.select().count() == 1


def test_what_begins_again_before_its_end_was_told_goes_on_without_a_word(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 950, now)
    facility.scan(area, 500, now + HOUR)  # the end waits
    facility.scan(area, 950, now + 2 * HOUR)
    assert speak(facility, now + 6 * DAY) == 0
    assert speak(facility, now + 7 * DAY) == 1
    assert reasons(last_message()) == [("/vol1/alice", "repeat")]
    assert last_message().thread == MessageRow.select().order_by(MessageRow.created_at).first().id


# To whom


def test_who_does_not_want_to_hear_is_not_told_but_the_episode_is_kept(facility, now):
    area = new_area("alice", now)
    set_user(notify=False)
    facility.scan(area, 1001, now)
    assert MessageRow.select().count() == 0
    assert (EpisodeRow.get().level, EpisodeRow.get().told_at) == (Level.OVER, None)
    assert EpisodeRow.get().silence == "began, but notify is off for this user"


def test_who_wants_to_hear_again_is_told_how_things_stand_and_nothing_of_the_past(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 850, now)
    set_user(notify=False)
    facility.scan(first, 500, now + DAY)
    facility.scan(second, 950, now + DAY)
    assert MessageRow.select().count() == 1
    set_user(notify=True)
    assert speak(facility, now + 2 * DAY) == 1
    assert reasons(last_message()) == [("/vol2/alice", "began")]


def test_where_no_address_is_known_the_message_waits_for_one(facility, now):
    facility.scan(new_area("alice", now, email=None), 950, now)
    assert MessageRow.select().count() == 0
    assert EpisodeRow.get().silence == "began, but no delivery plugin has an address for this user"
    set_user(email="alice@example.org")
    assert speak(facility, now + HOUR) == 1
    assert DeliveryRow.get().address == "alice@example.org"


def test_a_message_goes_to_the_address_that_stands_when_it_is_written(facility, now):
    facility.scan(new_area("alice", now), 850, now)
    set_user(email="new@example.org")
    facility.scan(AreaRow.get(), 950, now + DAY)
    assert [it.address for it in DeliveryRow.select().order_by(DeliveryRow.id)] == [
        "alice@example.org",
        "new@example.org",
    ]


TWO_PLACES = """
from xfc_notify import hookimpl

@hookimpl
def addresses(person):
    return ["chat:" + person.username, "pager:" + person.username, "chat:" + person.username]

@hookimpl
def deliver(message, address):
    pass
"""

BROKEN_PLACES = """
from xfc_notify import hookimpl

@hookimpl
def addresses(person):
    raise RuntimeError("no directory")

@hookimpl
def deliver(message, address):
    pass
"""


def test_every_plugin_delivers_to_its_own_addresses_and_a_broken_one_harms_no_other(
    store, tmp_path, monkeypatch, now
):
    install_plugin(tmp_path, monkeypatch, "call", TWO_PLACES)
    install_plugin(tmp_path, monkeypatch, "broken", BROKEN_PLACES)
    Facility.at(tmp_path).scan(new_area("alice", now), 950, now)
    assert [
        (it.channel, it.address)
        for it in DeliveryRow.select().order_by(DeliveryRow.channel, DeliveryRow.address)
    ] == [
        ("call", "chat:alice"),
        ("call", "pager:alice"),
        ("email", "alice@example.org"),
    ]


def test_in_shadow_mode_all_is_recorded_and_nothing_is_delivered(store, tmp_path, now):
    facility = Facility.at(tmp_path, messages={"mode": "shadow"})
    area = new_area("alice", now)
    facility.scan(area, 950, now)
    assert (MessageRow.get().mode, reasons(MessageRow.get())) == ("shadow", [("/vol1/alice", "began")])
    assert DeliveryRow.select().count() == 0
    assert [it.kind for it in EventRow.select().order_by(EventRow.id)] == ["began", "shadow"]
    facility.scan(area, 950, now + 2 * DAY)
    assert MessageRow.select().count() == 1
    assert speak(facility, now + 7 * DAY) == 1


def test_in_shadow_mode_a_message_is_recorded_even_without_an_address(store, tmp_path, now):
    facility = Facility.at(tmp_path, messages={"mode": "shadow"})
    facility.scan(new_area("alice", now, email=None), 950, now)
    assert (MessageRow.select().count(), DeliveryRow.select().count()) == (1, 0)


def test_everybody_hears_of_their_own_areas_alone(facility, now):
    for name in ("alice", "ben"):
        facility.scan(new_area(name, now), 950, now)
    for message in MessageRow.select():
        mine, other = ("alice", "ben") if message.user.name == "alice" else ("ben", "alice")
        assert reasons(message) == [(f"/vol1/{mine}", "began")]
        assert other not in message.text + message.html + message.subject
    assert {(it.message.user.name, it.address) for it in DeliveryRow.select()} == {
        ("alice", "alice@example.org"),
        ("ben", "ben@example.org"),
    }


def test_many_that_speak_at_once_say_it_once(facility, now):
    for name in ("alice", "ben", "cleo"):
        facility.scan(new_area(name, now), 1001, now)
    due = now + 3 * DAY
    together([lambda: speak_to_all(facility.service, due)] * 4)
    together([lambda: facility.measure_ordered(due)] * 4)
    assert MessageRow.select().count() == 6
    assert UserRow.select().count() == 3
