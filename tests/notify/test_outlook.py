"""How a forecast and a limit on the age of files are worded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from notify.letters import AREA, HOME, NOW, SCANNED, TB, figures, letter, usage

from xfc_notify.domain import Area, Finding, Level
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.letter import Letter
from xfc_notify.notify.words.render import put_into_words
from xfc_notify.notify.words.wording import wording
from xfc_notify.usage import Usage

DAY = timedelta(days=1)
MEASURED = usage(31.2, 2)


def forecast(used: float, level: Level = Level.WARNING) -> Finding:
    due = SCANNED + DAY * 8
    facts = {"Growth": "1.1 TB a day"}
    return Finding(
        level, used, 40 * TB, "bytes", "hard quota", due, facts, policy="growth", ahead=7, from_history=True
    )


def age(days: float, level: Level) -> Finding:
    due = SCANNED + DAY * (365 - days)
    return Finding(level, days, 365, "days", "time limit for files", due, policy="persistence")


def about(
    finding: Finding, reason: Reason, *, measured: Usage = MEASURED, also: tuple[Area, ...] = ()
) -> Letter:
    others = [figures(usage(1), area) for area in also]
    reasons = {("vol1", str(finding.policy)): reason}
    return letter(figures(measured, AREA, finding), *others, reasons=reasons)


@pytest.mark.parametrize(
    ("finding", "reason", "subject", "line"),
    [
        (
            forecast(38.9 * TB),
            Reason.BEGAN,
            "Your space on vol1 will be full about 10 March",
            "At the pace of the last scans, you will use 38.9 TB of your hard quota of 40 TB in 7 days. "
            "At the pace of the last weeks, your hard quota will be passed about Tuesday 10 March (UTC), in 8 days.",
        ),
        (
            forecast(40 * TB),
            Reason.WORSE,
            "Your space on vol1 will be full about 10 March",
            "At the pace of the last scans, you will use 40 TB of your hard quota of 40 TB in 7 days. "
            "At the pace of the last weeks, your hard quota will be passed about Tuesday 10 March (UTC), in 8 days.",
        ),
        (
            forecast(41 * TB),
            Reason.WORSE,
            "Your space on vol1 will be full about 10 March",
            "At the pace of the last scans, you will have passed your hard quota of 40 TB in 7 days. "
            "At the pace of the last weeks, your hard quota will be passed about Tuesday 10 March (UTC), in 8 days.",
        ),
        (
            forecast(31.3 * TB, Level.OK),
            Reason.ENDED,
            "Thank you: your space on vol1 is filling up more slowly",
            "What we wrote about the growth of your usage holds no longer.",
        ),
        (
            age(358, Level.WARNING),
            Reason.MILESTONE,
            "Files on vol1 reach their time limit within 7 days",
            "The time limit for files is 365 days, and the oldest of your files has been here for 358 days. "
            "If nothing changes, your time limit for files will be passed on Monday 9 March (UTC), in 7 days.",
        ),
        (
            age(364, Level.WARNING),
            Reason.MILESTONE,
            "Files on vol1 reach their time limit within 1 day",
            "The time limit for files is 365 days, and the oldest of your files has been here for 364 days. "
            "If nothing changes, your time limit for files will be passed tomorrow, Tuesday 3 March (UTC).",
        ),
        (
            age(400, Level.OVER),
            Reason.WORSE,
            "Files on vol1 have passed the time limit of 365 days",
            "The time limit for files is 365 days, and the oldest of your files has been here for 400 days.",
        ),
        (
            age(330, Level.OK),
            Reason.ENDED,
            "Thank you: your files are well within the time limit of 365 days",
            "The time limit for files is 365 days, and the oldest of your files has been here for 330 days.",
        ),
    ],
    ids=str,
)
def test_what_lies_ahead_is_not_worded_as_if_it_had_been_used(
    finding: Finding, reason: Reason, subject: str, line: str
) -> None:
    words = wording(about(finding, reason))
    assert words.subject == f"[XFC] {subject}"
    assert words.lines[0] == line
    text = put_into_words(about(finding, reason)).text
    assert "have used" not in text
    assert "and you use" not in text


def test_a_forecast_is_no_row_of_the_figures_but_its_facts_are_told() -> None:
    (area,) = wording(about(forecast(38.9 * TB), Reason.BEGAN)).areas
    assert [row.title for row in area.figures] == ["Hard quota", "Temporal quota"]
    assert area.facts == ("Growth: 1.1 TB a day",)


def test_the_age_of_files_is_a_row_in_words_of_its_own() -> None:
    (area,) = wording(about(age(358, Level.WARNING), Reason.BEGAN)).areas
    row = area.figures[-1]
    assert (row.title, row.used, row.of_limit) == ("Time limit for files", "358", "of 365 days")
    assert row.state == "some files very soon"


@pytest.mark.parametrize(
    ("finding", "reason", "why"),
    [
        (forecast(38.9 * TB), Reason.BEGAN, "message because your usage is growing towards your hard quota."),
        (forecast(38.9 * TB), Reason.REPEAT, "reminder because your usage is still growing towards your hard quota."),
        (age(358, Level.WARNING), Reason.MILESTONE, "message because files of yours are close to the time limit"),
        (age(366, Level.OVER), Reason.REPEAT, "reminder because files of yours still have passed the time limit"),
        (age(330, Level.OK), Reason.ENDED, "message because we wrote to you about your time limit for files before."),
    ],
    ids=str,
)  # fmt: skip
def test_it_says_why_it_was_written(finding: Finding, reason: Reason, why: str) -> None:
    assert wording(about(finding, reason)).why.startswith(f"You get this {why}")


def test_how_many_how_large_and_where_stands_in_the_second_sentence() -> None:
    finding = replace(age(358, Level.WARNING), facts={"Before that day": "12 files, 3.1 TB, in old"})
    words = wording(about(finding, Reason.MILESTONE))
    assert words.lines[0].startswith("Before that day: 12 files, 3.1 TB, in old. The time limit for files is")
    assert words.areas[0].facts == ()


def test_days_are_inflected_where_a_language_does_so() -> None:
    made = replace(about(age(92, Level.NOTICE), Reason.BEGAN), language=language("de", "UTC"))
    row = wording(made).areas[0].figures[-1]
    assert f"{row.used} {row.of_limit}" == "92 von 365 Tagen"


def test_the_quotas_that_stand_lead_and_the_forecast_follows() -> None:
    measured = usage(34, 1)
    both = letter(
        figures(measured, AREA, forecast(38.9 * TB)),
        reasons={("vol1", "quota_hard"): Reason.BEGAN, ("vol1", "growth"): Reason.BEGAN},
        now=NOW,
    )
    words = wording(both)
    assert words.headline == (
        "Your space on vol1 will be full about 10 March. You have used 85 % of your space on vol1."
    )
    assert words.lines[1].startswith("Your hard quota is 40 TB, and you use 34 TB")


def test_with_several_areas_it_says_which() -> None:
    words = wording(about(forecast(38.9 * TB), Reason.BEGAN, also=(HOME,)))
    assert words.subject == "[XFC] Your space on vol1 will be full about 10 March"
    assert "your hard quota on vol1 of 40 TB" in words.lines[0]


def test_one_is_led_to_the_directory_with_the_oldest_files() -> None:
    arrivals = {b"radar-2025": 500, b"tmp": 400, b".": 600, b"gone": 5}
    measured = usage(31.2, 2, oldest_by_directory=arrivals)
    words = wording(about(age(358, Level.WARNING), Reason.BEGAN, measured=measured))
    assert words.steps[0].text == "Look first at the directory with the oldest files."
    assert words.steps[0].path == "/data/xfc/vol1/user_cache/alopes/tmp"


def test_without_arrivals_by_directory_one_is_led_to_the_largest() -> None:
    words = wording(about(age(358, Level.WARNING), Reason.BEGAN))
    assert words.steps[0].path == "/data/xfc/vol1/user_cache/alopes/cmip6-downscaling"


def test_an_age_is_told_in_whole_days() -> None:
    words = wording(about(age(357.9, Level.NOTICE), Reason.BEGAN))
    assert words.subject == "[XFC] Files on vol1 reach their time limit within 8 days"
    assert "has been here for 357 days" in words.lines[0]
