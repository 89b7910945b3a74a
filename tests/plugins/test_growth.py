from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import xfc_notify_growth
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from xfc_notify_growth.forecast import likely, pace, spaced

from xfc_notify import Finding, Level, PastScan, Tally
from xfc_notify.forecast import FAR, days_to, trend
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import Measurement, step
from xfc_notify.testing import DAY, NOW, check_plugin, sample_area, sample_usage
from xfc_notify.usage import Errors

GB = 10**9
HOUR = timedelta(hours=1)
Settings: Any = xfc_notify_growth.settings_model()


def judged(
    *past: tuple[float, float],
    now: float,
    incomplete: Sequence[float] = (),
    partly: bool = False,
    later: timedelta = timedelta(0),
    **settings: Any,
) -> dict[str | None, Finding]:
    """The findings by policy, for sizes in GB found so many days ago, and now, in an area of 100 GB."""
    history = tuple(
        PastScan(NOW + DAY * days, round(size * GB), 0.0, 1, complete=days not in incomplete)
        for days, size in past
    )
    usage = sample_usage(round(now * GB))
    if partly:
        usage = replace(usage, errors={"unreadable": Errors(1, (b"closed",))})
    found = xfc_notify_growth.evaluate(sample_area(), usage, history, NOW + later, Settings(**settings))
    return {finding.policy: finding for finding in found}


def forecast(*past: tuple[float, float], now: float, **more: Any) -> Finding:
    return judged(*past, now=now, **more)[None]


def share(finding: Finding) -> float:
    return round(finding.used / finding.limit * 100, 6)


def daily(*sizes: float) -> list[tuple[float, float]]:
    """Sizes found on successive days, the last one yesterday."""
    return [(day - len(sizes), size) for day, size in enumerate(sizes)]


def test_the_plugin_keeps_the_contract() -> None:
    check_plugin(xfc_notify_growth)
    check_plugin(xfc_notify_growth, {"notice_in_3_days": 0.5, "soon_days": 100, "window_days": 7})


def test_60_70_and_80_percent_at_five_days_each_come_to_86_in_three_days_and_94_in_seven() -> None:
    in_three = forecast((-10, 60), (-5, 70), now=80, warning_in_7_days=1)
    in_seven = forecast((-10, 60), (-5, 70), now=80, notice_in_3_days=0.98, warning_in_3_days=0.99)
    assert (in_three.ahead, share(in_three), in_three.level) == (3, 86, Level.WARNING)
    assert (in_seven.ahead, share(in_seven), in_seven.level) == (7, 94, Level.NOTICE)
    assert (in_three.unit, in_three.limit, in_three.title) == ("bytes", 100 * GB, "hard quota")


@pytest.mark.parametrize(
    ("before", "now", "level", "ahead"),
    [
        (78, 80, Level.WARNING, 3),  # 86 in 3 days, 94 in 7
        (73, 76, Level.WARNING, 7),  # 97 in 7 days, 85 in 3
        (77.9, 78.7, Level.NOTICE, 3),  # 81.1 in 3 days, 84.3 in 7
        (60, 64, Level.NOTICE, 7),  # 92 in 7 days, 76 in 3
        (70, 72, Level.NOTICE, 7),  # 86 in 7 days, 78 in 3
        (69, 71, Level.OK, 7),  # exactly 85 in 7 days is not above it
        (20, 24, Level.OK, 7),
    ],
)
def test_the_worst_level_counts_whose_threshold_is_passed(
    before: float, now: float, level: Level, ahead: int
) -> None:
    finding = forecast((-1, before), now=now)
    assert (finding.level, finding.ahead) == (level, ahead)


def test_the_thresholds_are_those_of_the_settings() -> None:
    assert forecast((-1, 60), now=62).level is Level.OK
    assert forecast((-1, 60), now=62, notice_in_3_days=0.6).level is Level.NOTICE
    assert forecast((-1, 60), now=62, notice_in_3_days=0.6, warning_in_3_days=0.65).level is Level.WARNING


def test_the_days_since_the_scan_count_too() -> None:
    assert share(forecast((-1, 60), now=64, later=DAY)) == 64 + (7 + 1) * 4


def in_days(ahead: int, *past: tuple[float, float], now: float) -> float:
    """p(3) or p(7) in percent: the other thresholds are out of reach."""
    other = 10 - ahead
    settings = {f"notice_in_{other}_days": 0.999, f"warning_in_{other}_days": 1}
    settings |= {f"notice_in_{ahead}_days": 0.06, f"warning_in_{ahead}_days": 0.07}
    finding = forecast(*past, now=now, soon_days=1825, **settings)
    assert finding.ahead == ahead
    return share(finding)


