from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import xfc_notify_persistence
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from xfc_notify import Finding, Level, Tally, Usage
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import Change, Measurement, step
from xfc_notify.scan.stat import Stat
from xfc_notify.scan.summary import Summary
from xfc_notify.testing import DAY, NOW, check_plugin, sample_area
from xfc_notify.usage import Clock

GB = 10**9
DAY_SECONDS = 86_400
HOUR = timedelta(hours=1)
Settings: Any = xfc_notify_persistence.settings_model()


def holding(*files: tuple[bytes, float, int]) -> Usage:
    """What a scan measures of files: first-level directory (b"." for none), age in days, size."""
    summary = Summary(NOW, Clock.MTIME)
    for name, age, size in files:
        summary.at([] if name == b"." else [name])
        arrival = round(NOW.timestamp() - age * DAY_SECONDS)
        summary.add(b"file", Stat(0o100644, size, size, 1, 1000, 0, 0, (True, 0), arrival, False, False))
    return summary.usage()


def judged(
    usage: Usage, path: bytes = b"/data/vol1/ada", owner: str = "ada", **settings: Any
) -> Finding | None:
    area = sample_area(path=path, owner=owner)
    found = list(xfc_notify_persistence.evaluate(area, usage, Settings(**settings)))
    assert len(found) <= 1
    return found[0] if found else None


def of_age(days: float, **settings: Any) -> Finding:
    finding = judged(holding((b"raw", days, GB), (b"new", 3, GB)), **settings)
    assert finding is not None
    return finding


def test_the_plugin_keeps_the_contract() -> None:
    check_plugin(xfc_notify_persistence)
    check_plugin(xfc_notify_persistence, {"limit": "30d", "milestones": "5,2", "warning": "1d"})


@pytest.mark.parametrize(
    ("age", "level", "milestone"),
    [
        (334.9, Level.OK, None),
        (335, Level.NOTICE, 30),
        (350.9, Level.NOTICE, 30),
        (351, Level.NOTICE, 14),
        (357.9, Level.NOTICE, 14),
        (358, Level.WARNING, 7),
        (363.9, Level.WARNING, 7),
        (364, Level.WARNING, 1),
        (365, Level.WARNING, 1),
        (365.01, Level.OVER, 1),
        (4000, Level.OVER, 1),
    ],
)
def test_a_notice_from_30_days_before_a_warning_from_7_and_over_when_files_have_passed(
    age: float, level: Level, milestone: int | None
) -> None:
    finding = of_age(age)
    assert (finding.level, finding.milestone) == (level, milestone)
    assert (round(finding.used, 2), finding.limit, finding.unit) == (age, 365, "days")
    assert finding.title == "time limit for files"
    assert finding.due == (None if level is Level.OVER else NOW + DAY * 365 - timedelta(days=finding.used))


def test_the_levels_begin_at_the_days_before_the_limit_and_a_notice_ends_a_week_before_its_begin() -> None:
    finding = of_age(340)
    assert finding.thresholds == pytest.approx((335 / 365, 358 / 365, 1))
    assert finding.left_at == pytest.approx((328 / 365, 358 / 365, 1))
    short = of_age(9.5, limit="10d", milestones=(5, 2), warning="2d")
    assert short.thresholds == pytest.approx((5 / 10, 8 / 10, 1))
    assert short.left_at == pytest.approx((0, 8 / 10, 1))


@pytest.mark.parametrize(("days", "levels"), [(30, [2, 2]), (29, [1, 2])])
def test_a_warning_may_begin_with_the_first_milestone_and_then_there_is_no_notice(
    days: int, levels: list[int]
) -> None:
    assert [of_age(age, warning=f"{days}d").level for age in (335.5, 336.5)] == levels
    assert of_age(334.9, warning=f"{days}d").level is Level.OK


def test_it_is_asked_what_becomes_of_the_files_from_the_first_milestone_on() -> None:
    asked = [of_age(age, move_to="the archive").move_to for age in (330, 336, 400)]
    assert asked == ["", "the archive", "the archive"]
    assert of_age(336).move_to == ""


def test_nothing_is_said_of_young_files_and_empty_areas() -> None:
    assert judged(Usage(NOW)) is None
    assert judged(holding((b"a", 300, GB))) is None
    assert judged(holding((b"a", -5, GB))) is None


def test_it_tells_how_many_files_how_large_and_in_which_directories() -> None:
    usage = holding(
        (b"raw", 358.5, 2 * GB),
        (b"old", 364.5, GB),
        (b"raw", 360, GB),
        (b"new", 300, 9 * GB),
        (b".", 358.1, GB),
    )
    finding = judged(usage)
    assert finding is not None
    assert finding.milestone == 1
    assert finding.facts == {"Older than 365 days within 1 day": "1 file, 1 GB, in old"}
    finding = judged(usage, milestones=(30, 7))
    assert finding is not None
    assert finding.facts == {
        "Older than 365 days within 7 days": "4 files, 5 GB, in old, raw and the top of the area"
    }


