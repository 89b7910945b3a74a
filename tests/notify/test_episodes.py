"""Episodes move as the findings move, and never flutter."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import (
    SAME_WITHIN,
    Change,
    Measurement,
    Step,
    may_resume,
    resumed,
    step,
    withdrawn,
)
from xfc_notify.notify.told import counted_as_told, told, untold

OK, NOTICE, WARNING, OVER = Level
READ, UNREAD = frozenset[str](), frozenset({"permission: closed"})

# Thresholds in percent, as the default policies have them.
DEFAULT = (0.8, 0.9, 1.0)


def finding(used: float, limit: float = 100, thresholds: tuple[float, float, float] = DEFAULT) -> Finding:
    notice, warning, over = thresholds
    level = OVER if used > over * limit else Level.at(min(used, limit), limit, notice, warning)
    return Finding(level, used, limit, "files", "number of files", thresholds=thresholds)


def milestone(days: int) -> Finding:
    return replace(finding(85), milestone=days)


def moved(episode: Episode | None, used: Finding | None, now: datetime, *, complete: bool = True) -> Step:
    after = step(episode, "count", "files", used, seen(now, unread=READ if complete else UNREAD), now)
    assert after is not None
    return after


def seen(now: datetime, *, unread: frozenset[str] = READ, doubted: bool = False) -> Measurement:
    return Measurement(now, now, unread, doubted)


def episode_at(level: Level, now: datetime) -> Episode:
    return Episode("count", "files", level, finding(130), began_at=now, as_of=now, fresh_until=now, id=7)


@pytest.mark.parametrize(
    ("used", "level"), [(80, NOTICE), (89.9, NOTICE), (90, WARNING), (100, WARNING), (100.01, OVER)]
)
@pytest.mark.parametrize("complete", [True, False])
def test_an_episode_begins_with_the_first_finding_above_ok(used, level, complete, now):
    begun = moved(None, finding(used), now, complete=complete)
    unread = READ if complete else UNREAD
    expected = Episode("count", "files", level, finding(used), now, now, now, unread=unread)
    assert begun == Step(expected, Change.BEGAN)


@pytest.mark.parametrize("complete", [True, False])
def test_nothing_begins_where_all_is_well(complete, now):
    measured = seen(now, unread=READ if complete else UNREAD)
    assert step(None, "count", "files", finding(79.9), measured, now) is None
    assert step(None, "count", "files", None, measured, now) is None


@pytest.mark.parametrize("complete", [True, False])
def test_a_higher_finding_makes_an_episode_worse_at_once(complete, now):
    after = moved(episode_at(NOTICE, now), finding(101), now, complete=complete)
    assert (after.change, after.episode.level) == (Change.WORSE, OVER)
    assert after.episode.finding == finding(101)


def test_an_episode_keeps_its_identity_from_begin_to_end(now):
    began = replace(episode_at(WARNING, now), told_level=WARNING, told_at=now, thread="first")
    later = now + timedelta(days=1)
    ended = moved(began, finding(10), later).episode
    expected = replace(began, level=OK, finding=finding(10), ended_at=later, lower_since=later)
    assert ended == replace(expected, as_of=later, fresh_until=later)


# From a level, with a usage in percent, on a complete scan, to which level: 5 points under its threshold each
# level is left, and the next lower one is looked at in the same way.
FALLS = [
    (OVER, 100, OVER), (OVER, 95.01, OVER), (OVER, 95, WARNING), (OVER, 90, WARNING), (OVER, 85.01, WARNING),
    (OVER, 85, NOTICE), (OVER, 80, NOTICE), (OVER, 75.01, NOTICE), (OVER, 75, OK), (OVER, 0, OK),
    (WARNING, 89.9, WARNING), (WARNING, 85.01, WARNING), (WARNING, 85, NOTICE), (WARNING, 75.01, NOTICE),
    (WARNING, 75, OK), (NOTICE, 79.9, NOTICE), (NOTICE, 75.01, NOTICE), (NOTICE, 75, OK),
]  # fmt: skip


@pytest.mark.parametrize(("level", "used", "after"), FALLS)
def test_a_level_is_left_five_points_under_its_threshold(level, used, after, now):
    result = moved(episode_at(level, now), finding(used), now)
    assert result.episode.level == after
    expected = Change.STAYS if after == level else Change.ENDED if after == OK else Change.BETTER
    assert result.change == expected
    assert (result.episode.ended_at == now) == (after == OK)


@pytest.mark.parametrize(("level", "used", "after"), FALLS)
def test_a_partial_scan_never_lowers_or_ends(level, used, after, now):
    result = moved(episode_at(level, now), finding(used), now, complete=False)
    assert (result.episode.level, result.episode.ended_at) == (level, None)
    assert (result.change, result.episode.obscured_since) == (
        (Change.STAYS, None) if after == level else (Change.OBSCURED, now)
    )
    assert result.episode.shown == finding(used).level if used <= 100 else level


def test_what_could_not_be_read_before_either_holds_nothing_up(now):
    """A directory that was closed all the time, such as a mount of the user's own."""
    began = step(None, "count", "files", finding(110), seen(now, unread=UNREAD), now)
    assert began is not None
    more = step(
        began.episode, "count", "files", finding(30), seen(now, unread=UNREAD | {"permission: other"}), now
    )
    assert more is not None
    assert (more.change, more.episode.level) == (Change.OBSCURED, OVER)
    same = step(more.episode, "count", "files", finding(30), seen(now, unread=UNREAD), now)
    assert same is not None
    assert (same.change, same.episode.level, same.episode.obscured_since) == (Change.ENDED, OK, None)


