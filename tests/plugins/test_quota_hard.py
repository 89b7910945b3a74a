from datetime import UTC, datetime
from typing import Any

import pytest
import xfc_notify_quota_hard
from pydantic import ValidationError

from xfc_notify import Finding, Level
from xfc_notify.testing import check_plugin, sample_area, sample_usage

TB = 10**12
AREA = sample_area(hard_quota=40 * TB)
Settings: Any = xfc_notify_quota_hard.settings_model()


def judged(size: int, hard_quota: int = 40 * TB, **settings: float) -> Finding:
    area = sample_area(hard_quota=hard_quota)
    (finding,) = xfc_notify_quota_hard.evaluate(area, sample_usage(size), Settings(**settings))
    return finding


def test_the_plugin_keeps_the_contract() -> None:
    check_plugin(xfc_notify_quota_hard)
    check_plugin(xfc_notify_quota_hard, {"notice": 0.5, "warning": 0.95})


@pytest.mark.parametrize(
    ("size", "level"),
    [
        (0, Level.OK),
        (32 * TB - 1, Level.OK),
        (32 * TB, Level.NOTICE),
        (36 * TB - 1, Level.NOTICE),
        (36 * TB, Level.WARNING),
        (40 * TB - 1, Level.WARNING),
        (40 * TB, Level.WARNING),
        (40 * TB + 1, Level.OVER),
        (2**63 - 1, Level.OVER),
        (2**70, Level.OVER),
    ],
)
def test_equal_to_the_quota_is_not_over_and_one_byte_more_is(size: int, level: Level) -> None:
    assert judged(size).level is level


def test_a_byte_over_a_quota_beyond_the_precision_of_floats_is_over() -> None:
    quota = 2**62 + 1
    assert judged(quota, quota).level is Level.WARNING
    assert judged(quota + 1, quota).level is Level.OVER


def test_the_thresholds_are_those_of_the_settings_and_go_with_the_finding() -> None:
    assert [judged(size * TB, notice=0.5, warning=0.6).level for size in (19, 20, 24)] == [
        Level.OK,
        Level.NOTICE,
        Level.WARNING,
    ]
    assert judged(0, notice=0.5, warning=0.6).thresholds == (0.5, 0.6, 1.0)


def test_the_finding_gives_the_exact_figures_and_no_day() -> None:
    finding = judged(3 * TB + 7)
    assert (finding.used, finding.limit, finding.unit) == (3 * TB + 7, 40 * TB, "bytes")
    assert (finding.title, finding.due, finding.policy) == ("hard quota", None, None)


def test_the_time_since_the_files_came_does_not_matter() -> None:
    old = sample_usage(TB, byte_days=9e20, as_of=datetime(2026, 3, 2, tzinfo=UTC))
    (finding,) = xfc_notify_quota_hard.evaluate(AREA, old, Settings())
    assert finding.level is Level.OK


@pytest.mark.parametrize(
    "table",
    [
        {"notice": 0.9},
        {"notice": 0.95, "warning": 0.85},
        {"warning": 1.0},
        {"notice": 0},
        {"notice": 80},
        {"notice": float("nan")},
        {"notise": 0.8},
    ],
)
def test_impossible_thresholds_are_refused(table: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
