"""What is kept of an answer, on both databases, and what is said after it."""

from datetime import timedelta

import pytest
from facility import Facility, claim, measured, new_area, together

from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.errors import WrongInput
from xfc_notify.notify.listen import About, acknowledge, mute, put_off, rescan, unmute
from xfc_notify.notify.replies import By
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow, MuteRow
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import events, users
from xfc_notify.people.tables import EventRow
from xfc_notify.states import EventKind
from xfc_notify.usage import Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = About()


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def alice():
    return users.user_named("alice")


def speak(facility, now) -> int:
    return speak_to_all(facility.service, now)


def replies_kept() -> list[tuple[str, str, str]]:
    rows = EventRow.select().where(EventRow.kind.not_in(("began", "told", "worse", "ended", "better")))
    return [(row.kind, row.policy, row.what) for row in rows.order_by(EventRow.id)]


def ask(area: AreaRow, now) -> None:
    rescan(alice(), [AreaRow.get_by_id(area.id)], Clock.ARRIVAL, By.PERSON, now)


def test_what_was_seen_is_not_said_again_and_it_is_kept_who_said_so(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    (done,) = acknowledge(alice(), ALL, By.OPERATOR, now + HOUR)
    assert (done.user, done.area, done.policy, str(done.level)) == (
        "alice",
        "/vol1/alice",
        "quota_hard",
        "over",
    )
    assert [speak(facility, now + wait) for wait in (3 * DAY, 30 * DAY)] == [0, 0]
    assert replies_kept() == [("seen", "quota_hard", "an operator, by command")]
    assert [it.at for it in events.of_episode(EpisodeRow.get().id, [EventKind.SEEN])] == [now + HOUR]
    assert EpisodeRow.get().silence == "seen by its person at over; said again when it gets worse"


def test_what_was_put_off_is_said_when_its_time_has_come(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    put_off(alice(), ALL, now + 7 * DAY, By.PERSON, now)
    assert speak(facility, now + 7 * DAY - HOUR) == 0
    assert "put off by its person until 2026-03-09 08:00 UTC" in EpisodeRow.get().silence
    assert facility.speak(now + 7 * DAY) == 1
    assert replies_kept() == [("put off", "quota_hard", "the person, by link, until 2026-03-09 08:00 UTC")]


def test_an_answer_is_about_the_episodes_that_it_names(facility, now):
    for volume in ("vol1", "vol2"):
        facility.scan(new_area("alice", now, volume), 1001, now)
    first, second = EpisodeRow.select().order_by(EpisodeRow.id)
    acknowledge(alice(), About(ids={first.id}), By.PERSON, now + DAY)
    assert [it.replied for it in EpisodeRow.select().order_by(EpisodeRow.id)] == [3, None]
    put_off(alice(), About("quota_hard", {second.id}), now + 2 * DAY, By.PERSON, now + DAY)
    assert [it.snoozes for it in EpisodeRow.select().order_by(EpisodeRow.id)] == [0, 1]
    with pytest.raises(WrongInput, match="nothing to answer for alice of quota_temporal"):
        acknowledge(alice(), About("quota_temporal"), By.PERSON, now)


def test_nobody_answers_for_another(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    facility.scan(new_area("ben", now), 1001, now)
    acknowledge(alice(), About(ids={it.id for it in EpisodeRow.select()}), By.PERSON, now)
    assert [(it.subject.user.name, it.replied) for it in EpisodeRow.select().order_by(EpisodeRow.id)] == [
        ("alice", 3),
        ("ben", None),
    ]


@pytest.mark.parametrize("size", [None, 10, 1001])
def test_where_nothing_was_told_there_is_nothing_to_answer(store, tmp_path, size, now):
    facility = Facility.at(tmp_path)
    area = new_area("alice", now)
    if size is not None:
        users.change(alice(), email=None, notify=False)
        facility.scan(area, size, now)
    with pytest.raises(WrongInput, match="nothing to answer"):
        acknowledge(alice(), ALL, By.OPERATOR, now)


def test_of_answers_at_once_each_is_kept(facility, now):
    facility.scan(new_area("alice", now), 1001, now)
    user = alice()

    def once() -> bool:
        try:
            put_off(user, ALL, now + DAY, By.PERSON, now)
        except WrongInput:
            return False
        return True

    assert sorted(together([once] * 4)) == [False, False, True, True]
    assert (EpisodeRow.get().snoozes, len(replies_kept())) == (2, 2)


def test_a_muted_policy_is_silent_until_its_limit_is_passed(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    mute(alice(), "growth", By.PERSON, now)
    (done,) = mute(alice(), "quota_hard", By.PERSON, now)
    assert (done.policy, done.area) == ("quota_hard", None)
    facility.scan(area, 950, now + DAY)
    assert MessageRow.select().count() == 1
    assert {it.silence for it in EpisodeRow.select()} == {"muted by its person"}
    facility.scan(area, 1001, now + 2 * DAY)
    assert {(it.policy, it.told_level) for it in EpisodeRow.select()} >= {("quota_hard", 3)}


def test_muting_and_unmuting_twice_is_once_and_both_are_kept(facility, now):
    new_area("alice", now)
    assert [len(mute(alice(), "quota_hard", By.OPERATOR, now)) for _ in range(2)] == [1, 0]
    assert MuteRow.select().count() == 1
    assert [len(unmute(alice(), "quota_hard", By.OPERATOR, now)) for _ in range(2)] == [1, 0]
    assert MuteRow.select().count() == 0
    assert replies_kept() == [
        ("muted", "quota_hard", "an operator, by command"),
        ("unmuted", "quota_hard", "an operator, by command"),
    ]


def test_after_cleaning_up_the_good_news_comes_in_the_same_thread_though_all_was_acknowledged(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    acknowledge(alice(), ALL, By.PERSON, now)
    ask(area, now + HOUR)
    (order,) = claim(now + HOUR)
    facility.record(measured(order, 600), now + HOUR)
    first, second = MessageRow.select().order_by(MessageRow.created_at)
    assert (second.reasons[0]["reason"], second.thread) == ("ended", first.id)
    assert replies_kept()[1:] == [("rescan", "quota_hard", "the person, by link")]


def test_a_scan_is_asked_for_once_an_hour_per_area(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    ask(first, now)
    with pytest.raises(WrongInput, match=r"less than an hour ago; again from 09:00 UTC"):
        ask(first, now + HOUR - timedelta(seconds=1))
    both = [AreaRow.get_by_id(area.id) for area in (first, second)]
    later = now + HOUR / 2
    done = rescan(alice(), both, Clock.ARRIVAL, By.OPERATOR, later)
    assert [it.area for it in done] == ["/vol2/alice"]
    ask(first, now + HOUR)
    assert ScanRow.select().count() == 2


def test_who_asks_at_once_asks_once(facility, now):
    area = new_area("alice", now)
    user = alice()

    def once() -> bool:
        try:
            rescan(user, [AreaRow.get_by_id(area.id)], Clock.ARRIVAL, By.PERSON, now)
        except WrongInput:
            return False
        return True

    assert sorted(together([once] * 4)) == [False, False, False, True]
    assert ScanRow.select().count() == 1


def test_asking_while_results_are_recorded_waits_for_nobody_for_ever(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    user = alice()
    for round_ in range(1, 6):
        later = now + round_ * DAY
        ask(area, later)
        (order,) = claim(later)

        def asked(later=later) -> None:
            rescan(user, [AreaRow.get_by_id(area.id)], Clock.ARRIVAL, By.PERSON, later + HOUR)

        def recorded(order=order, later=later) -> None:
            facility.record(measured(order, 1001), later + HOUR)

        together([asked, recorded])
        # Either way the area is measured once more, as of after it was asked for.
        (again,) = claim(later + HOUR)
        assert again.as_of == later + HOUR
        facility.record(measured(again, 1001), later + HOUR)
        assert ScanRow.select().where(ScanRow.state == "open").count() == 0