def test_directories_beyond_three_are_counted() -> None:
    usage = holding(*((b"d%d" % number, 400 - number, GB) for number in range(9)))
    finding = judged(usage)
    assert finding is not None
    assert finding.facts == {"Older than 365 days": "9 files, 9 GB, in d0, d1, d2 and 6 more directories"}
    pooled = replace(usage, oldest_by_directory={b"": 5, b"d0": 9})
    finding = judged(pooled)
    assert finding is not None
    assert finding.facts["Older than 365 days"].endswith("in d0 and 1 more directory")


def test_without_arrivals_by_directory_no_directories_are_named() -> None:
    finding = judged(replace(holding((b"raw", 400, GB)), oldest_by_directory={}))
    assert finding is not None
    assert finding.facts == {"Older than 365 days": "1 file, 1 GB"}


def test_names_of_directories_are_short_and_escaped() -> None:
    finding = judged(holding((b"\xff" * 100, 400, GB), (b"caf\xc3\xa9", 390, GB)))
    assert finding is not None
    (text,) = finding.facts.values()
    assert text == "2 files, 2 GB, in " + r"\xff" * 9 + r"\xf… and café"


def test_an_area_or_an_owner_may_have_a_limit_of_its_own_and_the_area_comes_first() -> None:
    settings = {"areas": {"/data/vol1/ada/": "180d"}, "owners": {"ada": "200d", "ben": "52w"}}
    usage = holding((b"raw", 190, GB))
    assert [
        finding.limit if finding else None
        for finding in (
            judged(usage, **settings),
            judged(usage, path=b"/data/vol2/ada", **settings),
            judged(usage, owner="eve", path=b"/data/vol2/eve", **settings),
        )
    ] == [180, 200, None]
    assert Settings(**settings).limit_of(b"/data/vol1/ben", "ben") == 364


def followed(episode: Episode | None, age: float) -> tuple[Episode | None, Change | None]:
    moved = step(
        episode, "persistence", "persistence", judged(holding((b"raw", age, GB))), Measurement(NOW, NOW), NOW
    )
    return (moved.episode, moved.change) if moved else (None, None)


def test_over_ends_when_nothing_is_over_any_more_and_a_notice_a_week_before_its_begin() -> None:
    episode, change = followed(None, 400)
    assert episode is not None
    assert (change, episode.level) == (Change.BEGAN, Level.OVER)
    assert [followed(episode, age)[1] for age in (366, 364, 340, 329, 328, 10)] == [
        Change.STAYS, Change.BETTER, Change.BETTER, Change.BETTER, Change.ENDED, Change.ENDED,
    ]  # fmt: skip


def test_who_tidies_away_what_is_noticed_day_by_day_has_one_episode() -> None:
    episode, changes = None, []
    for age in (335.5, 334.9, 335.5, 334.9, 335.5):
        episode, change = followed(episode, age)
        changes.append(change)
    assert changes == [Change.BEGAN, *[Change.STAYS] * 4]


@given(st.floats(0, 5000), st.integers(2, 3000))
def test_the_level_and_the_milestone_go_by_the_days_that_are_left(age: float, limit: int) -> None:
    usage = holding((b"raw", age, GB))
    finding = judged(usage, limit=f"{limit}d")
    milestones = [days for days in (1, 7, 14, 30) if days < limit]
    left = limit - (NOW.timestamp() - (usage.oldest or 0)) / DAY_SECONDS
    if finding is None:
        assert left >= milestones[-1] + 7
        return
    assert (finding.level is Level.OVER) == (left < 0)
    assert (finding.level >= Level.NOTICE) == (left <= milestones[-1])
    assert finding.milestone == next((days for days in milestones if left <= days), None)


def test_a_file_from_before_all_calendars_is_over() -> None:
    total = Tally.of(1, GB, GB)
    usage = Usage(
        datetime.fromisoformat("2026-03-02T12:00:00Z"), total=total, oldest=-(2**62), by_age={4000: total}
    )
    finding = judged(usage)
    assert finding is not None
    assert (finding.level, finding.due) == (Level.OVER, None)


@pytest.mark.parametrize(
    "table",
    [
        {"limit": "365"},
        {"limit": "0d"},
        {"limit": "12h"},
        {"limit": True},
        {"milestones": []},
        {"milestones": "a"},
        {"milestones": [0]},
        {"warning": "31d"},
        {"areas": {"/data": "x"}},
        {"limits": "3d"},
    ],
)
def test_impossible_settings_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
