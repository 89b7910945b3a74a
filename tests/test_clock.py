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
from xfc_notify.store import marks
from xfc_notify.watch.tick import tick

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def ticked(facility, now):
    return tick(duties(), facility.service, now)


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
