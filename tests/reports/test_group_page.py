"""What the page of a group says of its quotas and what lies ahead; when its course can be drawn."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xfc_notify.domain import Level
from xfc_notify.notify.words.language import language
from xfc_notify.reports import plots
from xfc_notify.reports.course import StandingView
from xfc_notify.reports.group_page import figures, outlook

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ENGLISH = language("en", "UTC", pages=True)
TB = 10**12
LAB = StandingView(
    "one",
    "lab",
    5,
    "ada",
    NOW,
    8 * TB,
    50,
    10 * TB,
    None,
    "lfs",
    NOW,
    0.0,
    Level.NOTICE,
    NOW + 4 * DAY,
    None,
    {},
)


@pytest.mark.parametrize(
    ("change", "first", "said"),
    [
        ({}, NOW - 2 * DAY, [
            "At the pace since Saturday 28 February (UTC), the quota will be full on Friday 6 March (UTC)."
        ]),
        ({"full_at": NOW - DAY}, NOW - 2 * DAY, [
            "At the pace since Saturday 28 February (UTC), the quota has been full since Sunday 1 March (UTC);"
            " newer data are not there yet."
        ]),
        ({"full_at": None}, NOW - 2 * DAY, [
            "At the pace since Saturday 28 February (UTC), the quota will not be full within five years."
        ]),
        ({"quota_files": 100}, NOW - DAY, [
            "At the pace since Sunday 1 March (UTC), the quota will be full on Friday 6 March (UTC).",
            "At the pace since Sunday 1 March (UTC), the quota of files will not be full within five years.",
        ]),
        ({"bytes": 10 * TB}, NOW - DAY, []),
        ({}, None, ["There is one capture only: a forecast needs two."]),
        ({"quota": None}, NOW - DAY, ["No quota is known, so there is no forecast."]),
    ],
)  # fmt: skip
def test_what_lies_ahead_is_told_with_what_it_rests_on(
    change: dict[str, Any], first: datetime | None, said: list[str]
) -> None:
    assert outlook(replace(LAB, **change), first, ENGLISH, NOW) == said


def test_what_is_used_is_told_of_bytes_and_files() -> None:
    size, files = figures(replace(LAB, quota_files=40), ENGLISH)
    assert (size.used, size.percent, size.level, size.bar) == ("8 TB of 10 TB", "80 %", Level.NOTICE, 80)
    assert (files.used, files.percent, files.level, files.bar) == (
        "50 files of 40 files",
        "125 %",
        Level.OVER,
        100,
    )
    size, _ = figures(replace(LAB, quota=None), ENGLISH)
    assert (size.used, size.percent, size.level, size.bar) == ("8 TB", "", Level.OK, None)


def test_a_course_needs_three_captures_over_two_days_within_ninety() -> None:
    def of(*days: float) -> int:
        return len(plots.recent([(NOW - day * DAY, 1, 1) for day in days]))

    assert [of(2, 1, 0), of(1.9, 1, 0), of(2, 0), of(0), of(200, 100, 0), of(200, 90, 50, 0)] == [
        3,
        0,
        0,
        0,
        0,
        3,
    ]
    assert len(plots.recent([])) == 0


def test_a_drawing_of_old_data_calls_no_day_today() -> None:
    points = [(NOW - day * DAY, (10 - day) * TB, 5) for day in (9, 5, 2, 0)]
    words = {
        when: [word for _, word in plots.drawing(LAB, points, ENGLISH, when).days]
        for when in (NOW, NOW + 20 * DAY)
    }
    assert words[NOW][-1] == "today"
    assert words[NOW + 20 * DAY][-1] == "2 Mar"
    (line,) = plots.drawing(replace(LAB, quota=None), points, ENGLISH, NOW).lines
    assert line.points[0] == (-9.0, 10.0)
    assert line.points[-1] == (0.0, 100.0)
