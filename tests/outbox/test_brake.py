"""What would write to too many users in one round is held until an operator looks."""

from datetime import timedelta

import pytest
from facility import Facility, measured, new_area, order_for, together

from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import OPERATORS
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox import deliveries, held
from xfc_notify.outbox.brake import is_storm
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import EventRow, UserRow
from xfc_notify.settings import Messages

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    """Thirty users: more than ten messages in a day are a storm, since a fifth would be six."""
    return Facility.at(tmp_path, service={"operators": "ops@example.org"})


def populate(now, count: int = 30) -> list[AreaRow]:
    return [new_area(f"user{number:02}", now) for number in range(count)]


def modes() -> list[str]:
    rows = (
        MessageRow.select()
        .where(MessageRow.audience == "user")
        .order_by(MessageRow.created_at, MessageRow.user)
    )
    return [it.mode for it in rows]


def to_operators() -> list[MessageRow]:
    return list(MessageRow.select().join(UserRow).where(UserRow.name == OPERATORS))


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for it in DeliveryRow.select().where(DeliveryRow.address != "ops@example.org"):
        found[it.state] = found.get(it.state, 0) + 1
    return found


def storm(facility, now, count: int = 15) -> list[AreaRow]:
    """So many users pass their limits, a minute apart; nothing is sent meanwhile."""
    areas = populate(now)
    for number, area in enumerate(areas[:count]):
        facility.scan(area, 1001, now + number * timedelta(minutes=1))
    return areas


@pytest.mark.parametrize(
    ("recipients", "users", "expected"),
    [(10, 20, False), (11, 20, True), (11, 55, False), (12, 55, True), (200, 1000, False), (201, 1000, True)],
)
def test_a_storm_is_more_than_a_fifth_of_all_users_and_more_than_ten(recipients, users, expected):
    assert is_storm(recipients, users, Messages()) is expected


def test_the_shares_can_be_set():
    assert not is_storm(100, 100, Messages(brake_share=1))
    assert is_storm(3, 100, Messages(brake_share=0.01, brake_count=2))


def test_up_to_the_limit_messages_are_queued(facility, now):
    storm(facility, now, 10)
    assert modes() == ["live"] * 10
    assert states() == {"queued": 10}
    assert to_operators() == []


def test_beyond_the_limit_all_that_has_not_gone_out_is_held_and_the_operators_hear_of_it_once(facility, now):
    storm(facility, now)
    assert modes() == ["held"] * 15
    assert states() == {"held": 15}
    assert deliveries.claim_due(now + DAY) == [DeliveryRow.get(DeliveryRow.address == "ops@example.org").id]
    (message,) = to_operators()
    assert message.subject == "[XFC] Messages to 11 of 30 users are held"
    for text in ("11 of 30 users", "quota_hard began: 10", "xfc-notify messages release --all"):
        assert text in message.text
        assert text in message.html
    assert {it.kind for it in EventRow.select().where(EventRow.policy == "quota_hard")} >= {"began", "held"}


def test_what_is_on_its_way_or_sent_goes_on(facility, now):
    areas = populate(now)
    for area in areas[:3]:
        facility.scan(area, 1001, now)
    first, second, _ = deliveries.claim_due(now)
    delivery = deliveries.claim(first, now)
    assert delivery is not None
    deliveries.sent(delivery, now)
    deliveries.claim(second, now)
    for area in areas[3:15]:
        facility.scan(area, 1001, now + HOUR)
    assert states() == {"sent": 1, "sending": 1, "held": 13}
    assert sorted(modes()) == ["held"] * 13 + ["live"] * 2


def test_what_a_worker_still_has_a_number_of_is_not_sent_when_it_is_held(facility, now):
    areas = populate(now)
    facility.scan(areas[0], 1001, now)
    (number,) = deliveries.claim_due(now)
    for area in areas[1:15]:
        facility.scan(area, 1001, now + HOUR)
    assert deliveries.claim(number, now + HOUR) is None
    assert DeliveryRow.get_by_id(number).state == "held"


def test_a_round_is_as_long_as_all_areas_take_to_be_scanned(facility, now):
    areas = populate(now)
    for number, area in enumerate(areas[:20]):
        facility.scan(area, 850, now + number * 3 * HOUR)
    assert modes() == ["live"] * 20


def test_released_messages_go_out_and_count_as_written_now(facility, now):
    storm(facility, now)
    later = now + 5 * HOUR
    assert held.release(["user03"], later) == 1
    assert held.release([], later) == held.drop([], later) == 0
    assert states() == {"held": 14, "queued": 1}
    assert held.release(None, later) == 14
    assert states() == {"queued": 15}
    assert {(it.mode, it.created_at) for it in MessageRow.select().where(MessageRow.audience == "user")} == {
        ("live", later)
    }
    assert EventRow.select().where(EventRow.what.startswith("released by an operator")).count() == 15


def test_after_an_operator_looked_a_new_round_begins(facility, now):
    areas = storm(facility, now)
    held.release(None, now + HOUR)
    for area in areas[15:25]:
        facility.scan(area, 1001, now + 2 * HOUR)
    assert modes() == ["live"] * 25
    for area in areas[25:]:
        facility.scan(area, 1001, now + 2 * HOUR)
    assert modes().count("held") == 15
    assert len(to_operators()) == 2


def test_released_to_some_the_others_stay_and_what_was_released_is_not_held_again(facility, now):
    areas = storm(facility, now)
    held.release(["user00", "user01"], now + HOUR)
    facility.scan(areas[20], 1001, now + HOUR)
    assert (modes().count("live"), modes().count("held")) == (2, 14)
    assert len(to_operators()) == 1


def test_dropped_messages_count_as_told_until_the_next_reminder(facility, now):
    storm(facility, now)
    assert held.drop(None, now + HOUR) == 15
    assert states() == {"dropped": 15}
    assert [it.kind for it in EventRow.select().order_by(EventRow.id.desc()).limit(15)] == ["dropped"] * 15
    assert facility.speak(now + 2 * DAY) == 0
    assert EpisodeRow.get().told_at is not None
    later = now + 3 * DAY + HOUR
    # Not more in a day than a round may have, and they are no storm.
    assert [facility.speak(later + wait) for wait in (timedelta(0), HOUR, DAY + HOUR, 2 * DAY)] == [
        10,
        0,
        5,
        0,
    ]
    last = MessageRow.select().where(MessageRow.created_at >= later)
    assert {(it.audience, it.mode, it.reasons[0]["reason"]) for it in last} == {
        ("reminder", "live", "repeat")
    }


def test_in_shadow_mode_nothing_is_held(store, tmp_path, now):
    facility = Facility.at(tmp_path, messages={"mode": "shadow"})
    storm(facility, now)
    assert modes() == ["shadow"] * 15


def test_without_an_address_of_the_operators_messages_are_held_all_the_same(store, tmp_path, now, caplog):
    facility = Facility.at(tmp_path)
    storm(facility, now)
    assert modes() == ["held"] * 15
    assert "[service] operators has no address" in caplog.text
    assert len(to_operators()) == 1


def test_many_that_speak_at_once_do_not_slip_past_the_brake(facility, now):
    answers = [measured(order_for(area, now), 1001) for area in populate(now)[:16]]
    together([lambda answer=answer: facility.record(answer, now) for answer in answers])
    assert modes() == ["held"] * 16
    assert len(to_operators()) == 1