def test_the_forecast_is_by_the_pace_since_the_scan_before_the_last_one() -> None:
    assert (in_days(3, (-10, 60), (-5, 70), now=80), in_days(7, (-10, 60), (-5, 70), now=80)) == (86, 94)
    assert (in_days(3, (-1, 60), now=64), in_days(7, (-1, 60), now=64)) == (76, 92)
    assert in_days(3, *daily(*[60] * 13), now=78) == 78 + 3 * (78 - 60) / 2
    assert forecast(*daily(*[60] * 13), now=78).level is Level.WARNING


def test_two_scans_of_one_time_forecast_what_is_there() -> None:
    assert share(forecast((0, 60), (-1 / 24, 50), now=64)) == 64


def test_without_a_quota_nothing_is_forecast() -> None:
    history = tuple(PastScan(NOW + DAY * days, size * GB, 0.0, 1) for days, size in daily(60, 70, 80))
    found = xfc_notify_growth.evaluate(
        sample_area(hard_quota=0), sample_usage(90 * GB), history, NOW, Settings()
    )
    assert list(found) == []


@pytest.mark.parametrize(
    ("past", "now", "days"),
    [
        ([(-1, 5)], 20, 5 + 8 / 24),
        ([(-2, 0), (-1, 5)], 5, 38),
        ([(-1, 5)], 5, None),
        ([(-1, 5)], 5.05, 1899),
        ([(-1, 5)], 5.052, 94.948 / 0.052),
    ],
)
def test_the_day_on_which_it_is_full(past: list[tuple[float, float]], now: float, days: float | None) -> None:
    due = forecast(*past, now=now).due
    if days is None or days > FAR:
        assert due is None
    else:
        assert due is not None
        assert (due - NOW) / DAY == pytest.approx(days)


def test_files_are_forecast_as_bytes_are() -> None:
    def found(*counts: int, limit: int = 1000) -> dict[str | None, Finding]:
        *earlier, (_, now) = [(day + 1 - len(counts), count) for day, count in enumerate(counts)]
        history = tuple(PastScan(NOW + DAY * day, GB, 0.0, count) for day, count in earlier)
        usage = replace(sample_usage(GB), total=Tally.of(now, GB))
        findings = xfc_notify_growth.evaluate(sample_area(), usage, history, NOW, Settings(files=limit))
        return {finding.policy: finding for finding in findings}

    files = found(750, 775, 800)["growth_files"]
    assert (files.level, files.ahead, files.used, files.limit) == (Level.WARNING, 7, 975, 1000)
    assert (files.unit, files.title, files.due) == ("files", "file quota", NOW + DAY * 8)
    assert files.facts == {"Growth": "25 files a day"}
    assert found(50, 200)["growth_files"].due == NOW + timedelta(days=5, hours=8)
    assert found(0, 50, 50)["growth_files"].due == NOW + DAY * 38
    assert "growth_files" not in found(750, 775, 800, limit=0)


@pytest.mark.parametrize(
    "past",
    [[], [(-1, 90)], [(-1, 95)], [(-1, 89.9)], [(-3, 92), (-2, 89), (-1, 89)]],
    ids=["no history", "flat", "falling", "hardly growing", "to and fro"],
)
def test_what_does_not_grow_is_the_business_of_the_quota_itself(past: list[tuple[float, float]]) -> None:
    assert all(finding.level is Level.OK for finding in judged(*past, now=90).values())


def test_an_area_that_is_over_already_hears_nothing_of_growth() -> None:
    found = judged((-3, 90), (-2, 95), (-1, 100), now=105)
    assert [finding.level for finding in found.values()] == [Level.OK]
    assert found[None].due is None
    assert forecast((-3, 85), (-2, 90), (-1, 95), now=100).level is Level.WARNING


def test_a_forecast_is_never_over() -> None:
    finding = forecast((-1, 0), now=99)
    assert (finding.level, finding.used) == (Level.WARNING, (99 + 7 * 99) * GB)
    assert forecast((-0.5, 0), now=99, later=DAY * 300).used == 1000 * GB


def test_a_single_copy_is_no_growth_but_days_of_it_are() -> None:
    assert forecast(*daily(*[50] * 28), now=65).level is Level.OK
    assert forecast(*daily(*[50] * 28), now=60).level is Level.OK
    assert forecast(*daily(*[50] * 26, 58, 66), now=74).level is Level.WARNING


def test_whoever_has_just_cleaned_up_is_not_told_of_growth() -> None:
    past = [(-3, 10), (-2, 13), (-1, 35), (-0.01, 43)]
    assert forecast(*past, now=23).level is Level.OK
    assert forecast(*past, now=43).level is Level.WARNING


def test_a_days_pause_does_not_end_what_has_grown_for_weeks() -> None:
    growing = [40 + 1.5 * day for day in range(28)]  # 80.5 yesterday
    assert forecast(*daily(*growing), now=80.6).level is Level.NOTICE
    assert forecast(*daily(*growing), now=60).level is Level.OK


def followed(episode: Episode | None, finding: Finding) -> Episode | None:
    moved = step(episode, "growth", "growth", finding, Measurement.taken(NOW, NOW), NOW)
    return moved.episode if moved else None


