"""What if the two directories that weigh most were gone."""

from dataclasses import replace

import pytest
from letters import AREA, ENGLISH_LETTERS, TB, growing, hard, letter, usage

from xfc_notify.domain import Area, Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.letter import AreaFigures, Letter, Topic
from xfc_notify.notify.words.whatif import what_if
from xfc_notify.notify.words.wording import wording
from xfc_notify.usage import Errors, Usage
from xfc_notify.usage.tally import Tally

DAY = 86_400


def about(sizes: dict[bytes, tuple[float, float]], unit: str = "bytes", **fields: object) -> str:
    """What is said of directories of these sizes in TB and ages in days, in an area of 40 TB, 300 TB·days."""
    tallies = {name: Tally.of(1, int(tb * TB), int(tb * TB * age * DAY)) for name, (tb, age) in sizes.items()}
    total = sum(tallies.values(), Tally())
    measured = replace(usage(1), total=total, by_directory=tallies, **fields)  # type: ignore[arg-type]
    used, limit = (total.size, 40 * TB) if unit == "bytes" else (measured.temporal_usage, 300 * TB)
    finding = Finding(
        Level.at(used, limit), used, limit, unit, "hard quota" if unit == "bytes" else "temporal quota"
    )
    return _said(measured, finding)


def _said(measured: Usage, finding: Finding, area: Area = AREA) -> str:
    made: Letter = letter(AreaFigures(area, measured, (finding,)), reasons={})
    return what_if(made, Topic(area, finding, finding.level, Reason.BEGAN))


def test_it_names_the_two_that_weigh_most_and_the_share_that_is_left() -> None:
    assert about({b"a": (20, 1), b"b": (10, 1), b"c": (5, 1)}) == (
        "Without a you would use 38 % of your hard quota; without b as well, 13 %."
    )


def test_in_byte_days_the_oldest_weigh_most_and_a_day_adds_what_is_left() -> None:
    said = about({b"old": (2, 60), b"new": (20, 1), b"mid": (4, 20)}, "byte-days")
    # 120 + 20 + 80 TB·days; without old and mid 20 remain, and 20 TB a day fill the other 280 in 14 days.
    assert said == (
        "Without old you would use 33 % of your temporal quota; without mid as well, 7 %. "
        "Your temporal quota would then be passed on Monday 16 March (UTC), in 14 days."
    )


def test_a_date_follows_from_the_growth_that_the_policy_saw() -> None:
    made = growing()
    (grown,) = (finding for finding in made.areas[0].findings if finding.policy == "growth")
    assert grown.due is not None
    per_day = (40 * TB - 36.9 * TB) / ((grown.due - made.areas[0].usage.as_of).total_seconds() / DAY)
    days = (40 * TB - (0.30 * 36.7 * TB + 0.2 * TB)) / per_day
    said = what_if(made, made.topics[0])
    assert f"in {int(days)} days" in said or f"in {int(days) + 1} days" in said


def test_a_second_directory_that_changes_nothing_is_not_named() -> None:
    assert about({b"a": (39.9, 1), b"b": (0.1, 1)}) == "Without a you would use 0 % of your hard quota."


def test_a_single_directory_is_named_alone() -> None:
    assert about({b"a": (38, 1), b".": (1, 1)}) == "Without a you would use 3 % of your hard quota."


def test_files_at_the_top_and_what_is_pooled_are_no_directories() -> None:
    assert about({b".": (30, 1), b"": (9, 1)}) == ""


def test_what_could_not_all_be_read_leaves_at_least_so_much() -> None:
    said = about({b"a": (38, 1), b"b": (1, 1)}, errors={"unreadable": Errors(1, (b"x",))})
    assert said == "Without a you would use at least 3 % of your hard quota; without b as well, at least 0 %."


@pytest.mark.parametrize("unit", ["jobs", "files"])
def test_a_policy_that_counts_something_else_gets_no_such_sentence(unit: str) -> None:
    assert _said(usage(36), Finding(Level.OVER, 853, 800, unit, "jobs")) == ""


def test_a_temporal_usage_from_history_is_not_taken_apart_by_the_ages_of_files() -> None:
    measured = usage(36)
    finding = Finding(Level.OVER, 2 * measured.temporal_usage, 300 * TB, "byte-days", "temporal quota")
    assert _said(measured, finding) == ""


def test_it_is_said_of_what_is_open_only() -> None:
    assert wording(ENGLISH_LETTERS["ended"]).what_if == ""
    assert wording(ENGLISH_LETTERS["repeat"]).what_if.startswith("Without cmip6-downscaling ")
    assert _said(usage(36), replace(hard(usage(36)), limit=0)) == ""
