"""When something is said, and why not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from xfc_notify.domain import Exemption, Finding, Level
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.rules import Decision, decide, due
from xfc_notify.outbox.interval import OVER_NO_MORE, STEP_TO_OVER, Said
from xfc_notify.settings import Messages

OK, NOTICE, WARNING, OVER = Level
RULES = Messages()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def episode(
    level: Level,
    began: datetime,
    told: Level | None = None,
    told_at: datetime | None = None,
    ended: datetime | None = None,
) -> Episode:
    finding = Finding(level, 1, 1, "files", "number of files")
    told_at = (told_at or began) if told is not None else None
    settled = ended is not None and told is None
    return Episode(
        "p",
        "p",
        level,
        finding,
        began,
        as_of=began,
        fresh_until=began + 10_000 * DAY,
        id=1,
        ended_at=ended,
        told_level=told,
        told_at=told_at,
        settled=settled,
    )


def decided(decision: Decision) -> tuple[dict[int, Reason], str]:
    """Which episodes are told and why, by their place, and what broke the interval."""
    told = {i: line.reason for i, line in enumerate(decision.lines) if line.reason is not None}
    return told, decision.broke_interval


def silences(decision: Decision) -> dict[int, str]:
    """Why which episodes are not told, by their place."""
    return {i: line.silence for i, line in enumerate(decision.lines) if line.silence}


@pytest.mark.parametrize("level", [NOTICE, WARNING, OVER])
def test_an_episode_that_began_is_told(level, now):
    assert due(episode(level, now), RULES, now) == Reason.BEGAN


@pytest.mark.parametrize(("told", "level"), [(NOTICE, WARNING), (NOTICE, OVER), (WARNING, OVER)])
def test_an_episode_that_is_worse_than_was_told_is_told(told, level, now):
    assert due(episode(level, now, told), RULES, now) == Reason.WORSE


@pytest.mark.parametrize(
    ("told", "level"), [(OVER, OVER), (OVER, WARNING), (OVER, NOTICE), (WARNING, NOTICE)]
)
def test_an_episode_that_is_the_same_or_better_is_not_told(told, level, now):
    assert due(episode(level, now, told), RULES, now + HOUR) is None


def test_what_is_back_where_it_was_told_is_not_worse(now):
    """Over, told; then a warning; then over again: the person knows it already."""
    assert due(episode(OVER, now, told=OVER), RULES, now + DAY) is None


@pytest.mark.parametrize(
    ("level", "repeats", "days"),
    [
        *[(OVER, 0, 3), (OVER, 1, 7), (OVER, 2, 14), (OVER, 3, 30), (OVER, 9, 30)],
        *[(WARNING, 0, 7), (WARNING, 1, 30), (WARNING, 5, 30)],
    ],
)
def test_reminders_are_due_at_growing_intervals(level, repeats, days, now):
    it = replace(episode(level, now - 100 * DAY, level, told_at=now), repeats=repeats)
    assert due(it, RULES, now + days * DAY - SECOND) is None
    assert due(it, RULES, now + days * DAY) == Reason.REPEAT


def test_only_what_the_last_scan_itself_shows_is_repeated(now):
    """Over, and kept up since by a scan that could not read everything, or because it is not clearly under."""
    it = episode(OVER, now, OVER)
    shows_a_warning = replace(it, finding=replace(it.finding, level=WARNING))
    assert due(shows_a_warning, RULES, now + 7 * DAY - SECOND) is None
    assert due(shows_a_warning, RULES, now + 7 * DAY) == Reason.REPEAT
    shows_nothing = replace(it, finding=replace(it.finding, level=OK))
    assert due(shows_nothing, RULES, now + 1000 * DAY) is None
    assert due(replace(shows_nothing, told_level=None, told_at=None), RULES, now) is None


def test_what_could_not_be_read_is_told_once_after_a_day(now):
    it = episode(OVER, now, OVER)
    hidden = replace(it, finding=replace(it.finding, level=OK), obscured_since=now + 5 * DAY)
    assert due(hidden, RULES, now + 6 * DAY - SECOND) is None
    assert due(hidden, RULES, now + 6 * DAY) == Reason.OBSCURED
    assert due(replace(hidden, told_obscured=True), RULES, now + 100 * DAY) is None


def test_good_news_of_what_came_back_before_waits_for_a_week(now):
    ended = replace(episode(OK, now, OVER, ended=now + DAY), resumed_at=now - DAY)
    assert due(ended, RULES, now + 8 * DAY - SECOND) is None
    assert due(ended, RULES, now + 8 * DAY) == Reason.ENDED


# Measured, then said


def measured_at(it: Episode, as_of: datetime) -> Episode:
    return replace(it, as_of=as_of, fresh_until=as_of)


def test_a_reminder_waits_for_a_scan_that_began_after_it_was_due(now):
    it = measured_at(episode(OVER, now, OVER), now + 2 * DAY)
    waiting = decide([it], [], RULES, now + 3 * DAY)
    assert not waiting.speaks
    assert waiting.lines[0].stale_since == now + 3 * DAY
    assert silences(waiting)[0] == (
        "repeat, but it was last measured at 2026-03-04 08:00 UTC, before this was due (2026-03-05 08:00 UTC); "
        "it waits for the next scan"
    )
    fresh = measured_at(it, now + 3 * DAY)
    assert decided(decide([fresh], [], RULES, now + 3 * DAY + HOUR)) == ({0: Reason.REPEAT}, "")


def test_a_scan_that_took_long_is_young_enough_for_as_long_again(now):
    slow = replace(episode(OVER, now, OVER), as_of=now + 2 * DAY, fresh_until=now + 4 * DAY)
    assert decide([slow], [], RULES, now + 3 * DAY).speaks
    assert not decide([slow], [], RULES, now + 4 * DAY + SECOND).speaks


def test_what_waited_for_the_interval_needs_a_new_scan_too(now):
    new = measured_at(episode(WARNING, now), now)
    said = [Said(now - HOUR)]
    assert decide([new], said, RULES, now + 22 * HOUR).lines[0].stale_since is None
    waiting = decide([new], said, RULES, now + 23 * HOUR)
    assert (waiting.speaks, waiting.lines[0].stale_since) == (False, now + 23 * HOUR)
    assert decide([measured_at(new, now + 23 * HOUR)], said, RULES, now + 24 * HOUR).speaks


def test_what_is_stale_breaks_no_interval_for_others(now):
    """The step to over cannot be said, so the notice beside it waits for its turn."""
    over = measured_at(episode(OVER, now - 3 * DAY), now - 3 * DAY)
    decision = decide([over, episode(NOTICE, now)], [Said(now - HOUR)], RULES, now)
    assert (decision.speaks, decision.lines[0].stale_since) == (False, now - DAY)


def test_reminders_wait_an_hour_for_each_other_and_news_does_not(now):
    due_at = now + 3 * DAY
    fresh, stale = measured_at(episode(OVER, now, OVER), due_at), measured_at(episode(OVER, now, OVER), now)
    assert not decide([fresh, stale], [], RULES, due_at + HOUR - SECOND).speaks
    assert decided(decide([fresh, stale], [], RULES, due_at + HOUR))[0] == {0: Reason.REPEAT}
    new = measured_at(episode(OVER, due_at), due_at)
    assert decided(decide([new, stale], [], RULES, due_at))[0] == {0: Reason.BEGAN}


def test_beside_what_is_due_stands_what_was_measured_within_a_day(now):
    new, other = episode(OVER, now), episode(NOTICE, now, NOTICE)
    lately, long_ago = measured_at(other, now - DAY + SECOND), measured_at(other, now - DAY)
    decision = decide([new, lately, long_ago], [], RULES, now)
    assert [line.beside for line in decision.lines] == [False, True, False]


def test_an_exemption_is_no_matter_of_measuring(now):
    lifted = Exemption("p", now + 30 * DAY, "a campaign")
    it = measured_at(episode(OK, now, OVER, ended=now), now - 9 * DAY)
    it = replace(it, finding=replace(it.finding, lifted=lifted))
    assert decided(decide([it], [], RULES, now))[0] == {0: Reason.EXEMPT}


def test_a_notice_is_never_repeated(now):
    assert due(episode(NOTICE, now, NOTICE), RULES, now + 1000 * DAY) is None
    assert due(episode(NOTICE, now, OVER), RULES, now + 1000 * DAY) is None


def test_the_settings_say_how_often_is_reminded(now):
    own = Messages(repeat_over="10d", repeat_warning="12h")
    assert due(episode(OVER, now, OVER), own, now + 9 * DAY) is None
    assert due(episode(OVER, now, OVER), own, now + 10 * DAY) == Reason.REPEAT
    assert due(episode(WARNING, now, WARNING), own, now + 12 * HOUR) == Reason.REPEAT


def test_an_end_is_told_once_and_only_to_who_was_told_of_the_begin(now):
    ended = episode(OK, now, NOTICE, ended=now + HOUR)
    assert due(ended, RULES, now + HOUR) == Reason.ENDED
    assert due(replace(ended, settled=True), RULES, now + HOUR) is None
    assert due(episode(OK, now, ended=now + HOUR), RULES, now + HOUR) is None


def test_nothing_is_said_where_there_is_nothing(now):
    assert not decide([], [], RULES, now).speaks


def test_all_that_is_due_goes_into_one_message(now):
    three = [episode(NOTICE, now), episode(OVER, now, WARNING), episode(OK, now, OVER, ended=now)]
    quiet = episode(NOTICE, now, NOTICE)
    decision = decide([*three, quiet], [], RULES, now + DAY)
    assert decided(decision) == ({0: Reason.BEGAN, 1: Reason.WORSE, 2: Reason.ENDED}, "")


def test_a_second_message_waits_a_day(now):
    new = episode(WARNING, now)
    waiting = decide([new], [Said(now)], RULES, now + DAY - SECOND)
    assert not waiting.speaks
    assert silences(waiting) == {
        0: "began, but the last message went out at 2026-03-02 08:00 UTC; at most one in 1 day, so it waits "
        "until 2026-03-03 08:00 UTC"
    }
    assert decided(decide([new], [Said(now)], RULES, now + DAY)) == ({0: Reason.BEGAN}, "")


def test_the_settings_say_how_long_a_second_message_waits(now):
    own = Messages(min_interval="2h")
    assert not decide([episode(NOTICE, now)], [Said(now)], own, now + 2 * HOUR - SECOND).speaks
    assert decide([episode(NOTICE, now)], [Said(now)], own, now + 2 * HOUR).speaks


@pytest.mark.parametrize("told", [None, NOTICE, WARNING])
def test_the_step_to_over_does_not_wait_but_only_once(told, now):
    passed = episode(OVER, now, told)
    reason = Reason.BEGAN if told is None else Reason.WORSE
    first = decide([passed], [Said(now)], RULES, now + HOUR)
    assert decided(first) == ({0: reason}, STEP_TO_OVER)
    said = [Said(now), Said(now + HOUR, STEP_TO_OVER)]
    assert not decide([passed], said, RULES, now + 2 * HOUR).speaks
    assert decided(decide([passed], said, RULES, now + HOUR + DAY)) == ({0: reason}, "")


def test_the_good_news_does_not_wait_but_only_once(now):
    relieved = episode(OK, now, OVER, ended=now + HOUR)
    assert decided(decide([relieved], [Said(now)], RULES, now + HOUR)) == ({0: Reason.ENDED}, OVER_NO_MORE)
    said = [Said(now), Said(now + HOUR, OVER_NO_MORE)]
    assert not decide([relieved], said, RULES, now + 2 * HOUR).speaks


def test_each_of_the_two_breaks_the_interval_on_its_own(now):
    relieved = episode(OK, now, OVER, ended=now + HOUR)
    after_over = [Said(now), Said(now + HOUR, STEP_TO_OVER)]
    assert decide([relieved], after_over, RULES, now + 2 * HOUR).broke_interval == OVER_NO_MORE
    passed = episode(OVER, now)
    after_relief = [Said(now), Said(now + HOUR, OVER_NO_MORE)]
    assert decide([passed], after_relief, RULES, now + 2 * HOUR).broke_interval == STEP_TO_OVER


@pytest.mark.parametrize(
    "light",
    [
        lambda now: episode(WARNING, now),
        lambda now: episode(WARNING, now, NOTICE),
        lambda now: episode(OK, now, WARNING, ended=now),
        lambda now: episode(OVER, now, OVER, told_at=now - 3 * DAY),
    ],
    ids=["a warning that began", "a warning that got worse", "the end of a warning", "a reminder of over"],
)
def test_nothing_lighter_breaks_the_interval(light, now):
    assert not decide([light(now)], [Said(now)], RULES, now + HOUR).speaks


def test_what_waits_goes_along_when_something_weighty_breaks_the_interval(now):
    both = [episode(NOTICE, now), episode(OVER, now)]
    assert decided(decide(both, [Said(now)], RULES, now + HOUR))[0] == {0: Reason.BEGAN, 1: Reason.BEGAN}


def test_silence_has_a_reason_for_every_episode(now):
    episodes = [
        episode(NOTICE, now, NOTICE),
        episode(WARNING, now, WARNING),
        episode(OVER, now, OVER),
        episode(OK, now, ended=now),
    ]
    assert silences(decide(episodes, [Said(now)], RULES, now + HOUR)) == {
        0: "told at 2026-03-02 08:00 UTC; a notice is not repeated",
        1: "told at 2026-03-02 08:00 UTC; a reminder is due from 2026-03-09 08:00 UTC",
        2: "told at 2026-03-02 08:00 UTC; a reminder is due from 2026-03-05 08:00 UTC",
        3: "it ended before anything was said of it",
    }


def test_while_one_waits_the_others_say_why_they_are_silent_too(now):
    waiting = decide([episode(NOTICE, now), episode(NOTICE, now, NOTICE)], [Said(now)], RULES, now + HOUR)
    assert waiting.lines[0].silence.startswith("began, but the last message went out at")
    assert waiting.lines[1].silence == "told at 2026-03-02 08:00 UTC; a notice is not repeated"


# Milestones


def at_milestone(days: int | None, told: int | None, now: datetime, level: Level = NOTICE) -> Episode:
    it = episode(level, now - DAY, level)
    return replace(it, finding=replace(it.finding, milestone=days), told_milestone=told)


@pytest.mark.parametrize(
    ("days", "told", "says"), [(14, 30, True), (14, None, True), (14, 14, False), (30, 14, False)]
)
def test_a_milestone_is_told_once_and_those_that_passed_before_it_never(days, told, says, now):
    assert due(at_milestone(days, told, now), RULES, now) == (Reason.MILESTONE if says else None)


def test_what_has_no_milestone_reaches_none(now):
    assert due(at_milestone(None, None, now), RULES, now) is None


def test_a_step_up_is_told_as_such_though_it_is_a_milestone_too(now):
    it = at_milestone(7, 14, now)
    risen = replace(it, level=WARNING, finding=replace(it.finding, level=WARNING))
    assert due(risen, RULES, now) == Reason.WORSE


# What people answered


def test_of_what_was_seen_nothing_is_repeated_and_no_milestone_told(now):
    seen = replace(episode(OVER, now, OVER), replied=OVER)
    assert due(seen, RULES, now + 100 * DAY) is None
    assert due(replace(at_milestone(1, 30, now), replied=NOTICE), RULES, now) is None


def test_what_was_seen_is_told_again_when_it_gets_worse(now):
    assert due(replace(episode(OVER, now, WARNING), replied=WARNING), RULES, now) == Reason.WORSE


def test_what_was_put_off_is_due_again_afterwards(now):
    put_off = replace(episode(OVER, now, OVER), replied=OVER, quiet_until=now + 14 * DAY)
    assert due(put_off, RULES, now + 14 * DAY - SECOND) is None
    assert due(put_off, RULES, now + 14 * DAY) == Reason.REPEAT


@pytest.mark.parametrize("level", [NOTICE, WARNING])
def test_a_muted_policy_is_silent_below_the_limit(level, now):
    assert due(episode(level, now), RULES, now, {"p"}) is None
    assert due(episode(level, now), RULES, now, {"q"}) == Reason.BEGAN


def test_a_limit_that_is_passed_can_be_muted_only_where_the_site_allows_it(now):
    assert due(episode(OVER, now), RULES, now, {"p"}) == Reason.BEGAN
    assert due(episode(OVER, now), Messages(mute_over=True), now, {"p"}) is None


def test_the_reason_for_silence_names_the_answer(now):
    seen = replace(episode(WARNING, now, WARNING), replied=WARNING)
    put_off = replace(seen, quiet_until=now + 3 * DAY)
    silence = silences(decide([seen, put_off], [], RULES, now))
    assert silence[0] == "seen by its person at warning; said again when it gets worse"
    assert (
        silence[1] == f"put off by its person until {now + 3 * DAY:%Y-%m-%d %H:%M} UTC, unless it gets worse"
    )
    assert silences(decide([episode(NOTICE, now, NOTICE)], [], RULES, now, {"p"})) == {
        0: "muted by its person"
    }
