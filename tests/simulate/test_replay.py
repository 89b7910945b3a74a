"""What a simulation says is what the service says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from facility import Facility, new_area
from hypothesis import given, settings
from hypothesis import strategies as st

from xfc_notify.areas import areas, history
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Area, Finding, Level, PastScan
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.plugins import Judgement, Plugins, Verdict
from xfc_notify.settings import Messages
from xfc_notify.settings import Settings as AllSettings
from xfc_notify.simulate.replay import (
    TICK,
    Listener,
    Measured,
    Past,
    Summary,
    Told,
    months,
    replay,
    usage_of,
)
from xfc_notify.usage import Counted

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUICK = Messages(min_interval=HOUR, repeat_over=3 * HOUR, repeat_warning=7 * HOUR)
AREA = Area("ada", "vol1", b"/vol1/ada", 100, 1e18)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return Plugins.load(AllSettings())


def past(*percents: int | None, every: timedelta = DAY) -> Past:
    """Ada's area of 100 bytes, scanned so often; None: that scan failed."""
    scans = [
        Measured(AREA, START + i * every, PastScan(START + i * every, size, 0, 1))
        for i, size in enumerate(percents)
        if size is not None
    ]
    return Past("ada", scans)


def said(messages: list[Told]) -> list[tuple[float, str, str]]:
    """Days after the start, reason and level."""
    return [
        ((it.at - START) / DAY, str(point.reason), str(point.level)) for it in messages for point in it.points
    ]


def test_two_weeks_in_memory_say_what_the_service_said(store, tmp_path):
    facility = Facility.at(tmp_path)
    sizes = {
        "alice": [700, 850, 1001, 990, 950, 940, 700, 600, 1001, 1001, 1001, 1001, 1001, 900, 950, 100],
        "ben": [950] * 16,
        "cleo": [1200, None, 1200, 10, 1200, None, None, 1300, 10, 10, 10, 850, 950, 1050, 950, 850],
    }
    rows = {name: new_area(name, START) for name in sizes}
    second = new_area("ben", START, "vol2")
    for day in range(16):
        for hour in range(24):
            now = START + day * DAY + hour * HOUR
            for name, found in sizes.items():
                if hour == len(name) and found[day] is not None:
                    facility.scan(AreaRow.get_by_id(rows[name].id), found[day], now, readable=day % 5 > 0)
            if hour == 9:
                facility.scan(second, 1001 if day % 4 == 1 else 500, now)
            speak_to_all(facility.service, now)
    until = START + 16 * DAY - HOUR
    simulated = []
    for name in sizes:
        scans = [
            Measured(areas.area(row, Counted.APPARENT), ended, scan)
            for row, ended, scan in history.whole()
            if row.user.name == name
        ]
        for told in replay(
            Past(name, scans), facility.plugins.evaluate_here, facility.settings.messages, until
        ):
            points = sorted((p.area.decode(), p.policy, str(p.reason), str(p.level)) for p in told.points)
            simulated.append((told.at, name, points, told.broke_interval))
    written = [
        (
            row.created_at,
            row.user.name,
            sorted((it["area"], it["policy"], it["reason"], it["level"]) for it in row.reasons),
            row.broke_interval,
        )
        for row in MessageRow.select()
    ]
    assert len(written) > 10
    assert sorted(simulated) == sorted(written)
    ends = [ended for _, ended, _ in history.whole()]
    assert history.span_of_whole() == (3, min(ends), max(ends))


def test_the_stored_history_leaves_out_who_does_not_want_to_hear(store, tmp_path, now):
    facility = Facility.at(tmp_path)
    for name in ("alice", "ben"):
        facility.scan(new_area(name, now), 950, now)
    users.change(users.user_named("ben"), email=None, notify=False)
    assert [row.user.name for row, _, _ in history.whole()] == ["alice"]
    assert history.span_of_whole() == (1, now, now)


def test_reminders_come_with_the_scans_after_they_are_due(plugins):
    daily = past(*[101] * 30)
    messages = list(replay(daily, plugins.evaluate_here, Messages(), START + 30 * DAY))
    assert said(messages) == [
        (0, "began", "over"),
        (3, "repeat", "over"),
        (10, "repeat", "over"),
        (24, "repeat", "over"),
    ]
    seldom = past(101, 101, 101, every=7 * DAY)
    messages = list(replay(seldom, plugins.evaluate_here, Messages(), START + 30 * DAY))
    assert said(messages) == [(0, "began", "over"), (7, "repeat", "over"), (14, "repeat", "over")]