def test_what_can_be_read_again_is_hidden_no_more(now):
    hidden = moved(episode_at(OVER, now), finding(30), now, complete=False).episode
    still = moved(hidden, finding(30), now + timedelta(days=1), complete=False)
    assert (still.change, still.episode.obscured_since) == (Change.STAYS, now)
    back = moved(replace(still.episode, told_obscured=True), finding(120), now + timedelta(days=2)).episode
    assert (back.level, back.obscured_since, back.told_obscured) == (OVER, None, False)


@pytest.mark.parametrize(("used", "level"), [(98, WARNING), (84, NOTICE), (79, OK)])
def test_a_new_limit_is_judged_as_it_is(used, level, now):
    """Twice the limit, and no five points: that is no swinging."""
    assert moved(episode_at(OVER, now), finding(2 * used, limit=200), now).episode.level is level


def test_falling_again_and_again_is_as_falling_once(now):
    episode = episode_at(OVER, now)
    for used in (99, 97, 95, 93, 89, 86, 85, 81, 78, 76):
        episode = moved(episode, finding(used), now).episode
    assert episode.level == moved(episode_at(OVER, now), finding(76), now).episode.level == NOTICE


def test_an_area_that_swings_about_a_limit_is_one_episode(now):
    episode = moved(None, finding(101), now).episode
    changes = []
    for used in (99, 101, 97, 103, 96, 100.5):
        result = moved(episode, finding(used), now)
        episode = result.episode
        changes.append(result.change)
    assert changes == [Change.STAYS] * 6


def test_a_policy_with_nothing_to_say_on_a_complete_scan_ends_its_episode(now):
    ended = moved(episode_at(OVER, now), None, now)
    assert (ended.change, ended.episode.level, ended.episode.ended_at) == (Change.ENDED, OK, now)


def test_a_policy_with_nothing_to_say_on_a_partial_scan_changes_nothing(now):
    before = episode_at(OVER, now)
    after = moved(before, None, now, complete=False)
    assert (after.episode.level, after.change) == (OVER, Change.OBSCURED)
    assert after.episode.shown is OK


def test_the_end_of_what_was_never_told_is_settled_at_once(now):
    assert moved(episode_at(OVER, now), finding(1), now).episode.settled
    heard = replace(episode_at(OVER, now), told_at=now, told_level=OVER)
    assert not moved(heard, finding(1), now).episode.settled


