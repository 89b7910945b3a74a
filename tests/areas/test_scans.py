"""Scans are opened once, ordered until answered, answered once, and given up in the end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from facility import Facility, claim, measured, new_area, order_for, together

from xfc_notify.areas import answers, orders, scans, slices
from xfc_notify.areas.scans import Choice
from xfc_notify.areas.tables import AreaRow, ScanRow, SliceRow
from xfc_notify.components import tables
from xfc_notify.errors import BadMessage
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.store import database, migrate
from xfc_notify.store.database import db
from xfc_notify.store.usage_json import load_usage
from xfc_notify.usage import Clock, Entry, Errors, Usage
from xfc_notify.usage.tally import Tally

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
ALL_AREAS = Choice()


def open_scans(now: datetime, count: int | None = None, choice: Choice = ALL_AREAS) -> int:
    return scans.open_scans(choice, count, Clock.ARRIVAL, now)


def answer(result: SliceResult, now: datetime) -> ScanRow | None:
    with db.atomic():
        answered = answers.answer(result, (), now)
        if answered is None:
            return None
        if answered.scan.state == "whole":
            answers.conclude(answered.scan, "", now)
        return answered.scan


def one_order(now: datetime) -> ScanOrder:
    """The only area's scan is opened and ordered."""
    assert open_scans(now) == 1
    (order,) = claim(now)
    return order


def finish(now: datetime) -> None:
    """All that is open is measured to its end."""
    for order in claim(now):
        answer(measured(order, 1), now)


def roots(orders: Sequence[ScanOrder]) -> list[bytes]:
    return [order.root for order in orders]


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {model.__name__: sorted(map(str, model.select().tuples())) for model in tables()}


# Opening


def test_the_area_scanned_longest_ago_comes_first_and_one_never_scanned_before_all(store, now):
    for name in ("alice", "ben", "cleo"):
        new_area(name, now)
    for days, name in ((3, "ben"), (2, "cleo"), (1, "alice")):
        assert open_scans(now - days * DAY, choice=Choice(users=(name,))) == 1
        finish(now - days * DAY)
    new_area("dan", now)
    found = []
    for _ in range(4):
        assert open_scans(now, count=1) == 1
        (order,) = claim(now)
        found.append(order.root)
        answer(measured(order, 1), now)
    assert found == [b"/vol1/dan", b"/vol1/ben", b"/vol1/cleo", b"/vol1/alice"]


def test_an_area_that_cannot_be_scanned_does_not_stand_at_the_head_for_ever(store, now):
    new_area("alice", now)
    new_area("ben", now)
    open_scans(now, count=1)
    (order,) = claim(now)
    answer(replace(measured(order, 0), failure="gone"), now)
    open_scans(now + SECOND, count=1)
    assert roots(claim(now + SECOND)) == [b"/vol1/ben"]


def test_an_area_whose_scan_is_open_is_passed_over(store, now):
    new_area("alice", now)
    new_area("ben", now)
    assert open_scans(now, count=1) == 1
    assert open_scans(now) == 1
    assert open_scans(now) == 0
    assert sorted(roots(claim(now))) == [b"/vol1/alice", b"/vol1/ben"]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(users=("alice",)), {"/vol1/alice", "/vol2/alice"}),
        (Choice(users=("alice", "ben")), {"/vol1/alice", "/vol2/alice", "/vol1/ben"}),
        (Choice(volume="vol1"), {"/vol1/alice", "/vol1/ben"}),
        (Choice(users=("alice",), volume="vol2"), {"/vol2/alice"}),
        (Choice(users=("nobody",)), set()),
        (Choice(volume="vol9"), set()),
    ],
)
def test_users_and_volumes_can_be_chosen(store, now, choice, chosen):
    for owner, volume in (("alice", "vol1"), ("alice", "vol2"), ("ben", "vol1")):
        new_area(owner, now, volume)
    assert open_scans(now, choice=choice) == len(chosen)
    assert {scan.area.path for scan in ScanRow.select()} == chosen


