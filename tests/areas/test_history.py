"""Old scans are thinned out, and the details of a scan are kept until the next one."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from facility import Facility, new_area, order_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import chunked

from xfc_notify.areas import answers, history
from xfc_notify.areas.scans import past_scan
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.notify.judge import judge_again
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import UserRow
from xfc_notify.usage.directories import totals

DAY = timedelta(days=1)
DENSE, WEEK = 90 * DAY, 7 * DAY


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def scanned_daily(owner: str, days: int, now: datetime) -> AreaRow:
    """An area that was scanned every day up to now; its sizes are the numbers of the days."""
    area = new_area(owner, now - days * DAY)
    rows = [
        {"id": f"{owner}{day}", "area": area, "state": "whole", "clock": "arrival", "size": day,
         "as_of": now - (days - day) * DAY, "progress_at": now, "usage": {}, "findings": []}
        for day in range(days + 1)
    ]  # fmt: skip
    for some in chunked(rows, ScanRow.at_once()):
        ScanRow.insert_many(some).execute()
    AreaRow.update(last_scan=f"{owner}{days}").where(AreaRow.id == area.id).execute()
    return area


def sizes(area: AreaRow) -> list[int]:
    return [scan.size for scan in ScanRow.select().where(ScanRow.area == area).order_by(ScanRow.as_of)]


def test_of_old_scans_the_smallest_of_every_week_is_kept_and_of_recent_ones_all(facility, now):
    alice, ben = scanned_daily("alice", 120, now), scanned_daily("ben", 10, now)
    forgotten = history.thin_out(now, DENSE, WEEK)
    kept = sizes(alice)
    assert kept[-91:] == list(range(30, 121))
    old = kept[:-91]
    assert forgotten == 30 - len(old)
    assert len(old) in (5, 6)
    assert old[0] == 0
    assert {later - earlier for earlier, later in pairwise(old[1:])} <= {7}
    assert sizes(ben) == list(range(11))


def test_a_dip_is_kept_and_no_scan_that_could_not_read_everything_is_taken_for_one(facility, now):
    alice = scanned_daily("alice", 140, now)
    week = [row.id for row in ScanRow.select().order_by(ScanRow.as_of).limit(40)]
    ScanRow.update(size=-5).where(ScanRow.id == week[10]).execute()
    ScanRow.update(size=-9, complete=False).where(ScanRow.id == week[20]).execute()
    history.thin_out(now, DENSE, WEEK)
    assert -5 in sizes(alice)
    assert -9 not in sizes(alice)


def from_history(sizes: list[int]) -> float:
    """Byte-days by the sizes of daily scans, as X7 has it: 100, 100, 40, 60 → 180."""
    return sizes[-1] + sum(min(sizes[day:]) for day in range(len(sizes) - 1))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 2000), min_size=1, max_size=25), st.integers(0, 20))
def test_thinning_out_changes_no_figure(store, tmp_path, now, days, dip):
    facility = Facility.at(tmp_path, plugins={"quota_temporal": {"method": "history"}})
    area = new_area(f"u{uuid4().hex}", now)
    found = [min(size, dip) if day == len(days) // 2 else size for day, size in enumerate(days)]
    for day, size in enumerate(found):
        at = now + DAY * day
        facility.scan(area, size, at)
        assert last_scan(area).temporal_usage == from_history(found[: day + 1])
        history.drop_details(at)
        history.thin_out(at, 2 * DAY, 5 * DAY)
        before = last_scan(area)
        judge_again(area, facility.service, at)
        after = last_scan(area)
        assert (after.temporal_usage, after.layers) == (before.temporal_usage, before.layers)


def test_an_unreadable_day_takes_nothing_from_a_temporal_usage_by_history(store, tmp_path, now):
    facility = Facility.at(tmp_path, plugins={"quota_temporal": {"method": "history"}})
    area = new_area("alice", now)
    AreaRow.update(temporal_quota=500.0).where(AreaRow.id == area.id).execute()
    area = AreaRow.get()
    figures = []
    for day in range(8):
        facility.scan(area, 10 if day == 6 else 100, now + DAY * day, readable=day != 6)
        scan = last_scan(area)
        (found,) = (it for it in scan.findings if it["policy"] == "quota_temporal")
        figures.append((scan.temporal_usage, found["used"], found["level"]))
        history.drop_details(now + DAY * day)
    assert [used for used, _, _ in figures] == [100, 200, 300, 400, 500, 600, 70, 800]
    assert [used for _, used, _ in figures] == [used for used, _, _ in figures]
    assert [level for *_, level in figures][-3:] == ["over", "ok", "over"]
    assert not [it.subject for it in MessageRow.select() if "Thank you" in it.subject]


def last_scan(area: AreaRow) -> ScanRow:
    return ScanRow.get(ScanRow.id == AreaRow.get(AreaRow.id == area.id).last_scan)


def test_thinning_out_again_forgets_nothing_more(facility, now):
    scanned_daily("alice", 120, now)
    assert history.thin_out(now, DENSE, WEEK) > 0
    assert history.thin_out(now, DENSE, WEEK) == 0


def test_the_last_scan_of_an_area_and_an_open_one_are_kept_however_old(facility, now):
    alice = scanned_daily("alice", 2, now - 400 * DAY)
    order_for(alice, now - 399 * DAY)
    history.thin_out(now, DENSE, timedelta(days=1000))
    kept = list(ScanRow.select().order_by(ScanRow.as_of))
    assert [(scan.state, scan.size) for scan in kept] == [("whole", 0), ("whole", 2), ("open", 0)]
    assert kept[1].id == AreaRow.get().last_scan


def test_old_failures_are_forgotten(facility, now):
    alice = new_area("alice", now)
    order_for(alice, now - 200 * DAY)
    answers.give_up(now - 198 * DAY)
    assert ScanRow.get().state == "failed"
    assert history.thin_out(now, DENSE, WEEK) == 1


def test_details_are_kept_of_the_last_scan_alone_and_figures_of_all(facility, now):
    alice = new_area("alice", now)
    for day in range(4):
        facility.scan(alice, day, now + day * DAY)
    assert history.drop_details(now + 4 * DAY) == 3
    assert history.drop_details(now + 4 * DAY) == 0
    with_details = [scan.id for scan in ScanRow.select().where(ScanRow.usage.is_null(False))]
    assert with_details == [AreaRow.get().last_scan]
    assert sizes(alice) == [0, 1, 2, 3]
    assert all(scan.findings for scan in ScanRow.select())


def test_of_one_scan_a_week_the_directory_summary_is_kept_for_five_weeks(facility, now):
    alice = new_area("alice", now)
    for day in range(45):
        facility.scan(alice, 1000 + day, now + day * DAY)
        history.drop_details(now + day * DAY)
    kept = [
        scan.as_of for scan in ScanRow.select().where(ScanRow.tree.is_null(False)).order_by(ScanRow.as_of)
    ]
    assert len(kept) in {5, 6}
    assert all(later - earlier == WEEK for earlier, later in pairwise(kept[:-1]))
    assert kept[0] > now + 9 * DAY
    found = history.summary_before(alice, now + 18 * DAY)
    assert found is not None
    as_of, tree = found
    assert now + 9 * DAY < as_of < now + 18 * DAY
    assert totals(tree)[b""].tally.size == 1000 + (as_of - now).days
    assert history.summary_before(alice, now) is None


def test_all_whole_scans_come_by_user_and_end_from_however_many_users(store, tmp_path, now, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 2)
    facility = Facility.at(tmp_path)
    for name in ("dan", "alice", "cleo", "ben", "eve"):
        for volume in ("vol1", "vol2"):
            for day in range(3):
                area = AreaRow.get_or_none(AreaRow.path == f"/{volume}/{name}") or new_area(name, now, volume)
                facility.scan(area, 100 + day, now + day * DAY)
    UserRow.update(notify=False).where(UserRow.name == "cleo").execute()
    found = list(history.whole())
    assert [row.user.name for row, _, _ in found] == [
        name for name in ("alice", "ben", "dan", "eve") for _ in range(6)
    ]
    for name in ("alice", "eve"):
        assert [scan.size for row, _, scan in found if row.user.name == name] == [
            100,
            100,
            101,
            101,
            102,
            102,
        ]
    stored = {
        (row.area.path, row.ended_at): replace(past_scan(row), layers=None)
        for row in ScanRow.select(ScanRow, AreaRow).join(AreaRow)
    }
    assert all(stored[row.path, ended] == scan for row, ended, scan in found)
    assert history.span_of_whole()[0] == 4
