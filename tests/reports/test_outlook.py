"""Where the use of a group leads: the values of the programs before."""

from datetime import UTC, datetime, timedelta

import pytest

from xfc_notify.domain import Level
from xfc_notify.reports import outlook

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def points(*found: tuple[float, float]) -> list[tuple[datetime, float]]:
    """Days before now, and the amount."""
    return [(NOW - timedelta(days=days), amount) for days, amount in found]


def test_the_values_of_the_growth_that_was_built_before() -> None:
    course = points((10, 60), (5, 70), (0, 80))
    assert outlook.ahead(course, 3) == pytest.approx(86)
    assert outlook.ahead(course, 7) == pytest.approx(94)


def test_only_the_last_three_points_count() -> None:
    assert outlook.ahead(points((90, 0), (10, 60), (5, 70), (0, 80)), 3) == pytest.approx(86)


def test_points_of_one_time_or_a_single_one_forecast_what_is_there() -> None:
    assert outlook.ahead(points((0, 60), (0, 80)), 7) == 80
    assert outlook.ahead(points((0, 80)), 7) == 80


def test_the_date_on_which_a_quota_is_full() -> None:
    assert outlook.full_date(points((1, 5), (0, 20)), 100) == NOW + timedelta(days=5, hours=8)
    assert outlook.full_date(points((2, 0), (1, 5), (0, 5)), 100) == NOW + timedelta(days=38)
    assert outlook.full_date(points((1, 5), (0, 100)), 100) == NOW
    assert outlook.full_date(points((2, 5), (1, 9), (0, 5)), 100) is None
    assert outlook.full_date(points((0, 5)), 100) is None
    assert outlook.full_date(points((1, 5), (0, 6)), 0) is None


def test_a_date_more_than_five_years_ahead_is_none() -> None:
    course = points((1, 0), (0, 1))
    assert outlook.full_date(course, 1 + 5 * 365) == NOW + timedelta(days=5 * 365)
    assert outlook.full_date(course, 1 + 5 * 365 + 0.1) is None


@pytest.mark.parametrize(
    ("now_used", "then", "days", "level"),
    [
        (77, 80, 3, 0),
        (77, 80.5, 3, 1),
        (82, 85, 3, 1),
        (82, 85.5, 3, 2),
        (80, 85, 7, 0),
        (80, 86, 7, 1),
        (60, 96, 7, 2),
    ],
)
def test_a_share_must_be_passed(
    monkeypatch: pytest.MonkeyPatch, now_used: float, then: float, days: int, level: int
) -> None:
    course = points((1, now_used - (then - now_used) / days), (0, now_used))
    monkeypatch.setattr(outlook, "SHARES", {days: outlook.SHARES[days]})
    assert outlook.worst(course, 100 + 1e-7) == (Level(level), days, pytest.approx(then))


def test_96_percent_in_seven_days_is_a_warning() -> None:
    assert outlook.worst(points((7, 64), (0, 80)), 100) == (Level.WARNING, 7, pytest.approx(96))


def test_without_a_quota_or_growth_all_is_well() -> None:
    assert outlook.worst(points((1, 0), (0, 1000)), 0)[0] is Level.OK
    assert outlook.worst(points((1, 99), (0, 99)), 100)[0] is Level.OK
