"""Whatever changes a limit is judged at once, by what was measured last."""

from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify import domain
from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.components import duties
from xfc_notify.domain import Level
from xfc_notify.notify import judge, views
from xfc_notify.notify.grant import grant
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.usage import Counted
from xfc_notify.watch.tick import tick

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def give(facility, now, hard_quota: int) -> int:
    """Change the hard quota of alice, as the command does; how many areas were judged."""
    alice = users.user_named("alice")
    areas.set_limits(alice, hard_quota=hard_quota)
    return judge.judge_changed(facility.service, now, alice)


def told() -> list[str]:
    return [it["reason"] for row in MessageRow.select().order_by(MessageRow.created_at) for it in row.reasons]


def standing(now):
    (found,) = views.standings(now, Counted.APPARENT)
    return found


def test_a_limit_that_is_raised_ends_what_was_over_at_once(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    assert give(facility, now + HOUR, 5000) == 1
    assert told() == ["began", "ended"]
    found = standing(now + HOUR)
    assert (found.level, found.hard_quota) == (Level.OK, 5000)
    assert [(it.level, it.limit) for it in found.findings if it.policy == "quota_hard"] == [(Level.OK, 5000)]
    message = MessageRow.get(MessageRow.level == Level.OK)
    assert message.subject == "[XFC] Your hard quota on vol1 was raised to 5 kB"
    assert "the limit was 1 kB; it is 5 kB now." in " ".join(message.text.split())
    assert "24 %" in message.text
    assert ScanRow.select().count() == 1, "nothing was scanned for it"
    assert give(facility, now + HOUR, 5000) == 1
    assert told() == ["began", "ended"]


def test_a_limit_that_is_raised_a_little_is_judged_as_it_is(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    give(facility, now + HOUR, 1250)  # 96 %: not five points under it, but that is no swinging
    assert (standing(now).level, EpisodeRow.get().level) == (Level.WARNING, Level.WARNING)


def test_a_limit_that_is_lowered_begins_what_is_over_at_once(facility, now):
    facility.scan(new_area("alice", now), 700, now)
    give(facility, now + HOUR, 500)
    assert told() == ["began"]
    assert standing(now).level is Level.OVER
    assert "500 B" in MessageRow.get().text


def test_a_message_says_that_the_limit_is_lower_than_it_said_before(facility, now):
    facility.scan(new_area("alice", now), 850, now)
    give(facility, now + DAY, 800)
    assert facility.speak(now + DAY) == 1
    last = MessageRow.select().order_by(MessageRow.created_at.desc()).first()
    assert "the limit was 1 kB; it is 800 B now." in " ".join(last.text.split())


def test_other_thresholds_are_applied_by_the_next_tick(facility, tmp_path, now):
    facility.scan(new_area("alice", now), 850, now)
    assert standing(now).level is Level.NOTICE
    plugins = facility.settings.plugins.model_extra | {"quota_hard": {"notice": 0.5, "warning": 0.84}}
    other = Facility.at(tmp_path, plugins={"disabled": ["growth"]} | plugins)
    assert tick(duties(), other.service, now + HOUR)["judged again"] == 1
    assert standing(now).level is Level.WARNING
    assert tick(duties(), other.service, now + HOUR)["judged again"] == 0


def test_a_limit_that_holds_again_is_judged_by_the_next_tick(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    grant(AreaRow.get(), domain.Exemption("quota_hard", now + 9 * DAY, "why"), facility.service, now + HOUR)
    facility.scan(AreaRow.get(), 1200, now + 8 * DAY)
    assert standing(now + 8 * DAY).level is Level.OK
    facility.scan(AreaRow.get(), 1200, now + 9 * DAY - HOUR)
    assert tick(duties(), facility.service, now + 9 * DAY)["judged again"] == 1
    assert standing(now + 9 * DAY).level is Level.OVER
    assert told() == ["began", "exempt", "began"]
    assert ExemptionRow.get().over


def test_an_incomplete_scan_and_the_level_agree(facility, now):
    """Over, then a scan that sees half: over, and at least 50 % seen."""
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    facility.scan(area, 500, now + DAY, readable=False)
    found = standing(now + DAY)
    assert (found.level, found.size, found.complete) == (Level.OVER, 500, False)
    assert [it.level for it in found.findings if it.policy == "quota_hard"] == [Level.OVER]


def test_of_a_directory_that_is_gone_no_limit_is_judged(facility, now):
    facility.scan(new_area("alice", now), 700, now)
    AreaRow.update(gone_at=now).execute()
    give(facility, now + HOUR, 500)
    assert told() == []


def test_another_default_is_applied_by_the_next_tick_where_nobody_gave_a_limit(facility, tmp_path, now):
    limits = {"hard_quota": 1000, "temporal_quota": 1e18}
    before = Facility.at(tmp_path, limits=limits)
    for name in ("alice", "ben"):
        before.scan(new_area(name, now), 850, now)
    areas.set_default(users.user_named("alice"), hard_quota=True)
    tick(duties(), before.service, now)
    after = Facility.at(tmp_path, limits=limits | {"hard_quota": 2000})
    assert tick(duties(), after.service, now + HOUR)["judged again"] == 1
    assert {it.user: (it.hard_quota, it.level) for it in views.standings(now + HOUR, Counted.APPARENT)} == {
        "alice": (2000, Level.OK),
        "ben": (1000, Level.NOTICE),
    }
    areas.set_default(users.user_named("ben"), hard_quota=True)
    tick(duties(), after.service, now + 2 * HOUR)
    assert {it.hard_quota for it in views.standings(now, Counted.APPARENT)} == {2000}


def test_an_area_that_cannot_be_judged_again_keeps_no_other_back(facility, now):
    for owner in ("alice", "bob"):
        facility.scan(new_area(owner, now), 700, now)
    broken = AreaRow.get(AreaRow.path == "/vol1/alice").last_scan
    ScanRow.update(usage={"of": "another version"}).where(ScanRow.id == broken).execute()
    AreaRow.update(hard_quota=500, judged_by="").execute()
    tick(duties(), facility.service, now + HOUR)
    assert [row.user.name for row in MessageRow.select()] == ["bob"]
