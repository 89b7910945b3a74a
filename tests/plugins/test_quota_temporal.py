from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from math import inf, nextafter
from typing import Any

import pytest
import xfc_notify_quota_temporal
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from xfc_notify import Finding, Layers, Level, PastScan, Tally, Usage
from xfc_notify.forecast import day_of_passing
from xfc_notify.testing import DAY, NOW, check_plugin, sample_area, sample_usage
from xfc_notify.usage import Errors

TB = 10**12
DAY_SECONDS = 86_400
MICROSECOND = timedelta(microseconds=1)
Settings: Any = xfc_notify_quota_temporal.settings_model()


def judged(
    usage: Usage, quota: float = 300 * TB, history: tuple[PastScan, ...] = (), **settings: Any
) -> Finding:
    area = sample_area(temporal_quota=quota)
    (finding,) = xfc_notify_quota_temporal.evaluate(area, usage, history, Settings(**settings))
    return finding


def daily(*sizes: int) -> tuple[PastScan, ...]:
    """Scans on successive days, the last one yesterday."""
    first = NOW - DAY * len(sizes)
    return tuple(PastScan(first + DAY * day, size, 0.0, 1) for day, size in enumerate(sizes))


def test_the_plugin_keeps_the_contract() -> None:
    check_plugin(xfc_notify_quota_temporal)
    check_plugin(xfc_notify_quota_temporal, {"notice": 0.5, "warning": 0.6})


def test_two_terabytes_kept_for_seven_days_are_fourteen_terabyte_days() -> None:
    usage = Usage(NOW, total=Tally.of(1, 2 * TB, 2 * TB * 7 * DAY_SECONDS))
    finding = judged(usage)
    assert (finding.used, finding.limit, finding.unit) == (14 * TB, 300 * TB, "byte-days")
    assert finding.title == "temporal quota"


@pytest.mark.parametrize(
    ("byte_seconds", "level"),
    [
        (0, Level.OK),
        (80 * DAY_SECONDS - 1, Level.OK),
        (80 * DAY_SECONDS, Level.NOTICE),
        (90 * DAY_SECONDS, Level.WARNING),
        (100 * DAY_SECONDS, Level.WARNING),
        (100 * DAY_SECONDS + 1, Level.OVER),
    ],
)
def test_equal_to_the_quota_is_not_over_and_one_byte_second_more_is(byte_seconds: int, level: Level) -> None:
    assert judged(Usage(NOW, total=Tally.of(1, 10, byte_seconds)), quota=100).level is level


def test_the_thresholds_are_those_of_the_settings_and_go_with_the_finding() -> None:
    finding = judged(sample_usage(TB, 160 * TB), notice=0.5, warning=0.6)
    assert (finding.level, finding.thresholds) == (Level.NOTICE, (0.5, 0.6, 1.0))


def test_from_history_daily_100_100_40_60_are_180() -> None:
    finding = judged(sample_usage(60, 9e9), history=daily(100, 100, 40), method="history")
    assert finding.used == 180


def test_from_stat_the_history_does_not_matter() -> None:
    assert judged(sample_usage(60, 7.0), history=daily(100, 100, 40)).used == 7


def test_without_any_history_what_is_there_has_been_there_for_a_day() -> None:
    assert judged(sample_usage(60), method="history").used == 60


def test_what_was_once_deleted_does_not_count_any_more() -> None:
    assert judged(sample_usage(60), history=daily(10**6, 10**6, 0), method="history").used == 60


@pytest.mark.parametrize(
    ("hours_and_sizes", "byte_days"),
    [
        ([(0, 100), (12, 100), (24, 100)], 200),
        ([(0, 100), (48, 100)], 300),
        ([(0, 50), (6, 100), (24, 80)], 80 + 80 * 0.75 + 50 * 0.25),
        ([(0, 5), (0, 5)], 5),
    ],
)
def test_scans_count_by_the_time_between_them(
    hours_and_sizes: list[tuple[int, int]], byte_days: float
) -> None:
    assert from_history([(NOW + timedelta(hours=h), size) for h, size in hours_and_sizes]) == byte_days


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
def test_history_never_counts_more_than_what_is_there_now_for_the_whole_time(sizes: list[int]) -> None:
    used = from_history([(NOW + DAY * day, size) for day, size in enumerate(sizes)])
    assert sizes[-1] <= used <= sizes[-1] * len(sizes)


