"""What a letter says, whatever its form."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import AREA, ENGLISH_LETTERS, HOME, LETTERS, NOW, TB, figures, hard, letter, temporal, usage
from rich.cells import cell_len as width

from xfc_notify import units
from xfc_notify.domain import Area, Exemption, Finding, Level, Person
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.advice import Step, goal
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.letter import AreaFigures, Before, Letter, Topic
from xfc_notify.notify.words.wording import wording
from xfc_notify.outbox.columns import shortened
from xfc_notify.usage import Clock
from xfc_notify.usage.tally import Tally

DAY = 86_400


def about(finding: Finding, reason: Reason | None = Reason.BEGAN, **fields: object) -> Letter:
    """A letter about one finding of one area."""
    topic = Topic(AREA, finding, finding.level, reason)
    plain = replace(LETTERS["began-hard"], topics=(topic,), areas=(AreaFigures(AREA, usage(30), (finding,)),))
    return replace(plain, **fields)  # type: ignore[arg-type]


def quota(used: float, limit: float, **fields: object) -> Finding:
    finding = Finding(Level.at(used, limit), used, limit, "bytes", "hard quota", policy="quota_hard")
    return replace(finding, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("began-hard", "[XFC] You have used 86 % of your space on vol1"),
        ("worse-over-hard", "[XFC] You have used 104 % of your space on vol1"),
        ("warning-temporal-due", "[XFC] You have used 92 % of your temporal quota on vol1"),
        ("both-over", "[XFC] You have used 104 % of your space and 128 % of your temporal quota"),
        ("repeat", "[XFC] You are still using 107 % of your space on vol1 (reminder)"),
        ("ended", "[XFC] Thank you: you are down to 70 % of your space on vol1"),
        ("incomplete", "[XFC] You have used at least 93 % of your space on vol1"),
        ("two-areas", "[XFC] You have used 112 % of your space on vol2 and 92 % on vol1"),
        ("third-party", "[XFC] You have used 85 % of your file quota on vol1"),
    ],
)
def test_the_subject_tells_the_worst(kind: str, subject: str) -> None:
    assert wording(LETTERS[kind]).subject == subject


def test_what_caused_the_message_leads_and_what_is_open_beside_it_follows() -> None:
    ended, still_open = hard(usage(20)), temporal(usage(30, 11))
    topics = (Topic(AREA, still_open, Level.OVER), Topic(AREA, ended, Level.OK, Reason.ENDED))
    words = wording(replace(LETTERS["ended"], topics=topics))
    assert words.subject == "[XFC] Thank you: you are down to 50 % of your space on vol1"
    assert words.headline == "Thank you: you are down to 50 % of your space on vol1."
    assert words.lines[0].startswith("Your hard quota is 40 TB, and you now use 20 TB")
    assert words.lines[1].startswith("Your temporal quota is 300 TB·days")


def test_an_exemption_leads_though_another_limit_is_open() -> None:
    lifted = replace(
        hard(usage(45)), lifted=Exemption("quota_hard", NOW + timedelta(days=30), "a large campaign")
    )
    topics = (
        Topic(AREA, temporal(usage(30, 11)), Level.OVER),
        Topic(AREA, lifted, Level.OVER, Reason.EXEMPT),
    )
    words = wording(replace(LETTERS["ended"], topics=topics))
    assert words.subject == "[XFC] Your hard quota on vol1 is lifted until Wednesday 1 April 2026"
    assert "a large campaign" in words.lines[0]


def test_all_that_caused_the_message_is_in_its_headline() -> None:
    assert wording(LETTERS["both-over"]).headline == (
        "You have used 104 % of your space and 128 % of your temporal quota on vol1."
    )
    hard_topic, temporal_topic = LETTERS["both-over"].topics
    ended = Topic(HOME, hard(usage(3), HOME), Level.OK, Reason.ENDED)
    made = replace(LETTERS["both-over"], topics=(hard_topic, temporal_topic, ended))
    assert wording(made).headline.endswith("on vol1. Thank you: you are down to 30 % of your space on vol2.")
    assert wording(made).subject == "[XFC] You have used 104 % of your space on vol1, and 2 more limits"


def test_nobody_is_thanked_for_a_limit_that_was_raised() -> None:
    finding = replace(hard(usage(12)), limit=50 * TB, level=Level.OK)
    before = Before(NOW - timedelta(days=2), 12 * TB, 10 * TB)
    topic = Topic(AREA, finding, Level.OK, Reason.ENDED, before)
    words = wording(replace(LETTERS["ended"], topics=(topic,)))
    assert words.subject == "[XFC] Your hard quota on vol1 was raised to 50 TB"
    assert words.lines[0].endswith(
        "At the last message, on Saturday 28 February (UTC), the limit was 10 TB; it is 50 TB now."
    )
    assert "Thank you" not in words.headline


def test_what_could_not_be_read_is_told_with_how_to_mend_it() -> None:
    (topic,) = LETTERS["incomplete"].topics
    made = replace(LETTERS["incomplete"], topics=(replace(topic, reason=Reason.OBSCURED),))
    words = wording(made)
    assert words.subject == "[XFC] Part of your area on vol1 could not be read"
    assert words.lines[0].startswith(
        "We wrote to you about your hard quota. What could be read does not show"
    )
    assert words.areas[0].samples[0] == "cmip6-downscaling/locked"
    assert [step.text[:46] for step in words.steps] == ["Let the service list the directories named abo"]
    assert words.why == "You get this message, once, because we cannot tell you how you stand."


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if "hostile" not in kind])
def test_the_point_is_said_in_the_first_50_letters(kind: str) -> None:
    words = wording(LETTERS[kind])
    assert re.search(r"\d+ %|time limit|in \d+ Tagen|about \d|etwa am \d", words.subject[:50]), words.subject


def test_a_letter_is_a_reminder_only_where_nothing_in_it_is_new() -> None:
    first, second = LETTERS["both-over"].topics
    topics = (replace(first, reason=Reason.REPEAT), replace(second, reason=Reason.BEGAN))
    assert "reminder" not in wording(replace(LETTERS["both-over"], topics=topics)).subject
    topics = (replace(first, reason=Reason.REPEAT), replace(second, reason=None))
    assert "reminder" in wording(replace(LETTERS["both-over"], topics=topics)).subject


def test_an_episode_whose_policy_fell_silent_is_not_thanked_with_its_old_figures() -> None:
    words = wording(about(quota(42 * TB, 40 * TB), Reason.ENDED))
    assert words.subject == "[XFC] Thank you: your hard quota on vol1 is fine again"
    assert "42 TB" not in " ".join(words.lines)
    assert words.steps == ()


def test_a_person_without_a_full_name_is_greeted_by_username() -> None:
    assert wording(replace(LETTERS["ended"], person=Person("bo"))).greeting == "Dear bo,"
    assert wording(replace(LETTERS["ended"], person=Person("bo", " Bo Ek "))).greeting == "Dear Bo Ek,"


def test_a_limit_of_zero_has_no_percent_and_a_full_bar() -> None:
    words = wording(about(quota(3 * TB, 0)))
    assert words.subject == "[XFC] You have used 3 TB of your space on vol1"
    assert "%" not in words.subject + words.headline + "".join(words.lines)
    assert [(row.percent, row.share) for row in words.areas[0].figures] == [("", 100)]
    assert wording(about(quota(0, 0))).areas[0].figures[0].share == 0


def test_a_bar_is_full_above_the_limit_and_the_percent_says_by_how_much() -> None:
    row = wording(about(quota(104 * TB, 100 * TB))).areas[0].figures[0]
    assert (row.share, row.percent, row.state) == (100, "104 %", "over the limit")


def test_a_limit_that_is_exactly_reached_is_not_called_passed() -> None:
    words = wording(about(quota(40 * TB, 40 * TB)))
    assert words.lines == ("Your hard quota is 40 TB, and you use 40 TB, which is all of it.",)
    assert "reached 90 %" in words.why


def test_a_due_date_has_weekday_and_zone_and_no_year_unless_it_is_another() -> None:
    due = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)
    near = wording(about(quota(35 * TB, 40 * TB, due=due)))
    assert near.lines[0].endswith(
        "If nothing changes, your hard quota will be passed on Wednesday 11 March (UTC), in 9 days."
    )
    in_paris = wording(about(quota(35 * TB, 40 * TB, due=due), language=language("en", "Europe/Paris")))
    assert in_paris.lines[0].endswith("will be passed on Thursday 12 March (CET), in 10 days.")
    far = wording(about(quota(35 * TB, 40 * TB, due=due.replace(year=2027))))
    assert "Thursday 11 March 2027 (UTC)" in far.lines[0]


@pytest.mark.parametrize(
    ("hours", "said"), [(2, "today, Monday 2 March (UTC)."), (20, "tomorrow, Tuesday 3 March (UTC).")]
)
def test_a_near_due_date_is_called_by_its_day(hours: int, said: str) -> None:
    due = NOW + timedelta(hours=hours)
    assert wording(about(quota(35 * TB, 40 * TB, due=due))).lines[0].endswith(said)


def test_a_due_date_that_is_past_or_a_limit_already_passed_names_no_day() -> None:
    def names_a_day(used: int, due: datetime) -> bool:
        return "will be passed" in " ".join(wording(about(quota(used, 40 * TB, due=due))).lines)

    day = timedelta(days=1)
    assert names_a_day(35 * TB, NOW + day)
    assert not names_a_day(35 * TB, NOW - day)
    assert not names_a_day(41 * TB, NOW + day)


@given(used=st.integers(1, 10**17), limit=st.integers(1, 10**16), share=st.floats(0.5, 1))
def test_freeing_what_the_letter_says_really_brings_one_under_the_threshold(
    used: int, limit: int, share: float
) -> None:
    finding = quota(used, limit, thresholds=(share, 1.0, 1.0))
    text = goal(about(finding), Topic(AREA, finding, Level.OVER, Reason.BEGAN))
    target = Fraction(str(share)) * limit  # as it is written, and to the last byte
    if not text:
        assert used <= target
        return
    freed = units.parse_size(text.split("reeing ")[-1].split(" takes")[0].replace(",", ""))
    assert used - freed <= target
    assert freed <= 1.1 * (used - target) + 2


def test_whoever_is_over_is_told_first_how_to_get_back() -> None:
    words = wording(LETTERS["worse-over-hard"])
    assert words.lines[0] == "Your hard quota is 40 TB, and you use 41.5 TB, which is 1.5 TB over it."
    assert words.steps[0].text == (
        "Freeing what is over brings you back within your hard quota; freeing 9.6 TB takes you down to 80 %."
    )


def test_what_is_exact_is_not_rounded_up() -> None:
    finding = quota(4 * TB, 4 * TB)
    text = goal(about(finding), Topic(AREA, finding, Level.WARNING, Reason.BEGAN))
    assert text == "Freeing 800 GB takes you down to 80 % of your hard quota."


def test_figures_that_are_compared_stand_in_one_unit() -> None:
    finding = quota(1_712_800_000_000_000, 1_700 * TB, unit="byte-days", title="temporal quota")
    assert (
        wording(about(finding))
        .lines[0]
        .startswith(
            "Your temporal quota is 1.7 PB·days, and you use 1.713 PB·days, which is 0.013 PB·days over it."
        )
    )


def test_what_a_day_adds_again_is_no_advice() -> None:
    finding = quota(301 * TB, 300 * TB, unit="byte-days", title="temporal quota")
    within_a_day = replace(finding, used=250 * TB, thresholds=(0.8, 0.9, 1.0))
    letter_of = about(within_a_day)  # 30 TB lie there: a day adds 30 TB·days
    assert goal(letter_of, Topic(AREA, within_a_day, Level.NOTICE, Reason.BEGAN)) == ""
    assert "61 TB·days" in goal(about(finding), Topic(AREA, finding, Level.OVER, Reason.BEGAN))


def test_the_directory_that_solves_both_limits_comes_before_one_that_solves_one() -> None:
    directories = {
        b"large-and-new": Tally.of(1, 22 * TB, 22 * TB * DAY),
        b"helps-with-both": Tally.of(1, 15 * TB, 300 * TB * DAY),
        b"rest": Tally.of(1, 5 * TB, 59 * TB * DAY),
    }
    measured = replace(usage(42), by_directory=directories, total=sum(directories.values(), Tally()))
    made = letter(
        figures(measured),
        reasons={("vol1", "quota_hard"): Reason.BEGAN, ("vol1", "quota_temporal"): Reason.BEGAN},
    )
    step = wording(made).steps[1]
    assert step.path.endswith("/helps-with-both")
    assert step.text.startswith("Look first at the directory that helps with both limits")


def test_of_two_directories_of_one_size_the_one_with_more_byte_days_comes_first() -> None:
    directories = {
        b"a": Tally.of(1, 18 * TB, TB * DAY),
        b"b": Tally.of(1, 18 * TB, 2 * TB * DAY),
    }
    measured = replace(usage(36), by_directory=directories, total=sum(directories.values(), Tally()))
    made = letter(figures(measured), reasons={("vol1", "quota_hard"): Reason.BEGAN})
    assert wording(made).steps[1].path.endswith("/b")


def test_the_step_names_what_weighs_most_in_the_measure_of_the_topic() -> None:
    assert wording(LETTERS["began-hard"]).steps[1].path.endswith("/alopes/cmip6-downscaling")
    assert wording(LETTERS["warning-temporal-due"]).steps[1].path.endswith("/alopes/radar-2025")
    assert "48,211 files" in wording(LETTERS["third-party"]).steps[1].text


def test_a_path_to_copy_is_whole_or_not_there() -> None:
    def step(name: bytes) -> Step:
        measured = usage(36, by_directory={name: Tally.of(1, 36 * TB)})
        return wording(letter(figures(measured), reasons={})).steps[1]

    assert step(b"x" * 100).path == f"{AREA.path.decode()}/{'x' * 100}"
    assert step(b"x" * 200).path == ""
    assert "…" in step(b"x" * 200).text
    assert step(b".").path == AREA.path.decode()
    assert "backslash" in step(b"a\nb").text
    assert "backslash" not in step("é è".encode()).text


def test_there_are_at_most_three_steps_and_none_where_nothing_is_open() -> None:
    for kind, made in ENGLISH_LETTERS.items():
        steps = wording(made).steps
        assert len(steps) <= 3, kind
        assert bool(steps) is (kind not in ("ended", "digest"))


def test_an_empty_area_over_a_limit_still_gets_a_letter() -> None:
    measured = replace(usage(36), total=Tally(), by_directory={}, birth_times=0)
    words = wording(
        letter(AreaFigures(AREA, measured, (quota(1, 0),)), reasons={("vol1", "quota_hard"): Reason.BEGAN})
    )
    assert words.areas[0].directories == ()
    assert (
        words.areas[0].measured
        == "Measured on Monday 2 March 2026, 08:00 UTC: 0 files, and everything could be read. "
        "Sizes are the lengths of files."
    )


def test_a_partial_scan_is_called_a_lower_bound_with_kinds_counts_and_three_samples() -> None:
    area = wording(LETTERS["incomplete"]).areas[0]
    assert "lower bound" in area.measured
    assert area.unread == ("not permitted to read: 1,212", "another error while reading: 1")
    assert area.samples == (
        "cmip6-downscaling/locked",
        "radar-2025/raw/2025-01",
        "notebooks/.ipynb_checkpoints",
    )


def test_a_whole_scan_does_not_speak_of_what_vanished_meanwhile() -> None:
    errors = {"vanished": LETTERS["incomplete"].areas[0].usage.errors["vanished"]}
    area = wording(letter(figures(usage(36, errors=errors)), reasons={})).areas[0]
    assert (area.unread, area.samples) == ((), ())
    assert "everything could be read" in area.measured


@pytest.mark.parametrize(
    ("clock", "births", "said"),
    [
        (Clock.ARRIVAL, 53_555, "from its arrival here (birth time)."),
        (Clock.ARRIVAL, 9, "or from its last change (ctime) where the file system keeps no birth time."),
        (Clock.ARRIVAL, 0, "from its last change (ctime)."),
        (Clock.CTIME, 0, "from its last change (ctime)."),
        (Clock.MTIME, 0, "from its last modification (mtime)."),
    ],
)
def test_the_letter_says_which_clock_was_used(clock: Clock, births: int, said: str) -> None:
    made = letter(figures(usage(36, clock=clock, birth_times=births)), reasons={})
    assert any(line.endswith(said) for line in wording(made).explanations)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "Monday 2 March 2026, 08:00 UTC"),
        ("Europe/Paris", "Monday 2 March 2026, 09:00 CET"),
        ("America/Sao_Paulo", "Monday 2 March 2026, 05:00 UTC-03"),
        ("Pacific/Auckland", "Monday 2 March 2026, 21:00 NZDT"),
    ],
)
def test_the_scan_time_is_in_the_zone_of_the_service(zone: str, said: str) -> None:
    words = wording(replace(LETTERS["ended"], language=language("en", zone)))
    assert words.areas[0].measured.startswith(f"Measured on {said}: ")


def test_the_worst_area_stands_first_and_is_named_in_every_sentence() -> None:
    words = wording(LETTERS["two-areas"])
    assert [area.volume for area in words.areas] == [HOME.volume, AREA.volume]
    assert words.lines[0].startswith("Your hard quota on vol2 is 10 TB")
    assert words.lines[1].startswith("Your hard quota on vol1 is 40 TB")
    assert words.steps[1].path.startswith("/data/xfc/vol2/")


def test_a_preview_without_topics_tells_where_one_stands_without_advice() -> None:
    words = wording(letter(figures(usage(12.3)), reasons={}))
    assert words.subject == "[XFC] You have used 31 % of your space on vol1"
    assert words.steps == ()
    nothing = wording(replace(LETTERS["ended"], topics=(), areas=()))
    assert nothing.subject == "[XFC] How your areas stand"


@given(st.text(max_size=60), st.integers(3, 40))
def test_a_shortened_text_fits_and_keeps_both_ends(text: str, columns: int) -> None:
    short = shortened(text, columns)
    assert width(short) <= columns
    if short != text:
        head, tail = short.rsplit("…", 1) if "…" not in text else short.split("…", 1)
        assert text.startswith(head) or "…" in text
        assert text.endswith(tail) or "…" in text


@given(st.binary(min_size=1, max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_no_name_however_odd_breaks_a_line(name: bytes, volume: str, title: str) -> None:
    area = Area("x", volume, b"/v/" + name, 40 * TB, 300 * TB)
    measured = usage(36, by_directory={name: Tally.of(1, TB, TB * DAY)})
    finding = replace(hard(measured, area), title=title, facts={title: volume})
    topic = Topic(area, finding, Level.WARNING, Reason.BEGAN)
    words = wording(
        replace(LETTERS["ended"], topics=(topic,), areas=(AreaFigures(area, measured, (finding,)),))
    )
    shown = [words.subject, words.headline, *words.lines, words.why, *words.areas[0].facts]
    shown += [words.areas[0].path, words.areas[0].directories[0].path, *(step.path for step in words.steps)]
    kinds = {unicodedata.category(character) for line in shown for character in line}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert width(words.subject) <= 77