def test_an_episode_ends_when_the_forecast_is_clearly_under_or_growth_all_but_stops() -> None:
    began = followed(None, forecast((-10, 60), (-5, 70), now=80))
    assert began is not None
    assert began.level is Level.WARNING

    def level_after(*sizes: float, now: float) -> Level:
        after = followed(began, forecast(*daily(*sizes), now=now))
        assert after is not None
        return after.level

    assert level_after(78, 79, 80, now=80.5) is Level.WARNING  # 83 in 3 days, 86 in 7
    assert level_after(74, 74.4, 74.8, now=75.1) is Level.NOTICE  # too slow to begin with, yet 76 in 3 days
    assert level_after(66, 67, 68, now=69) is Level.OK  # 76 in 7 days
    assert level_after(86, 86, 86, now=86.1) is Level.OK
    assert level_after(98, 99, 100, now=101) is Level.OK  # for the quota to say


def test_scans_within_hours_are_one_point() -> None:
    assert share(forecast((-1 / 24, 50), now=64)) == 64
    assert share(forecast((-1, 60), (-1 / 24, 63.9), now=64)) == 64 + 7 * 4


def test_the_date_is_that_of_a_steady_growth() -> None:
    finding = forecast(*daily(50, 52, 54, 56), now=58)
    assert finding.due == NOW + DAY * 21
    assert finding.facts == {"Growth": "2 GB a day"}


def test_the_date_of_a_steady_growth_counts_whole_scans_alone() -> None:
    assert forecast((-2, 50), now=58).due == NOW + DAY * 10.5
    assert forecast((-2, 50), (-1, 10), now=58, incomplete=[-1]).due == NOW + DAY * 10.5
    assert forecast((-3, 50), (-1, 54), now=10, partly=True).due == NOW + DAY * 45


def test_only_the_scans_of_the_last_weeks_tell_the_date() -> None:
    past = [(-60, 90), (-50, 95), (-3, 10), (-2, 11), (-1, 12)]
    assert forecast(*past, now=13).due == NOW + DAY * 87
    assert forecast(*past, now=13, window_days=100).due is None


@given(st.lists(st.floats(0, 99), min_size=2, max_size=20), st.integers(0, 3))
def test_the_date_never_contradicts_the_forecast_that_is_told(sizes: list[float], quiet: int) -> None:
    finding = forecast(*daily(*sizes, *[sizes[-1]] * quiet), now=sizes[-1])
    if finding.level > Level.OK:
        assert finding.due is not None
        assert finding.ahead is not None
        assert (finding.used > finding.limit) == (finding.due < NOW + DAY * finding.ahead)


def test_a_single_copy_in_weeks_tells_no_date() -> None:
    assert forecast(*daily(*[10] * 20, 50, 50), now=50).due is None
    assert forecast(*daily(*[10] * 20, 50, 50), now=51).due is not None
    assert forecast(*daily(10, 50, 50), now=50).due is not None


def test_flat_falling_and_very_slow_growth_have_no_date() -> None:
    for sizes in ([50, 50, 50], [53, 52, 51], [49.97, 49.98, 49.99]):
        finding = forecast(*daily(*sizes), now=50)
        assert (finding.due, finding.facts) == (None, {})


@given(st.integers(0, 10**18), st.integers(0, 10**18), st.integers(-(10**16), 10**16))
def test_the_day_that_is_named_is_the_day_on_which_it_is_passed(left: int, size: int, growth: int) -> None:
    days = days_to(left, size, growth)
    if days is None:
        assert growth < 0 or size * FAR + growth * FAR**2 / 2 <= left * 1.000001 or left == size == 0
        return
    gained = size * Fraction(days) + growth * Fraction(days) ** 2 / 2
    assert abs(gained - left) <= 1e-6 * max(left, size * days, abs(growth) * days**2, 1)
    assert 0 <= days <= FAR


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=40), st.integers(1, 10**9))
def test_any_history_has_a_pace(sizes: list[int], seconds: int) -> None:
    points = [(NOW + timedelta(seconds=seconds) * place, size) for place, size in enumerate(sizes)]
    assert (trend(points) is None) == (len(points) < 2 or seconds * (len(points) - 1) < 12 * 3600)
    points = spaced(points)
    assert max(abs(pace(points)), abs(likely(points))) <= 2**65


def test_times_far_apart_do_not_stop_it() -> None:
    points = [(datetime.min.replace(tzinfo=NOW.tzinfo), 0), (NOW - DAY * 3, 1), (NOW, 2)]
    assert trend(points) is not None


@pytest.mark.parametrize(
    "table",
    [
        {"notice_in_3_days": 0.9},
        {"warning_in_7_days": 1.5},
        {"soon_days": 0},
        {"window_days": 1},
        {"notise": 1},
    ],
)
def test_impossible_settings_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