def test_what_was_scanned_after_a_time_can_be_left_out(store, now):
    new_area("alice", now)
    answer(measured(one_order(now), 1), now)
    assert open_scans(now + HOUR, choice=Choice(not_since=now - SECOND)) == 0
    assert open_scans(now + HOUR, choice=Choice(not_since=now)) == 1


def test_more_areas_than_one_batch_are_opened_at_once(store, now, monkeypatch):
    monkeypatch.setattr(scans, "BATCH", 3)
    for number in range(8):
        new_area(f"user{number}", now)
    assert open_scans(now, count=7) == 7
    assert open_scans(now) == 1
    assert SliceRow.select().count() == 8


def test_two_callers_at_once_never_open_two_scans_of_one_area(store, now):
    for number in range(20):
        new_area(f"user{number}", now)
    opened = together([lambda: open_scans(now)] * 4)
    assert sum(opened) == 20
    assert ScanRow.select().count() == SliceRow.select().count() == 20
    assert {scan.area.id for scan in ScanRow.select()} == {area.id for area in AreaRow.select()}


def test_callers_at_once_that_want_one_each_take_different_areas(store, now):
    for number in range(6):
        new_area(f"user{number}", now)
    assert together([lambda: open_scans(now, count=1)] * 4) == [1] * 4
    assert len({scan.area.id for scan in ScanRow.select()}) == 4


# Claiming orders


def test_an_order_says_all_that_a_scanner_needs(store, now):
    new_area("alice", now)
    moment = now + timedelta(microseconds=5)
    assert scans.open_scans(ALL_AREAS, None, Clock.MTIME, moment) == 1
    (order,) = orders.claim_orders(moment, budget=7.5, one_file_system=False)
    assert order == ScanOrder(
        order.scan_id, order.slice_id, b"/vol1/alice", (b"",), now, Clock.MTIME, 7.5, one_file_system=False
    )


def test_a_scan_is_as_of_the_time_when_its_first_order_goes_out(store, now):
    area = new_area("alice", now)
    open_scans(now)
    later = now + 5 * HOUR
    (order,) = claim(later)
    assert order.as_of == later
    assert claim(later + HOUR) == [replace(order, again=True)]
    answer(measured(order, 5, remaining=(b"a",)), later + HOUR)
    (rest,) = claim(later + 2 * HOUR)
    assert rest.as_of == later
    answer(measured(rest, 5), later + 3 * HOUR)
    assert (ScanRow.get().state, ScanRow.get().as_of, AreaRow.get_by_id(area.id).last_scanned) == (
        "whole",
        later,
        later,
    )


def test_an_order_is_claimed_by_one_of_many(store, now):
    for number in range(10):
        new_area(f"user{number}", now)
    open_scans(now)
    claimed = [order.slice_id for orders in together([lambda: claim(now)] * 4) for order in orders]
    assert len(claimed) == len(set(claimed)) == 10


def test_what_belongs_to_a_scan_that_is_locked_is_left_for_the_next_time(postgres_url, now):
    database.prepare(postgres_url)
    with database.connected():
        migrate.upgrade()
        new_area("alice", now)
        new_area("bob", now)
        open_scans(now)
        with psycopg.connect(postgres_url) as somebody:  # who answers another slice of it, say
            somebody.execute(
                "SELECT 1 FROM scan JOIN area ON area.id = area_id WHERE path LIKE '%alice' FOR UPDATE OF scan"
            )
            db.execute_sql("SET lock_timeout = '2s'")
            assert [root.rpartition(b"/")[2] for root in roots(claim(now))] == [b"bob"]
        assert [root.rpartition(b"/")[2] for root in roots(claim(now))] == [b"alice"]