@pytest.mark.parametrize(
    ("used", "after"),
    [(1.46, OVER), (1.45, WARNING), (0.56, WARNING), (0.55, NOTICE), (0.46, NOTICE), (0.45, OK)],
)
def test_a_policy_may_have_thresholds_of_its_own(used, after, now):
    own = (0.5, 0.6, 1.5)
    before = replace(episode_at(OVER, now), finding=finding(400, 200, own))
    assert moved(before, finding(used * 200, 200, own), now).episode.level == after


def test_points_are_points_of_the_limit_also_where_floats_round(now):
    # 0.8 - 0.05 is 0.75 and a bit in floating point; 0.9 - 0.05 is 0.85 and a bit less.
    for limit in (10**12, 3 * 10**13, 7):
        before = replace(episode_at(NOTICE, now), finding=finding(limit, limit))
        assert moved(before, finding(0.75 * limit, limit), now).change == Change.ENDED
        warned = replace(before, level=WARNING)
        assert moved(warned, finding(0.85 * limit, limit), now).episode.level == NOTICE


def test_a_limit_of_nothing_is_passed_by_anything_and_kept_by_nothing(now):
    begun = moved(None, finding(1, limit=0), now)
    assert (begun.change, begun.episode.level) == (Change.BEGAN, OVER)
    assert moved(begun.episode, finding(2, limit=0), now).change == Change.STAYS
    assert moved(begun.episode, finding(0, limit=0), now).change == Change.ENDED


def test_a_message_is_kept_in_the_episode_and_settles_an_ended_one(now):
    heard = told(episode_at(WARNING, now), Reason.BEGAN, now, "first")
    assert (heard.told_level, heard.told_at, heard.thread, heard.settled) == (WARNING, now, "first", False)
    again = told(replace(heard, level=OVER), Reason.WORSE, now + timedelta(days=1), "second")
    assert (again.told_level, again.told_at, again.thread) == (OVER, now + timedelta(days=1), "first")
    assert told(replace(again, level=OK, ended_at=now), Reason.ENDED, now, "third").settled


def test_of_what_was_said_in_shadow_mode_nothing_counts(now):
    before = replace(episode_at(OVER, now), finding=milestone(7))
    heard = replace(told(before, Reason.BEGAN, now, "first"), repeats=2, escalated=1)
    assert untold(heard) == before
    assert untold(replace(heard, ended_at=now)) == replace(before, ended_at=now, settled=True)


def test_what_counts_as_told_begins_to_count_its_reminders_anew(now):
    before = replace(episode_at(OVER, now), finding=milestone(7))
    heard = replace(told(before, Reason.BEGAN, now, "first"), repeats=2, escalated=1)
    later = now + timedelta(days=9)
    assert counted_as_told(heard, later) == replace(
        before, told_level=NOTICE, told_at=later, told_limit=100, told_milestone=7
    )