def plainly_from_history(sizes: list[tuple[datetime, int]]) -> float:
    """The formula by itself: Sₙ + Σ min(Sᵢ₋₁, smallest later size) · Δdays, walking backwards."""
    latest, size = sizes[-1]
    total, smallest = float(size), size
    for as_of, earlier in reversed(sizes[:-1]):
        smallest = min(smallest, earlier)
        total += smallest * ((latest - as_of) / DAY)
        latest = as_of
    return total


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_the_layers_add_up_to_what_the_formula_says(scans: list[tuple[int, int]]) -> None:
    times = accumulate(hours for hours, _ in scans)
    sizes = [(NOW + timedelta(hours=time), size) for time, (_, size) in zip(times, scans, strict=True)]
    assert from_history(sizes) == pytest.approx(plainly_from_history(sizes))


def test_a_past_scan_that_could_not_read_everything_takes_nothing_away() -> None:
    sizes = [100] * 6
    whole = daily(*sizes)
    assert judged(sample_usage(100), history=whole, method="history").used == 700
    broken = (*whole[:-1], replace(whole[-1], size=10, complete=False))
    assert judged(sample_usage(100), history=broken, method="history").used == 700
    more = (*whole[:-1], replace(whole[-1], size=150, complete=False))
    assert judged(sample_usage(160), history=more, method="history").used == 700 + 50 + 60 - 50 + 50


def test_of_a_scan_that_could_not_read_everything_what_it_saw_is_counted() -> None:
    assert judged(unread(10), history=daily(*[100] * 6), method="history").used == 70


def unread(size: int) -> Usage:
    return replace(sample_usage(size), errors={"unreadable": Errors(1, (b"closed",))})


def from_history(sizes: list[tuple[datetime, int]]) -> float:
    """As the policy counts it by the sizes of scans, the last one now."""
    *earlier, (now, size) = sizes
    return Layers.of(PastScan(as_of, size, 0.0, 1) for as_of, size in earlier).byte_days(now, size)