def test_an_order_without_an_answer_is_sent_again_after_its_lease_which_doubles(store, now):
    new_area("alice", now)
    first = one_order(now)
    for lease in (30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 12 * HOUR):
        assert claim(now + lease - SECOND) == []
        now += lease
        assert claim(now) == [replace(first, again=True)]


def test_an_order_that_could_not_be_sent_is_due_at_once(store, now):
    new_area("alice", now)
    new_area("ben", now)
    open_scans(now)
    due = orders.claim_orders(now, 60, True)
    orders.settle(due, 1, now)
    assert claim(now) == [replace(due[1], again=True)]


def test_an_order_whose_sender_died_is_sent_again_within_minutes(store, now):
    new_area("alice", now)
    open_scans(now)
    due = orders.claim_orders(now, 60, True)
    assert claim(now + MINUTE - SECOND) == []
    assert claim(now + MINUTE) == [replace(due[0], again=True)]
    assert claim(now + MINUTE + HOUR - SECOND) == [], "sent now, it has its whole lease"


def test_only_so_many_orders_are_under_way_at_once(store, now, monkeypatch):
    monkeypatch.setattr(orders, "IN_FLIGHT", 3)
    for number in range(5):
        new_area(f"user{number}", now)
    open_scans(now)
    first = claim(now)
    assert len(first) == 3
    assert claim(now) == []
    answer(measured(first[0], 1), now)
    second = claim(now)
    assert len(second) == 1
    assert roots(claim(now + 30 * MINUTE)[:2]) == roots(first[1:])


# Answers


def test_a_scan_of_one_slice_is_whole_with_its_answer(store, now):
    area = new_area("alice", now)
    order = one_order(now)
    later = now + MINUTE
    scan = answer(measured(order, 500, files=3), later)
    assert scan is not None
    kept, area = ScanRow.get(), AreaRow.get_by_id(area.id)
    assert (kept.state, kept.size, kept.files, kept.complete, kept.slices) == ("whole", 500, 3, True, 1)
    assert (kept.as_of, kept.ended_at) == (now, later)
    assert (area.last_scanned, area.last_attempt, area.last_scan) == (now, now, kept.id)
    assert SliceRow.select().count() == 0


def test_a_scan_that_could_not_read_all_is_incomplete(store, now):
    new_area("alice", now)
    answer(measured(one_order(now), 500, readable=False), now)
    assert (ScanRow.get().state, ScanRow.get().complete) == ("whole", False)


def test_the_same_answer_a_second_time_changes_nothing(store, now):
    new_area("alice", now)
    result = measured(one_order(now), 500, remaining=(b"a", b"b"))
    assert answer(result, now) is not None
    before = everything()
    assert answer(result, now + HOUR) is None
    assert everything() == before
    for order in claim(now):
        answer(measured(order, 1), now)
    before = everything()
    assert answer(result, now + HOUR) is None
    assert everything() == before


def test_of_two_different_answers_to_one_order_the_first_counts(store, now):
    new_area("alice", now)
    order = one_order(now)
    answer(measured(order, 500, remaining=(b"late",)), now)
    assert answer(measured(order, 800), now) is None
    (rest,) = claim(now)
    answer(measured(rest, 300), now)
    assert ScanRow.get().size == 800
    assert ScanRow.get().state == "whole"


def test_what_remains_is_ordered_from_several_hands(store, now):
    new_area("alice", now)
    remaining = tuple(b"dir%d" % number for number in range(20))
    answer(measured(one_order(now), 5, remaining=remaining), now)
    assert ScanRow.get().state == "open"
    orders = claim(now)
    assert len(orders) == slices.SHARERS
    ordered = [path for order in orders for path in order.directories]
    assert sorted(ordered) == sorted(remaining)
    assert {len(order.directories) for order in orders} == {2, 3}
    assert {(order.scan_id, order.root, order.as_of) for order in orders} == {
        (ScanRow.get().id, b"/vol1/alice", now)
    }


