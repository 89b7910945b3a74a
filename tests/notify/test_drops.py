"""A sudden drop of more than half is seen twice before anything falls or ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from facility import Facility, claim, install_plugin, measured, new_area
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.areas.tables import AreaRow
from xfc_notify.components import duties
from xfc_notify.domain import Finding, Level, PastScan
from xfc_notify.notify import episode_rows
from xfc_notify.notify.compose import preview
from xfc_notify.notify.drops import BelievedSize, believed
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import Change, Measurement, Step, step
from xfc_notify.notify.escalation import due_stage
from xfc_notify.notify.listen import rescan
from xfc_notify.notify.replies import By
from xfc_notify.notify.rules import decide, due
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.notify.told import told
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow
from xfc_notify.settings import Messages
from xfc_notify.usage import Clock
from xfc_notify.watch.tick import tick

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READ, UNREAD = frozenset[str](), frozenset({"permission: closed"})
SILENCE = "the last scan found less than half of what was there before; it waits for a second scan"


def doubts(now, *found: int) -> list[bool]:
    """After which scans a drop waits to be seen again; those with a minus could not read everything."""
    scans = [PastScan(now + i * DAY, abs(size), 0, 1, complete=size >= 0) for i, size in enumerate(found)]
    return [believed(scans[: i + 1]).doubted for i in range(len(scans))]


# Pure


@pytest.mark.parametrize(
    ("found", "doubted"),
    [
        ((0, 100, 100), (0, 0, 0)),
        ((100, 50, 25), (0, 0, 0)),  # half is not less than half
        ((100, 49, 49), (0, 1, 0)),
        ((100, 0, 0, 0), (0, 1, 0, 0)),
        ((100, 10, 4, 4), (0, 1, 0, 0)),  # it went on falling: a drop was seen twice
        ((100, 10, 4, 1, 1), (0, 1, 0, 1, 0)),  # what was seen twice is what is there
        ((100, 10, 60, 60), (0, 1, 0, 0)),
        ((100, 0, 100, 0, 0), (0, 1, 0, 1, 0)),  # it was back in between
        ((100, -10, 10, 10), (0, 0, 1, 0)),  # what could not read everything has not seen a drop
        ((100, 10, -10, 10), (0, 1, 1, 0)),
        ((100, 10, -90, 10, 10), (0, 1, 0, 1, 0)),  # … but may show that there was none
        ((10, -100, 10, 10), (0, 0, 1, 0)),
        ((100, -30, 60, 60), (0, 0, 0, 0)),
    ],
)
def test_a_drop_of_more_than_half_is_doubted_until_it_is_seen_again(found, doubted, now):
    assert doubts(now, *found) == list(map(bool, doubted))


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans())))
def test_of_two_scans_in_a_row_that_read_everything_one_is_believed(scans):
    state, before = BelievedSize(), False
    for size, complete in scans:
        state = state.after(size, complete)
        assert not (complete and before and state.doubted)
        if complete and not state.doubted:
            assert state.size == size
        before = complete and state.doubted


def finding(used: float) -> Finding:
    return Finding(Level.at(used, 100), used, 100, "files", "number of files")


def stands(level: Level, now) -> Episode:
    return Episode(
        "count",
        "files",
        level,
        replace(finding(130), level=level),
        began_at=now,
        as_of=now,
        fresh_until=now,
        told_level=level,
        told_at=now,
        id=7,
    )


def moved(before: Episode | None, found: Finding | None, now, *, complete=True, doubted=True) -> Step:
    after = step(
        before, "count", "files", found, Measurement(now, now, READ if complete else UNREAD, doubted), now
    )
    assert after is not None
    return after


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("found", [finding(10), finding(90), None])
def test_a_doubted_scan_lowers_and_ends_nothing(found, complete, now):
    before = stands(Level.OVER, now)
    after = moved(before, found, now, complete=complete)
    assert after.change is Change.DOUBTED
    nothing = replace(before.finding, level=Level.OK)
    assert after.episode == replace(before, finding=found or nothing, doubted=True)
    again = moved(after.episode, found, now, complete=complete)
    assert (again.change, again.episode) == (Change.STAYS, after.episode)


def test_a_doubted_scan_begins_and_raises_as_any_other(now):
    begun = moved(None, finding(85), now)
    assert (begun.change, begun.episode.doubted) == (Change.BEGAN, False)
    raised = moved(stands(Level.NOTICE, now), finding(101), now)
    assert (raised.change, raised.episode.level, raised.episode.doubted) == (Change.WORSE, Level.OVER, False)


def test_what_a_scan_would_not_have_lowered_is_not_doubted(now):
    after = moved(stands(Level.OVER, now), finding(96), now)
    assert (after.change, after.episode.doubted) == (Change.STAYS, False)


def test_what_was_doubted_and_rises_is_not_doubted_any_more_and_is_told(now):
    before = replace(stands(Level.NOTICE, now), doubted=True)
    after = moved(before, finding(101), now + DAY, complete=False)
    assert (after.change, after.episode.level, after.episode.doubted) == (Change.WORSE, Level.OVER, False)
    assert due(after.episode, Messages(), now + DAY) == "worse"


@pytest.mark.parametrize(
    ("used", "complete", "change", "level"),
    [
        (10, True, Change.ENDED, Level.OK),
        (120, True, Change.STAYS, Level.OVER),
        (10, False, Change.OBSCURED, Level.OVER),
    ],
)
def test_the_next_scan_settles_what_was_doubted(used, complete, change, level, now):
    doubted = replace(stands(Level.OVER, now), doubted=True)
    after = moved(doubted, finding(used), now, complete=complete, doubted=False)
    assert (after.change, after.episode.level, after.episode.doubted) == (change, level, False)


def test_nothing_is_said_of_what_is_doubted_nor_passed_on(now):
    later, rules = now + 100 * DAY, Messages(escalate=True)
    overdue = replace(stands(Level.OVER, now), repeats=9, as_of=later, fresh_until=later)
    assert due(overdue, rules, later) == "repeat"
    assert due_stage(overdue, overdue.told_at, rules, later, contact=True)
    doubted = replace(overdue, doubted=True)
    for episode in (doubted, replace(doubted, told_level=None, told_at=None)):
        assert due(episode, rules, later) is None
        assert [line.silence for line in decide([episode], [], rules, later).lines] == [SILENCE]
        assert due_stage(episode, now, rules, later, contact=True) is None


# The service


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def reasons() -> list[str]:
    return [
        it["reason"]
        for message in MessageRow.select().order_by(MessageRow.created_at)
        for it in message.reasons
    ]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_good_news_comes_after_the_second_scan_and_it_is_kept_why_not_before(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    facility.scan(area, 10, now + DAY)
    assert (EpisodeRow.get().level, EpisodeRow.get().ended_at) == (Level.OVER, None)
    assert AreaRow.get().level == Level.OVER
    assert EpisodeRow.get().silence == SILENCE
    doubted = EventRow.get(EventRow.kind == "doubted")
    assert (doubted.at, doubted.policy) == (now + DAY, "quota_hard")
    assert doubted.what == (
        "10 B of 1 kB; less than half of what was there before, so a second scan has to find the same"
    )
    facility.scan(area, 10, now + 2 * DAY)
    assert reasons() == ["began", "ended"]
    assert EpisodeRow.get().settled


def test_a_volume_that_is_back_at_the_next_scan_has_made_nobody_hear_anything(facility, now):
    area = new_area("alice", now)
    for day, size in enumerate([1001, 1001, 0, 1001, 0, 1001]):
        facility.scan(area, size, now + day * DAY)
        tick(duties(), facility.service, now + day * DAY + HOUR)
    assert reasons() == ["began", "repeat"]
    assert not EpisodeRow.get().doubted


@pytest.mark.parametrize("back", [timedelta(0), HOUR])
def test_no_drop_is_hidden_by_a_clock_that_was_put_back_or_by_two_scans_in_a_second(facility, now, back):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    facility.scan(area, 10, now - back)
    assert EpisodeRow.get().doubted
    assert reasons() == ["began"]


def test_a_drop_is_seen_twice_by_two_scans_in_a_second(facility, now):
    area = new_area("alice", now)
    for number, size in enumerate((1001, 10, 10)):
        facility.scan(area, size, now + number * timedelta(milliseconds=100))
    assert reasons() == ["began", "ended"]


def test_no_reminder_and_no_first_message_goes_out_on_a_drop_that_was_seen_once(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 850, now)
    facility.scan(second, 950, now + HOUR)  # waits for a day to be over
    facility.scan(second, 10, now + 2 * HOUR)
    assert speak_to_all(facility.service, now + 20 * DAY) == 0
    assert [it.silence for it in EpisodeRow.select().order_by(EpisodeRow.id)][1] == SILENCE
    facility.scan(second, 960, now + 20 * DAY)
    assert reasons() == ["began", "began"]


def test_a_message_about_something_else_says_nothing_of_what_is_doubted(facility, now):
    first, second = new_area("alice", now, "vol1"), new_area("alice", now, "vol2")
    facility.scan(first, 1001, now)
    facility.scan(first, 10, now + 2 * DAY)
    facility.scan(second, 850, now + 3 * DAY)
    message = MessageRow.select().order_by(MessageRow.created_at.desc()).first()
    assert [(it["area"], it["reason"]) for it in message.reasons] == [("/vol2/alice", "began")]
    assert "/vol1/alice" not in message.text
    assert EpisodeRow.get(EpisodeRow.subject == first.subject).told_at == now
    facility.scan(first, 10, now + 5 * DAY)
    assert reasons() == ["began", "began", "ended"]


def test_a_preview_in_the_meantime_claims_nothing_and_says_what_it_waits_for(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    facility.scan(area, 10, now + DAY)
    message = preview(users.user_named("alice"), facility.settings, now + DAY)
    said = "This is less than half of what was there before; it counts when a second scan has found the same."
    for body in (message.text, message.html):
        assert said in flat(body)
    assert message.subject == "[XFC] You have used 1 % of your space on vol1"
    assert (message.level, message.reasons) == (Level.OK, ())
    assert "Thank you" not in message.text
    facility.scan(area, 10, now + 2 * DAY)
    assert said not in flat(preview(users.user_named("alice"), facility.settings, now + 2 * DAY).text)


def test_who_has_really_cleaned_up_can_ask_for_the_second_scan(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    for hours in (1, 2):
        rescan(users.user_named("alice"), [AreaRow.get()], Clock.ARRIVAL, By.PERSON, now + hours * HOUR)
        (order,) = claim(now + hours * HOUR)
        facility.record(measured(order, 10), now + hours * HOUR)
        assert reasons() == ["began", "ended"][:hours]


def test_what_was_acknowledged_stays_so_while_it_is_doubted(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1001, now)
    (kept,) = episode_rows.unsettled_in(area)
    episode_rows.save(area, replace(told(kept, None, now, "t"), replied=Level.OVER))
    facility.scan(area, 10, now + DAY)
    (kept,) = episode_rows.unsettled_in(area)
    assert (kept.doubted, kept.replied) == (True, Level.OVER)


PLUGIN = """
from xfc_notify import Finding, Level, hookimpl