def test_an_episode_whose_policy_is_gone_ends_in_silence(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    assert withdrawn(heard, now) == replace(heard, ended_at=now, settled=True)


def test_what_begins_again_before_its_end_was_told_goes_on(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    ended = moved(heard, finding(1), now).episode
    assert may_resume(ended, now + timedelta(days=100))
    tomorrow = now + timedelta(days=1)
    again = resumed(ended, finding(85), seen(tomorrow), tomorrow).episode
    assert (again.level, again.ended_at, again.settled, again.resumed_at) == (NOTICE, None, False, None)
    assert (again.id, again.told_level, again.told_at, again.thread) == (7, OVER, now, "first")


def test_what_begins_again_within_a_week_of_its_end_is_the_same(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    ended = told(moved(heard, finding(1), now).episode, Reason.ENDED, now, "second")
    assert ended.settled
    assert may_resume(ended, now + SAME_WITHIN - timedelta(seconds=1))
    assert not may_resume(ended, now + SAME_WITHIN)
    tomorrow = now + timedelta(days=1)
    again = resumed(ended, finding(130), seen(tomorrow), tomorrow)
    assert (again.change, again.episode.level, again.episode.resumed_at) == (Change.RESUMED, OVER, tomorrow)
    assert (again.episode.told_level, again.episode.repeats) == (OVER, 0)


def test_of_an_end_that_its_person_knows_nothing_more_is_to_be_said(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    ended = told(moved(heard, finding(1), now).episode, Reason.ENDED, now, "second")
    day = timedelta(days=1)
    again = resumed(ended, finding(130), seen(now + day), now + day).episode
    assert moved(again, finding(1), now + 2 * day).episode.settled
    reminded = told(again, Reason.REPEAT, now + 3 * day, "third")
    assert not moved(reminded, finding(1), now + 4 * day).episode.settled


def test_a_level_that_comes_back_within_a_week_is_no_rise(now):
    day = timedelta(days=1)
    heard = told(replace(episode_at(OVER, now), finding=finding(130)), Reason.BEGAN, now, "first")
    lower = moved(heard, finding(93), now + day).episode
    assert told(lower, Reason.REPEAT, now + 2 * day, "first").told_level is OVER
    assert told(lower, Reason.REPEAT, now + 8 * day, "first").told_level is WARNING
    assert moved(lower, finding(105), now + 3 * day).episode.told_level is OVER
    assert moved(lower, finding(105), now + 8 * day).episode.told_level is WARNING


def test_the_smallest_milestone_told_is_kept(now):
    heard = told(replace(episode_at(NOTICE, now), finding=milestone(14)), Reason.BEGAN, now, "first")
    assert heard.told_milestone == 14
    later = told(replace(heard, finding=milestone(30)), Reason.REPEAT, now, "second")
    assert later.told_milestone == 14
    assert told(replace(later, finding=milestone(7)), Reason.MILESTONE, now, "third").told_milestone == 7


def test_repeats_are_counted_until_something_else_is_told(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    for count in (1, 2):
        heard = told(heard, Reason.REPEAT, now, "first")
        assert heard.repeats == count
    assert told(heard, None, now, "first").repeats == 3
    assert told(heard, Reason.MILESTONE, now, "first").repeats == 2
    assert told(heard, Reason.WORSE, now, "first").repeats == 0


@pytest.mark.parametrize("until", [None, timedelta(days=14)])
def test_an_answer_holds_until_the_level_rises_above_what_it_was(now, until):
    answered = replace(episode_at(WARNING, now), replied=WARNING, quiet_until=until and now + until)
    assert answered.quiet(now)
    lower = moved(answered, finding(82), now).episode
    assert lower.level == NOTICE
    assert lower.quiet(now)
    assert moved(lower, finding(95), now).episode.quiet(now)
    risen = moved(answered, finding(101), now).episode
    assert not risen.quiet(now)
    assert not moved(risen, finding(82), now).episode.quiet(now)


def test_what_was_put_off_is_quiet_until_then(now):
    put_off = replace(episode_at(OVER, now), replied=OVER, quiet_until=now + timedelta(days=3))
    assert put_off.quiet(now + timedelta(days=3, seconds=-1))
    assert not put_off.quiet(now + timedelta(days=3))


def test_the_end_of_what_was_acknowledged_is_not_told_and_of_what_was_put_off_is(now):
    heard = told(episode_at(OVER, now), Reason.BEGAN, now, "first")
    assert moved(replace(heard, replied=OVER), finding(1), now).episode.settled
    put_off = replace(heard, replied=OVER, quiet_until=now + timedelta(days=3))
    assert not moved(put_off, finding(1), now).episode.settled


def test_what_begins_again_above_the_level_that_was_put_off_needs_a_new_answer(now):
    heard = told(episode_at(WARNING, now), Reason.BEGAN, now, "first")
    put_off = replace(heard, replied=WARNING, quiet_until=now + timedelta(days=14))
    ended = moved(put_off, finding(1), now).episode
    again = resumed(ended, finding(101), seen(now), now).episode
    assert not moved(again, finding(92), now).episode.quiet(now)
    same = resumed(ended, finding(92), seen(now), now).episode
    assert same.quiet(now)