def test_a_scan_is_not_divided_among_more_hands_than_there_are(store, now):
    new_area("alice", now)
    answer(measured(one_order(now), 5, remaining=[b"d%d" % n for n in range(slices.SHARERS)]), now)
    one, *_others = claim(now)
    inside = [one.directories[0] + b"/%d" % number for number in range(5)]
    answer(measured(one, 5, remaining=inside), now)
    assert SliceRow.select().count() == slices.SHARERS
    (again,) = claim(now)
    assert list(again.directories) == inside


def test_a_scan_in_many_slices_is_the_sum_of_all_of_them(store, now):
    area = new_area("alice", now)
    total, files = 0, 0
    answers = [measured(one_order(now), 7, files=2, remaining=(b"a", b"b", b"c"))]
    parts = 0
    while answers:
        result = answers.pop()
        total, files, parts = total + result.usage.size, files + result.usage.files, parts + 1
        answer(result, now + parts * MINUTE)
        for order in claim(now + parts * MINUTE):
            (directory,) = order.directories
            deeper = (directory + b"/x",) if directory.count(b"/") < 2 else ()
            answers.append(measured(order, 10**parts, files=parts, remaining=deeper))
    kept = ScanRow.get()
    assert (
        (kept.state, kept.size, kept.files, kept.slices)
        == ("whole", total, files, parts)
        == ("whole", total, files, 10)
    )
    assert kept.seconds == pytest.approx(1.0)
    assert AreaRow.get_by_id(area.id).last_scanned == now


def test_answers_that_come_at_once_are_all_counted(store, now):
    new_area("alice", now)
    answer(measured(one_order(now), 1, remaining=[b"d%d" % n for n in range(8)]), now)
    results = [measured(order, 10**n) for n, order in enumerate(claim(now), start=1)]
    states = together([lambda result=result: answer(result, now).state for result in results])
    assert sorted(states) == ["open"] * 7 + ["whole"]
    assert ScanRow.get().size == sum(10**n for n in range(9))
    assert ScanRow.get().slices == 9


def test_one_answer_that_comes_twice_at_once_is_counted_once(store, now):
    new_area("alice", now)
    result = measured(one_order(now), 5, remaining=(b"a",))
    taken = together([lambda: answer(result, now) is not None] * 4)
    assert sorted(taken) == [False, False, False, True]
    assert (ScanRow.get().slices, SliceRow.select().count()) == (1, 1)


def test_a_failure_ends_the_scan_and_leaves_what_was_known(store, now):
    area = new_area("alice", now)
    answer(measured(one_order(now), 500), now)
    before = AreaRow.get_by_id(area.id)
    later = now + DAY
    order = one_order(later)
    answer(measured(order, 1, remaining=(b"a", b"b")), later)
    one, other = claim(later)
    scan = answer(replace(measured(one, 0), failure="the area is a link"), later)
    assert scan is not None
    assert (scan.state, scan.failure, scan.ended_at) == ("failed", "the area is a link", later)
    assert SliceRow.select().count() == 0
    assert answer(measured(other, 5), later) is None
    after = AreaRow.get_by_id(area.id)
    assert (after.last_scanned, after.last_scan) == (before.last_scanned, before.last_scan)
    assert after.last_attempt == later
    assert [failed.area.path for failed in scans.failures(None, 9)] == ["/vol1/alice"]
    answer(measured(one_order(later + HOUR), 5), later + HOUR)
    assert scans.failures(None, 9) == []


# Answers that nobody should send


def test_directories_beside_each_other_may_all_remain(store, now):
    new_area("alice", now)
    beside = (b"a/x", b"a/x-", b"a/x!/y", b"ab")
    answer(measured(one_order(now), 1, remaining=beside), now)
    assert sorted(path for order in claim(now) for path in order.directories) == sorted(beside)


