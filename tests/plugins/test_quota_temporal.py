from datetime import datetime, timedelta
from fractions import Fraction
from math import inf, nextafter
from typing import Any

import pytest
import xfc_notify_quota_temporal
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from xfc_notify_quota_temporal.amounts import usage_from_history

from xfc_notify import Finding, Level, PastScan, Tally, Usage
from xfc_notify.forecast import day_of_passing
from xfc_notify.testing import DAY, NOW, check_plugin, sample_area, sample_usage

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
    assert usage_from_history([(NOW + timedelta(hours=h), size) for h, size in hours_and_sizes]) == byte_days


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
def test_history_never_counts_more_than_what_is_there_now_for_the_whole_time(sizes: list[int]) -> None:
    used = usage_from_history([(NOW + DAY * day, size) for day, size in enumerate(sizes)])
    assert sizes[-1] <= used <= sizes[-1] * len(sizes)


def usage_at(time: datetime, used: int, size: int) -> Fraction:
    """The exact temporal usage at a time from now on, if nothing changes."""
    return used + size * Fraction((time - NOW) // MICROSECOND, DAY // MICROSECOND)


@given(st.integers(0, 10**15), st.integers(1, 10**14), st.integers(0, 10**15))
def test_the_quota_is_passed_exactly_on_the_day_that_is_named(used: int, size: int, left: int) -> None:
    limit = used + left
    due = day_of_passing(used, limit, size, NOW, far=36_500)
    if left / size >= 365 * 100:
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
    finding = judged(sample_usage(60, 9e9), quota=240, history=daily(100, 100, 40), method="history")
    assert (finding.used, finding.due) == (180, NOW + DAY)


@pytest.mark.parametrize(
    "table",
    [{"method": "guess"}, {"notice": 0.9}, {"warning": 1.5}, {"notice": float("nan")}, {"notise": 0.8}],
)
def test_impossible_settings_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
