"""What an answer does to an episode, and how long it holds."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from xfc_notify.domain import Finding, Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.episodes import Measurement, step
from xfc_notify.notify.replies import (
    FARTHEST,
    acknowledge,
    answerable,
    begin_of,
    in_days,
    next_rescan,
    put_off,
    reopened,
    still_heard,
)
from xfc_notify.notify.rules import due
from xfc_notify.settings import Messages

OK, NOTICE, WARNING, OVER = Level
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Messages()


def finding(level: Level) -> Finding:
    return Finding(level, {OK: 10, NOTICE: 85, WARNING: 95, OVER: 120}[level], 100, "files", "files")


def told(level: Level, now: datetime, as_level: Level | None = None) -> Episode:
    """An episode at this level that its person was told of."""
    return Episode(
        "p", "p", level, finding(level), now, now, now, id=1, told_level=as_level or level, told_at=now
    )


def rescanned(episode: Episode, level: Level, now: datetime) -> Episode:
    moved = step(episode, "p", "p", finding(level), Measurement(now, now), now)
    assert moved is not None
    return moved.episode


def test_one_can_answer_what_is_open_and_was_told(now):
    it = told(WARNING, now)
    assert answerable(it)
    assert not answerable(replace(it, told_level=None, told_at=None))
    assert not answerable(rescanned(it, OK, now))


def test_what_was_seen_is_not_repeated_and_is_told_again_when_it_gets_worse(now):
    it = acknowledge(told(WARNING, now))
    assert (it.acknowledged, due(it, RULES, now + 100 * DAY)) == (True, None)
    assert due(rescanned(it, OVER, now), RULES, now) == Reason.WORSE


def test_a_rise_that_was_not_told_yet_is_told_in_spite_of_the_answer(now):
    it = acknowledge(told(OVER, now, as_level=WARNING))
    assert it.replied == WARNING
    assert due(it, RULES, now) == Reason.WORSE


def test_an_answer_to_what_has_fallen_does_not_cover_its_return(now):
    it = acknowledge(told(WARNING, now, as_level=OVER))
    assert it.replied == WARNING
    assert due(rescanned(it, OVER, now + 9 * DAY), RULES, now + 9 * DAY) == Reason.REPEAT


def test_what_was_put_off_is_quiet_until_then(now):
    it = put_off(told(OVER, now), in_days(14, now), now)
    assert (it.acknowledged, it.snoozes) == (False, 1)
    assert due(it, RULES, now + 14 * DAY - HOUR) is None
    assert due(it, RULES, now + 14 * DAY) == Reason.REPEAT


def test_a_rise_ends_what_was_put_off(now):
    it = put_off(told(NOTICE, now), in_days(14, now), now)
    risen = rescanned(it, WARNING, now + DAY)
    assert (risen.replied, risen.quiet_until, risen.snoozes) == (None, None, 1)
    assert due(risen, RULES, now + DAY) == Reason.WORSE


def test_one_can_put_off_twice_in_an_episode_and_then_still_acknowledge(now):
    it = put_off(put_off(told(OVER, now), now + DAY, now), now + 2 * DAY, now)
    assert (it.snoozes, it.quiet_until) == (2, now + 2 * DAY)
    with pytest.raises(WrongInput, match="put off twice already"):
        put_off(it, now + 3 * DAY, now)
    assert acknowledge(it).acknowledged


def test_one_can_put_off_for_30_days_and_not_longer(now):
    assert put_off(told(OVER, now), now + FARTHEST, now).quiet_until == now + 30 * DAY
    with pytest.raises(WrongInput, match="at most 30 days"):
        put_off(told(OVER, now), now + FARTHEST + timedelta(seconds=1), now)


def test_one_cannot_put_off_until_a_time_that_is_past(now):
    with pytest.raises(WrongInput, match="is past"):
        put_off(told(OVER, now), now, now)


@pytest.mark.parametrize("days", [0, 2, -1, 30])
def test_only_some_numbers_of_days_are_offered(days, now):
    with pytest.raises(WrongInput, match="1, 3, 7 or 14 days"):
        in_days(days, now)


def test_a_day_begins_at_midnight_where_one_is(now):
    assert begin_of(date(2026, 3, 29), "Europe/Paris").isoformat() == "2026-03-28T23:00:00+00:00"
    assert begin_of(date(2026, 3, 30), "Europe/Paris").isoformat() == "2026-03-29T22:00:00+00:00"
    with pytest.raises(WrongInput, match="0001-01-01 is no day"):
        begin_of(date.min, "Asia/Tokyo")


def test_whoever_cleans_up_hears_of_it_though_it_was_acknowledged(now):
    seen = acknowledge(told(WARNING, now))
    assert due(rescanned(seen, OK, now), RULES, now) is None
    assert due(rescanned(reopened(seen), OK, now), RULES, now) == Reason.ENDED


def test_cleaning_up_does_not_end_what_was_put_off(now):
    it = put_off(told(WARNING, now), now + DAY, now)
    assert reopened(it) == it
    assert due(rescanned(it, OK, now), RULES, now) == Reason.ENDED


def test_a_scan_can_be_asked_for_once_an_hour(now):
    assert next_rescan(None, now) == now
    assert next_rescan(now - 2 * HOUR, now) == now
    assert next_rescan(now - HOUR / 2, now) == now + HOUR / 2


@pytest.mark.parametrize(
    ("level", "policy", "mute_over", "heard"),
    [
        (OVER, "p", False, True),
        (OVER, "p", True, False),
        (WARNING, "p", False, False),
        (OVER, "q", False, False),
    ],
)
def test_a_limit_that_is_passed_is_told_though_it_is_muted(level, policy, mute_over, heard, now):
    assert still_heard([told(level, now)], policy, mute_over) is heard
