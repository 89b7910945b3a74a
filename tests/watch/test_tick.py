"""Everything that is due is done, once, however often and wherever it is asked for."""

from collections import Counter
from datetime import timedelta

import pytest
from facility import Facility, claim, measured, new_area, order_for, together

from xfc_notify.areas.tables import ScanRow, SliceRow
from xfc_notify.components import duties
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.watch.tick import tick

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def ticked(facility, now) -> Counter[str]:
    return tick(duties(), facility.service, now)


def finish(facility, size, now) -> None:
    """All orders that are due are measured."""
    for order in claim(now):
        facility.record(measured(order, size), now)


def test_with_nothing_to_do_nothing_is_done(facility, now):
    assert ticked(facility, now) == Counter()


def test_new_areas_are_scanned_at_the_first_tick_and_once(facility, now):
    new_area("alice", now)
    new_area("ben", now)
    assert ticked(facility, now) == Counter(opened=2)
    assert ticked(facility, now + SECOND) == Counter()
    assert SliceRow.select().count() == 2


def test_an_area_is_scanned_again_when_its_time_has_come(facility, now):
    new_area("alice", now)
    ticked(facility, now)
    finish(facility, 1, now)
    assert ticked(facility, now + DAY - SECOND)["opened"] == 0
    assert ticked(facility, now + DAY)["opened"] == 1


def test_the_settings_say_how_often_areas_are_scanned(store, tmp_path, now):
    facility = Facility.at(tmp_path, scan={"every": "1h", "clock": "mtime"})
    new_area("alice", now)
    ticked(facility, now)
    finish(facility, 1, now)
    assert ticked(facility, now + HOUR - SECOND)["opened"] == 0
    assert ticked(facility, now + HOUR)["opened"] == 1
    assert {scan.clock for scan in ScanRow.select()} == {"mtime"}


def test_an_area_that_could_not_be_scanned_is_tried_again_at_its_time_and_not_before(facility, now):
    area = new_area("alice", now)
    order_for(area, now)
    assert ticked(facility, now + DAY - SECOND) == Counter()
    assert ticked(facility, now + DAY) == Counter(given_up=1, opened=1)
    states = [scan.state for scan in ScanRow.select().order_by(ScanRow.as_of)]
    assert states == ["failed", "open"]


def test_orders_and_deliveries_that_got_lost_are_owed_again_after_their_lease(facility, now):
    from xfc_notify.outbox import deliveries

    area = new_area("alice", now)
    order = order_for(area, now)
    ticked(facility, now + HOUR)
    assert claim(now + HOUR) == [order]
    facility.record(measured(order, 950), now + HOUR)
    (number,) = deliveries.claim_due(now + HOUR)
    ticked(facility, now + 2 * HOUR)
    assert deliveries.claim_due(now + 2 * HOUR) == [number]


def test_reminders_are_written_when_they_are_due(facility, now):
    for name in ("alice", "ben"):
        facility.scan(new_area(name, now), 1001, now)
    assert ticked(facility, now + 3 * DAY - SECOND)["messages"] == 0
    assert ticked(facility, now + 3 * DAY)["messages"] == 0  # its scans, due anyway, are under way
    facility.measure_ordered(now + 3 * DAY)
    assert ticked(facility, now + 3 * DAY)["messages"] == 0
    assert MessageRow.select().count() == DeliveryRow.select().count() == 4


def test_hourly_ticks_write_reminders_at_growing_intervals_and_nothing_else(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    written = [hour / 24 for hour in range(60 * 24) if facility.speak(now + hour * HOUR)]
    assert written == [3, 3 + 7, 3 + 7 + 14, 3 + 7 + 14 + 30]


def test_ticks_at_once_do_everything_once(facility, now):
    for number in range(5):
        facility.scan(new_area(f"user{number}", now), 1001, now)
    for number in range(5, 8):
        order_for(new_area(f"user{number}", now), now)
    later = now + 3 * DAY
    done = together([lambda: ticked(facility, later)] * 4)
    assert sum(it["given_up"] for it in done) == 3
    assert sum(it["opened"] for it in done) == 8
    assert sum(it["messages"] for it in done) == 0  # the scans come first
    assert ScanRow.select().where(ScanRow.state == "open").count() == SliceRow.select().count() == 8
    together([lambda: facility.measure_ordered(later)] * 4)
    assert MessageRow.select().count() == DeliveryRow.select().count() == 10
    assert ticked(facility, later) == Counter()


def test_old_scans_are_thinned_out_once_a_day(facility, now):
    def kept(state: str) -> list[int]:
        return [scan.size for scan in ScanRow.select().where(ScanRow.state == state).order_by(ScanRow.as_of)]

    alice = new_area("alice", now)
    for days in (400, 399, 380, 379):
        facility.scan(alice, days, now - days * DAY)
    ticked(facility, now)
    assert kept("whole") == [399, 379]
    assert ScanRow.select().where(ScanRow.usage.is_null(False)).count() == 1
    old = {"as_of": now - 401 * DAY, "progress_at": now - 401 * DAY}
    ScanRow.create(id="old", area=alice, state="failed", clock="arrival", **old)
    ticked(facility, now + HOUR)
    assert kept("failed") == [0]
    ticked(facility, now + DAY)
    assert kept("failed") == []