def bad(name: str, order: ScanOrder) -> SliceResult:
    good = measured(order, 5)
    return {
        "all of it remains": replace(good, remaining=order.directories),
        "more than all of it remains": replace(good, remaining=(*order.directories, b"a/x")),
        "another directory": replace(good, remaining=(b"c",)),
        "a directory whose name begins the same": replace(good, remaining=(b"ab",)),
        "the area itself": replace(good, remaining=(b"",)),
        "one inside another": replace(good, remaining=(b"a/x/y/z", b"a/x-", b"a/x!/y", b"a/x")),
        "one twice": replace(good, remaining=(b"a/x", b"b/x", b"a/x")),
        "another time": replace(good, usage=Usage(order.as_of + SECOND)),
        "another clock": replace(good, usage=Usage(order.as_of, Clock.MTIME)),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "all of it remains",
        "more than all of it remains",
        "another directory",
        "a directory whose name begins the same",
        "the area itself",
        "one inside another",
        "one twice",
        "another time",
        "another clock",
    ],
)
def test_an_answer_that_does_not_fit_its_order_is_refused_and_changes_nothing(store, now, name):
    new_area("alice", now)
    answer(measured(one_order(now), 5, remaining=(b"a", b"b")), now)
    one = next(order for order in claim(now) if order.directories == (b"a",))
    before = everything()
    with pytest.raises(BadMessage):
        answer(bad(name, one), now + HOUR)
    assert everything() == before
    assert answer(measured(one, 5), now + HOUR) is not None


@pytest.mark.parametrize("foreign", ["scan", "slice", "both", "mixed"])
def test_an_answer_to_an_order_that_was_never_given_is_left_alone(store, now, foreign):
    new_area("alice", now)
    new_area("ben", now)
    open_scans(now)
    one, other = claim(now)
    strange = {
        "scan": replace(measured(one, 5), scan_id=str(uuid4())),
        "slice": replace(measured(one, 5), slice_id=str(uuid4())),
        "both": replace(measured(one, 5), scan_id=str(uuid4()), slice_id=str(uuid4())),
        "mixed": replace(measured(one, 5), slice_id=other.slice_id),
    }[foreign]
    before = everything()
    assert answer(strange, now) is None
    assert everything() == before


def test_the_summary_of_a_hostile_tree_comes_back_byte_for_byte(store, now):
    new_area("alice", now)
    order = one_order(now)
    name = b"\x1b[2J\n\xff\\<b>"
    usage = Usage(
        order.as_of,
        total=Tally.of(1, 2**60, 2**90),
        by_directory={name: Tally.of(1, 2**60)},
        largest=(Entry(2**90, 2**60, name),),
        errors={"permission": Errors(2, (name,))},
    )
    remaining = (name, name + b"/deeper")[:1]
    answer(replace(measured(order, 0), usage=usage, remaining=remaining), now)
    (rest,) = claim(now)
    assert rest.directories == remaining
    assert load_usage(ScanRow.get().usage) == usage


def test_sparse_files_of_more_bytes_than_a_column_holds_are_counted_all_the_same(store, now):
    new_area("alice", now)
    largest = 2**63 - 1

    def sparse(order: ScanOrder, **more: Any) -> SliceResult:
        return replace(
            measured(order, 0, **more), usage=Usage(order.as_of, total=Tally.of(1, largest, allocated=0))
        )

    answer(sparse(one_order(now), remaining=(b"a",)), now)
    (rest,) = claim(now)
    answer(sparse(rest), now)
    assert (ScanRow.get().state, ScanRow.get().size) == ("whole", largest)
    assert load_usage(ScanRow.get().usage).size == 2 * largest