@hookimpl
def evaluate(area, usage):
    yield Finding(Level.at(usage.files, 100), usage.files, 100, "files", "number of files")
"""


def test_the_episodes_of_a_plugin_wait_too(store, tmp_path, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "count", PLUGIN)
    facility = Facility.at(tmp_path)
    area = new_area("alice", now)
    facility.scan(area, 500, now, files=120)
    facility.scan(area, 10, now + DAY, files=1)
    assert [(it.policy, it.doubted) for it in EpisodeRow.select()] == [("count", True)]
    facility.scan(area, 10, now + 2 * DAY, files=1)
    assert EpisodeRow.get().ended_at == now + 2 * DAY
    assert [it.kind for it in EventRow.select().order_by(EventRow.id)] == [
        "began",
        "told",
        "doubted",
        "ended",
        "told",
    ]


def test_what_passes_its_limit_is_told_though_the_drop_of_something_else_is_still_doubted(
    store, tmp_path, monkeypatch, now
):
    install_plugin(tmp_path, monkeypatch, "count", PLUGIN)
    facility = Facility.at(tmp_path)
    area = new_area("alice", now)
    facility.scan(area, 500, now, files=85)
    facility.scan(area, 10, now + 2 * DAY, files=1)
    assert EpisodeRow.get().doubted
    facility.scan(area, 10, now + 4 * DAY, files=101, readable=False)
    assert (EpisodeRow.get().level, EpisodeRow.get().doubted) == (Level.OVER, False)
    assert reasons() == ["began", "worse"]
