"""A clock that was wrong for a while: when it is right again, nothing waits for the time that it showed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from facility import Facility, claim, measured, new_area, order_for

from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.components import duties
from xfc_notify.domain import Level
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox import deliveries
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.pages import Scope
from xfc_notify.people.tables import EventRow
from xfc_notify.store import marks
from xfc_notify.watch.tick import tick
from xfc_notify.web import api_tokens
from xfc_notify.web.tables import SessionRow, SpentRow, TokenRow

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def ticked(facility, now, there=None):
    done = tick(duties(), facility.service, now, there)
    marks.put(marks.TICKED, now)
    return done


def test_an_order_that_was_claimed_in_the_future_is_sent_again_now(facility, now):
    order = order_for(new_area("alice", now), now + YEAR)
    assert claim(now) == [replace(order, again=True)]
    assert claim(now) == []
    facility.record(measured(order, 1), now)
    assert ScanRow.get().state == "whole"


def test_orders_claimed_in_the_future_take_no_room_from_others(facility, now, monkeypatch):
    monkeypatch.setattr("xfc_notify.areas.orders.IN_FLIGHT", 2)
    for name in ("alice", "ben"):
        order_for(new_area(name, now), now + YEAR)
    assert len(claim(now)) == 2


def test_an_area_that_was_scanned_in_the_future_is_scanned_today_and_then_at_its_time(facility, now):
    facility.scan(new_area("alice", now), 1, now + YEAR)
    assert ticked(facility, now)["opened"] == 1
    for order in claim(now):
        facility.record(measured(order, 1), now)
    assert ticked(facility, now + DAY - HOUR)["opened"] == 0
    assert ticked(facility, now + DAY)["opened"] == 1


def test_clocks_of_two_hosts_that_differ_a_little_lead_to_no_scan_more(facility, now):
    facility.scan(new_area("alice", now), 1, now + HOUR / 2)
    assert ticked(facility, now)["opened"] == 0


def test_a_scan_that_is_as_of_a_time_in_the_future_is_given_up_and_the_area_scanned_anew(facility, now):
    order_for(new_area("alice", now), now + YEAR)
    done = ticked(facility, now)
    assert (done["given_up"], done["opened"]) == (1, 1)
    assert SliceRow.select().count() == 1


def test_a_scan_asked_for_in_the_future_is_not_done_again_and_again(facility, now):
    area = new_area("alice", now)
    AreaRow.update(rescan_asked_at=now + YEAR).execute()
    facility.scan(area, 1, now)
    assert ScanRow.select().where(ScanRow.state == "open").count() == 0


@pytest.mark.parametrize("state", ["queued", "sending", "retry"])
def test_a_delivery_that_is_due_in_the_future_is_due_now(facility, now, state):
    facility.scan(new_area("alice", now), 1001, now)
    DeliveryRow.update(state=state, due_at=now + YEAR).execute()
    assert len(deliveries.claim_due(now)) == 1
    assert deliveries.claim_due(now) == []


def test_a_delivery_that_fails_after_the_clock_leapt_is_tried_again(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    moment = now + YEAR
    for _ in range(deliveries.TRY_AT_LEAST - 1):
        (number,) = deliveries.claim_due(moment)
        moment = deliveries.retry(deliveries.claim(number, moment), "busy", None, moment)
    (number,) = deliveries.claim_due(moment)
    assert deliveries.retry(deliveries.claim(number, moment), "busy", None, moment) is None


def test_who_was_told_in_the_future_is_told_of_what_is_new_today(facility, now):
    facility.scan(new_area("alice", now), 850, now + YEAR)
    facility.scan(new_area("alice", now, volume="vol2"), 850, now)
    assert MessageRow.select().where(MessageRow.created_at == now).count() == 1


def test_who_was_told_in_the_future_is_reminded_once_and_then_at_the_time(facility, now):
    facility.scan(new_area("alice", now), 1001, now + YEAR)
    assert [facility.speak(now + hours * HOUR) for hours in (0, 1, 7 * 24 - 1, 7 * 24)] == [1, 0, 0, 1]
    assert EpisodeRow.get().level == Level.OVER


def test_what_is_done_once_a_day_is_done_today(store, now):
    assert marks.passed("history", now + YEAR, DAY)
    assert marks.passed("history", now, DAY)
    assert not marks.passed("history", now + HOUR, DAY)


@pytest.fixture
def young_and_old(facility, now):
    """Things that are young at `now`, and how many of them there are. A year ahead all of it would be forgotten."""
    facility.scan(new_area("alice", now), 1001, now)
    DeliveryRow.update(state="sent").execute()
    facility.scan(AreaRow.get(), 1001, now + HOUR)
    api_tokens.create("alice", "laptop", [Scope.OWN], 90 * DAY, now)
    SessionRow.create(hash="1", name="alice", operator=False, began_at=now, expires_at=now + DAY)
    SpentRow.create(hash="2", spent_at=now)

    def counted():
        bodies = MessageRow.select().where(MessageRow.text.is_null(False)).count()
        details = ScanRow.select().where(ScanRow.usage.is_null(False)).count()
        rows = [
            table.select().count()
            for table in (TokenRow, SessionRow, SpentRow, MessageRow, EventRow, ScanRow)
        ]
        return [bodies, details, *rows]

    return counted


@pytest.mark.parametrize("wrong", [3 * YEAR, -2 * HOUR], ids=["ahead", "behind"])
@pytest.mark.parametrize("ticks", [1, 3])
def test_c32_nothing_is_forgotten_by_a_clock_that_was_wrong_for_a_while(
    facility, now, young_and_old, wrong, ticks
):
    ticked(facility, now)
    before = young_and_old()
    for number in range(ticks):
        ticked(facility, now + wrong + number * HOUR / 12)
    assert young_and_old()[:5] == before[:5]
    ticked(facility, now + HOUR)
    ticked(facility, now + 2 * HOUR)
    assert young_and_old()[:5] == before[:5]


def test_c32_nothing_is_forgotten_by_a_host_whose_clock_is_not_that_of_the_database(
    facility, now, young_and_old
):
    ticked(facility, now)
    before = young_and_old()
    for hour in range(0, 400 * 24, 12):
        ticked(facility, now + hour * HOUR, there=now)
    assert young_and_old()[:5] == before[:5]


def test_c32_what_is_over_is_forgotten_once_the_clock_was_right_for_a_day(facility, now, young_and_old):
    ticked(facility, now)
    ticked(facility, now + 3 * YEAR)
    for hours in (0, 6, 12, 18):
        ticked(facility, now + 100 * DAY + hours * HOUR)
    assert TokenRow.select().count() == 1
    ticked(facility, now + 101 * DAY)
    assert TokenRow.select().count() == 0