@pytest.mark.parametrize(
    ("taken", "files", "capacity", "why"),
    [
        (
            9 * 10**18,
            1,
            "2 PB",
            "the scanner says 9 EB on disk, but the volume holds 2 PB; if it has grown, change",
        ),
        (2 * 10**15 + 1, 1, "2 PB", "but the volume holds 2 PB"),
        (2**63, 1, None, "but no volume holds so much"),
        (0, 2**62, None, "files, more than any volume holds"),
    ],
)
def test_more_than_the_volume_can_hold_is_a_failed_scan(store, tmp_path, now, taken, files, capacity, why):
    volume = {"name": "vol1", "path": "/vol1"} | ({"capacity": capacity} if capacity else {})
    facility, area = Facility.at(tmp_path, volumes=[volume]), new_area("alice", now)
    order = order_for(area, now)
    part = Usage(order.as_of, total=Tally.of(files, 0))
    facility.record(replace(measured(order, 0, remaining=(b"a",)), usage=part), now)
    (rest,) = claim(now)
    last = Usage(order.as_of, total=Tally.of(files, 0, allocated=taken))
    facility.record(replace(measured(rest, 0), usage=last), now)
    scan = ScanRow.get()
    assert (scan.state, scan.size, AreaRow.get().last_scan) == ("failed", 0, None)
    assert why in scan.failure
    assert SliceRow.select().count() == 0
    assert MessageRow.select().count() == 0


def test_what_fills_the_whole_volume_is_believed(store, tmp_path, now):
    volume = {"name": "vol1", "path": "/vol1", "capacity": "2 PB"}
    facility, area = Facility.at(tmp_path, volumes=[volume]), new_area("alice", now)
    facility.scan(area, 2 * 10**15, now)
    assert (ScanRow.get().state, ScanRow.get().allocated) == ("whole", 2 * 10**15)


# Giving up


def test_a_scan_without_progress_for_a_day_is_given_up(store, now):
    area = new_area("alice", now)
    order = one_order(now)
    assert answers.give_up(now + DAY - SECOND) == []
    assert answers.give_up(now + DAY) == ["/vol1/alice"]
    assert answers.give_up(now + DAY) == []
    assert (ScanRow.get().state, ScanRow.get().failure) == ("failed", "no scanner answered for a day")
    assert AreaRow.get_by_id(area.id).last_scanned is None
    assert answer(measured(order, 5), now + DAY) is None
    assert open_scans(now + DAY) == 1


def test_a_scan_that_waits_for_its_turn_is_not_given_up(store, now, monkeypatch):
    monkeypatch.setattr(orders, "IN_FLIGHT", 1)
    new_area("alice", now)
    new_area("ben", now)
    open_scans(now)
    claim(now)
    assert answers.give_up(now + DAY) == ["/vol1/alice"]
    (order,) = claim(now + DAY)
    assert order.root == b"/vol1/ben"
    assert answers.give_up(now + 2 * DAY - SECOND) == []
    assert answers.give_up(now + 2 * DAY) == ["/vol1/ben"]


def test_a_scan_that_moves_is_never_given_up_however_long_it_takes(store, now):
    new_area("alice", now)
    order = one_order(now)
    for day in range(1, 6):
        moment = now + day * 23 * HOUR
        assert answers.give_up(moment) == []
        deeper = order.directories[0] + b"/x" if order.directories != (b"",) else b"x"
        answer(measured(order, 1, remaining=(deeper,)), moment)
        (order,) = claim(moment)
    assert ScanRow.get().state == "open"


def test_history_holds_the_whole_scans_before_a_time_oldest_first(store, now):
    area = new_area("alice", now)
    for days, size in ((4, 40), (3, 30), (2, 20), (1, 10)):
        moment = now - days * DAY
        result = measured(one_order(moment), size, readable=days != 3)
        answer(replace(result, failure="away") if days == 2 else result, moment)
    past = scans.past(area, before=now - DAY)
    assert [(it.as_of, it.size, it.complete) for it in past] == [
        (now - 4 * DAY, 40, True),
        (now - 3 * DAY, 30, False),
    ]
    assert len(scans.past(area, before=now)) == 3


def test_history_is_the_latest_thousand_scans(store, now, monkeypatch):
    monkeypatch.setattr(scans, "HISTORY", 2)
    area = new_area("alice", now)
    for days in (3, 2, 1):
        answer(measured(one_order(now - days * DAY), days), now - days * DAY)
    assert [it.size for it in scans.past(area, before=now)] == [2, 1]