def test_reminders_come_between_scans_while_a_long_one_is_young_enough(plugins):
    slow = Measured(AREA, START + 4 * DAY, PastScan(START, 101, 0, 1))
    messages = list(replay(Past("ada", [slow]), plugins.evaluate_here, Messages(), START + 30 * DAY))
    assert said(messages) == [(4, "began", "over"), (7, "repeat", "over")]


def test_a_failed_scan_says_nothing_and_a_partial_one_ends_nothing(plugins):
    fine = past(101, None, None, 60)
    assert said(list(replay(fine, plugins.evaluate_here, Messages(), START + 3 * DAY))) == [
        (0, "began", "over"),
        (3, "ended", "ok"),
    ]
    last = fine.scans[-1]
    partial = replace(last, scan=replace(last.scan, complete=False))
    assert said(
        list(
            replay(
                Past("ada", [*fine.scans[:-1], partial]), plugins.evaluate_here, Messages(), START + 4 * DAY
            )
        )
    ) == [
        (0, "began", "over"),
    ]


def test_other_settings_say_other_things(plugins):
    rules = Messages(repeat_over=DAY)
    assert len(list(replay(past(*[101] * 8), plugins.evaluate_here, rules, START + 7 * DAY))) == 8
    assert (
        list(replay(replace(past(95), muted={"quota_hard"}), plugins.evaluate_here, rules, START + DAY)) == []
    )


def test_a_policy_sees_the_scans_before_and_not_the_one_it_judges():
    seen = []

    def judge(area, usage, history, now):
        seen.append((area.last_scanned, usage.size, [scan.size for scan in history], now))
        return Judgement((), frozenset(), frozenset())

    list(replay(past(1, 2, 3), judge, Messages(), START))
    assert seen == [
        (START, 1, [], START),
        (START + DAY, 2, [1], START + DAY),
        (START + 2 * DAY, 3, [1, 2], START + 2 * DAY),
    ]


def test_a_usage_from_a_history_has_its_sums_and_no_details():
    usage = usage_of(PastScan(START, 2**60, 2.5e14, 12, complete=False))
    assert (usage.size, usage.temporal_usage, usage.files, usage.complete) == (2**60, 2.5e14, 12, False)
    assert (usage.by_age, usage.by_directory, usage.largest) == ({}, {}, ())


steps = st.tuples(
    st.integers(0, 900).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from(["a", "b"]),
    st.sampled_from([0, 70, 82, 86, 93, 97, 101, 120]),
    st.booleans(),
    st.one_of(st.none(), st.none(), st.integers(1, 400)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=8))
def test_leaving_out_idle_ticks_changes_nothing(history) -> None:
    """Against a listener who is spoken to at every single tick."""
    jumping, patient, now = Listener("ada", QUICK), Listener("ada", QUICK), START
    for gap, policy, used, complete, minutes in history:
        after, now = now, now + gap
        one, other = list(jumping.ticks(after, now)), list(every_tick(patient, after, now))
        for listener, heard in ((jumping, one), (patient, other)):
            finding = Finding(Level.at(used, 100), used, 100, "%", policy)
            judgement = Judgement((Verdict(policy, policy, finding),), frozenset({policy}), frozenset())
            measured = Measurement(now, now + 10 * HOUR, frozenset() if complete else frozenset({"closed"}))
            listener.judged(b"area", judgement, measured, now)
            heard.extend(filter(None, [listener.speak(now)]))
            if minutes is not None:
                until = now + timedelta(minutes=minutes)
                listener.episodes = {
                    key: replace(episode, replied=episode.level, quiet_until=until)
                    for key, episode in listener.episodes.items()
                }
        assert one == other


def every_tick(listener: Listener, after: datetime, before: datetime):
    time = START
    while time < before:
        if time > after and (told := listener.speak(time)):
            yield told
        time += TICK


def test_months_are_counted_with_the_quiet_ones():
    first, last = datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert list(months(first, last)) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    summary = Summary(most=1)
    for user, days in (("ada", (0, 1, 2)), ("ben", (0,)), ("cleo", ())):
        summary.add([Told(user, first + day * DAY, ()) for day in days])
    assert (summary.messages, summary.people) == (4, 2)
    assert [(talk.user, talk.messages) for talk in summary.most_told] == [("ada", 3)]
    assert [(it.messages, it.people) for it in summary.by_month(first, last)] == [
        (2, 2),
        (2, 1),
        (0, 0),
        (0, 0),
    ]