def usage_at(time: datetime, used: int, size: int) -> Fraction:
    """The exact temporal usage at a time from now on, if nothing changes."""
    return used + size * Fraction((time - NOW) // MICROSECOND, DAY // MICROSECOND)


@given(st.integers(0, 10**15), st.integers(1, 10**14), st.integers(0, 10**15))
def test_the_quota_is_passed_exactly_on_the_day_that_is_named(used: int, size: int, left: int) -> None:
    limit = used + left
    due = day_of_passing(used, limit, size, NOW)
    if left / size >= 365 * 5:
        assert due is None
        return
    assert due is not None
    assert due >= NOW
    assert usage_at(due - MICROSECOND, used, size) <= limit <= usage_at(due + MICROSECOND, used, size)
    assert usage_at(due + timedelta(seconds=1), used, size) > limit


def test_the_finding_names_the_second_from_which_the_quota_is_passed() -> None:
    usage = Usage(
        NOW, total=Tally.of(1, 10 * TB, 200 * TB * DAY_SECONDS)
    )  # 200 TB·days now, 10 TB more a day
    due = judged(usage).due
    assert due == NOW + DAY * 10

    def then(time: datetime) -> Finding:
        age = int((time - NOW).total_seconds())
        return judged(Usage(time, total=Tally.of(1, 10 * TB, 200 * TB * DAY_SECONDS + 10 * TB * age)))

    assert (then(due).used, then(due).level) == (300 * TB, Level.WARNING)
    assert then(due + timedelta(seconds=1)).level is Level.OVER
    assert then(due - DAY * 3).due == due


def test_at_the_quota_the_day_is_now_and_beyond_it_there_is_none() -> None:
    assert judged(sample_usage(TB, 300 * TB)).due == NOW
    assert judged(sample_usage(TB, 301 * TB)).due is None
    assert day_of_passing(nextafter(100.0, inf), 100.0, 1, NOW) is None


def test_what_will_never_pass_the_quota_has_no_day() -> None:
    assert judged(sample_usage(0)).due is None
    assert day_of_passing(0.0, 1e30, 1, NOW) is None
    assert day_of_passing(0.0, inf, 1, NOW) is None


def test_the_day_is_counted_from_the_scan_and_not_from_when_it_is_judged() -> None:
    earlier = NOW - DAY * 5
    finding = judged(sample_usage(TB, 200 * TB, as_of=earlier))
    assert finding.due == earlier + DAY * 100


def test_the_day_goes_with_the_method_of_counting() -> None:
    finding = judged(sample_usage(60, 9e9), quota=240, method="history")
    assert (finding.used, finding.due, finding.from_history) == (60, NOW + DAY * 3, False)


def lived(*days: tuple[float, float], quota: float = 300, **settings: Any) -> Finding:
    """Judged after scans on successive days that found so many TB and TB·days, the last one now."""
    first = NOW - DAY * (len(days) - 1)
    *earlier, (size, byte_days) = [(round(size * TB), used * TB) for size, used in days]
    past = tuple(PastScan(first + DAY * day, size, used, 1) for day, (size, used) in enumerate(earlier))
    return judged(sample_usage(size, byte_days), quota * TB, past, **settings)


def days_left(finding: Finding) -> float:
    assert finding.due is not None
    assert finding.from_history
    return (finding.due - NOW) / DAY


def test_files_that_are_replaced_are_forecast_as_their_history_went() -> None:
    days = [(20 + 7 * day / 30, 60 + 21 * day / 30) for day in range(31)]
    assert days_left(lived(*days)) == pytest.approx((300 - 81) / 0.7, rel=0.01)


def test_where_nothing_is_deleted_growth_adds_more_from_day_to_day() -> None:
    days = [(10 + day, 10 * day + day**2 / 2) for day in range(15)]  # 24 TB and 238 TB·days now
    left = days_left(lived(*days, quota=500))
    assert 238 + 24 * left + left**2 / 2 == pytest.approx(500)


def test_what_came_two_days_ago_and_stays_adds_its_size_every_day() -> None:
    days = [*((0.1, 0.1 * day) for day in range(20)), (34.6, 2), (34.6, 36.6), (34.6, 71.2)]
    assert days_left(lived(*days)) == pytest.approx((300 - 71.2) / 34.6, rel=0.3)


def test_what_stays_as_it_is_goes_on_by_its_size_every_day() -> None:
    assert days_left(lived(*((5, 5 * day) for day in range(20)))) == pytest.approx((300 - 95) / 5)


def test_where_as_much_goes_as_comes_there_is_no_day() -> None:
    finding = lived(*((10, 60) for _ in range(20)))
    assert (finding.due, finding.from_history) == (None, True)


def test_without_earlier_scans_or_after_a_partial_one_it_is_the_day_if_nothing_is_deleted() -> None:
    alone = lived((10, 60))
    assert (alone.due, alone.from_history) == (NOW + DAY * 24, False)
    past = tuple(replace(scan, temporal_usage=60 * TB) for scan in daily(*[10 * TB] * 9))
    partial = judged(
        replace(unread(10 * TB), total=Tally.of(1, 10 * TB, 60 * TB * DAY_SECONDS)), history=past
    )
    assert (partial.due, partial.from_history) == (NOW + DAY * 24, False)


def test_more_than_five_years_ahead_there_is_no_day() -> None:
    assert lived((0.1, 1), quota=184).due is None
    assert lived((0.1, 1), quota=183).due is not None


@given(st.lists(st.tuples(st.integers(0, 10**15), st.floats(0, 1e18)), min_size=1, max_size=40))
def test_any_history_can_be_forecast(scans: list[tuple[int, float]]) -> None:
    finding = lived(*((size / TB, used / TB) for size, used in scans))
    assert finding.due is None or finding.due >= NOW


@pytest.mark.parametrize(
    "table",
    [{"method": "guess"}, {"notice": 0.9}, {"warning": 1.5}, {"notice": float("nan")}, {"notise": 0.8}],
)
def test_impossible_settings_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