def test_orders_of_a_broker_that_died_with_its_process_are_due_again(store, now):
    new_area("alice", now)
    order = one_order(now)
    assert claim(now) == []
    orders.release_all()
    assert claim(now) == [replace(order, again=True)]


# Out of turn


def test_what_is_urgent_goes_before_all_others_and_so_does_the_rest_of_it(store, now):
    for number in range(3):
        new_area(f"user{number}", now)
    last = new_area("alice", now)
    open_scans(now)
    scans.hasten([last.id], Clock.ARRIVAL, now)
    first, *_others = claim(now)
    assert first.root == b"/vol1/alice"
    new_area("ben", now)
    open_scans(now)
    answer(measured(first, 1, remaining=(b"a", b"b")), now + SECOND)
    assert [order.root for order in claim(now + SECOND)] == [b"/vol1/alice", b"/vol1/alice", b"/vol1/ben"]


def test_what_is_urgent_is_sent_however_many_are_under_way(store, now, monkeypatch):
    monkeypatch.setattr(orders, "IN_FLIGHT", 2)
    for number in range(4):
        new_area(f"user{number}", now)
    open_scans(now)
    assert len(claim(now)) == 2
    scans.hasten([new_area("alice", now).id], Clock.ARRIVAL, now)
    assert [order.root for order in claim(now)] == [b"/vol1/alice"]
    assert claim(now) == []


def test_urgent_ones_take_the_room_of_the_others(store, now, monkeypatch):
    monkeypatch.setattr(orders, "IN_FLIGHT", 3)
    for number in range(4):
        new_area(f"user{number}", now)
    open_scans(now)
    scans.hasten([new_area("alice", now).id, new_area("ben", now).id], Clock.ARRIVAL, now)
    *urgent, other = roots(claim(now))
    assert (sorted(urgent), other) == ([b"/vol1/alice", b"/vol1/ben"], b"/vol1/user0")
    assert claim(now) == []


def test_of_more_urgent_ones_than_may_be_under_way_the_rest_goes_out_next(store, now, monkeypatch):
    monkeypatch.setattr(orders, "IN_FLIGHT", 2)
    urgent = [new_area(name, now).id for name in ("alice", "ben", "cleo")]
    new_area("dan", now)
    open_scans(now)
    scans.hasten(urgent, Clock.ARRIVAL, now)
    first, second, third = (roots(claim(now)) for _ in range(3))
    assert (len(first), len(second), third) == (2, 1, [])
    assert {*first, *second} == {b"/vol1/alice", b"/vol1/ben", b"/vol1/cleo"}


def test_an_area_cleaned_up_while_it_was_scanned_is_scanned_again_at_once_and_once(store, now):
    area = new_area("alice", now)
    order = one_order(now)
    asked = now + MINUTE
    AreaRow.update(rescan_asked_at=asked).execute()
    scans.hasten([area.id], Clock.ARRIVAL, asked)
    assert ScanRow.select().count() == 1
    answer(measured(order, 5), asked + MINUTE)
    assert [scan.state for scan in ScanRow.select().order_by(ScanRow.as_of)] == ["whole", "open"]
    (again,) = claim(asked + MINUTE)
    answer(measured(again, 3), asked + 2 * MINUTE)
    assert ScanRow.select().where(ScanRow.state == "open").count() == 0


def test_a_scan_that_had_not_begun_when_it_was_asked_for_is_not_repeated(store, now):
    area = new_area("alice", now)
    open_scans(now)
    asked = now + MINUTE
    AreaRow.update(rescan_asked_at=asked).execute()
    scans.hasten([area.id], Clock.ARRIVAL, asked)
    (order,) = claim(asked)
    answer(measured(order, 5), asked + MINUTE)
    assert [scan.state for scan in ScanRow.select()] == ["whole"]
