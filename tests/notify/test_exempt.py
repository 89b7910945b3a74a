"""An operator lifts a limit until a date: nobody is over it, its owner is told, and it ends by itself."""

from datetime import timedelta

import pytest
from facility import QUOTA, Facility, new_area

from xfc_notify import domain
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Finding, Level
from xfc_notify.errors import WrongInput
from xfc_notify.notify import exemption_rows
from xfc_notify.notify.compose import preview
from xfc_notify.notify.exempt import lifted
from xfc_notify.notify.grant import end, grant, judge_ended
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.tables import EpisodeRow, ExemptionRow
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import EventRow, UserRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "a campaign that nobody could foresee"


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path)


def exempt(facility, area: AreaRow, now, days: float = 10, policy: str = "quota_hard") -> domain.Exemption:
    exemption = domain.Exemption(policy, now + days * DAY, WHY)
    grant(area, exemption, facility.service, now)
    return exemption


def told() -> list[tuple[str, str]]:
    rows = MessageRow.select().order_by(MessageRow.created_at)
    return [(it["policy"], it["reason"]) for row in rows for it in row.reasons]


def flat(message: MessageRow) -> str:
    return " ".join(message.text.split())


def last_message() -> MessageRow:
    return MessageRow.select().order_by(MessageRow.created_at.desc()).first()


def test_a_finding_counts_as_ok_while_its_limit_is_lifted_and_no_longer(now):
    over = Finding(Level.OVER, 1200, 1000, "bytes", "hard quota", due=now, milestone=7)
    given = [domain.Exemption("quota_hard", now + DAY, WHY), domain.Exemption("growth", now + 9 * DAY, WHY)]
    ok = lifted("quota_hard", over, given, now)
    assert (ok.level, ok.used, ok.limit, ok.due, ok.milestone, ok.lifted) == (
        Level.OK, 1200, 1000, None, None, given[0],
    )  # fmt: skip
    assert lifted("quota_hard", over, given, now + DAY) == over
    assert lifted("quota_temporal", over, given, now) == over


def test_the_owner_is_told_at_once_when_it_is_the_good_news_after_over(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1200, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    assert told() == [("quota_hard", "began"), ("quota_hard", "exempt")]
    message = last_message()
    assert message.subject == "[XFC] Your hard quota on vol1 is lifted until Thursday 12 March 2026"
    for text in (message.text, message.html):
        assert "Your hard quota on vol1 is lifted until Thursday 12 March 2026" in " ".join(text.split())
        assert WHY in " ".join(text.split())
        assert "Thank you" not in text
        assert "over the limit" not in text
    assert message.broke_interval == "relief"
    assert message.thread == MessageRow.select().order_by(MessageRow.created_at).first().id
    assert ExemptionRow.get().told_at == now + HOUR


def test_while_it_lasts_nothing_is_said_and_then_the_ordinary_rules_hold_again(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1200, now)
    exempt(facility, AreaRow.get(), now + DAY)
    for day in range(2, 11):
        facility.scan(area, 1200, now + day * DAY)
        assert speak_to_all(facility.service, now + day * DAY) == 0
    assert EpisodeRow.select().where(EpisodeRow.ended_at.is_null()).count() == 0
    stored = ScanRow.select().order_by(ScanRow.as_of.desc()).first().findings
    assert [it["level"] for it in stored if it["policy"] == "quota_hard"] == ["over"]
    facility.scan(area, 1200, now + 11 * DAY)
    assert told() == [("quota_hard", "began"), ("quota_hard", "exempt"), ("quota_hard", "began")]


def test_of_an_exemption_beforehand_the_owner_is_told_too_but_within_the_interval(facility, now):
    first = new_area("alice", now, "vol1")
    facility.scan(first, 850, now)
    second = new_area("alice", now, "vol2")
    facility.scan(second, 10, now)
    exempt(facility, AreaRow.get(AreaRow.volume == "vol2"), now + HOUR)
    assert told() == [("quota_hard", "began")]
    assert ExemptionRow.get().told_at is None
    assert speak_to_all(facility.service, now + DAY) == 1
    assert told()[1:] == [("quota_hard", "exempt")]
    said = flat(last_message())
    assert "Your hard quota on vol2 is lifted until Thursday 12 March 2026. The reason: " + WHY + "." in said
    assert speak_to_all(facility.service, now + 2 * DAY) == 0


def test_another_limit_of_the_same_area_is_not_lifted(facility, now):
    area = new_area("alice", now)
    AreaRow.update(temporal_quota=1e-9).execute()
    facility.scan(area, 10, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    AreaRow.update(temporal_quota=1e18).execute()
    facility.scan(area, 1200, now + DAY)
    assert {it.policy for it in EpisodeRow.select().where(EpisodeRow.ended_at.is_null())} <= {
        "quota_temporal"
    }


def test_it_can_be_ended_before_its_time(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1200, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    end(exemption_rows.standing(now + 2 * HOUR), facility.service, now + 2 * HOUR)
    assert exemption_rows.standing(now + 2 * HOUR) == []
    facility.scan(area, 1200, now + 3 * HOUR)
    assert EpisodeRow.select().where(EpisodeRow.ended_at.is_null()).count() == 1
    assert [it.kind for it in EventRow.select().order_by(EventRow.id)] == [
        "began", "told", "exempt", "told", "exempt ended", "began", "told",
    ]  # fmt: skip
    ended = EventRow.get(EventRow.kind == "exempt ended")
    assert (ended.policy, ended.level, ended.episode, ended.at) == (
        "quota_hard",
        Level.OK,
        None,
        now + 2 * HOUR,
    )


def test_what_was_ended_before_it_was_told_is_not_told(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    end(exemption_rows.standing(now + 2 * HOUR), facility.service, now + 2 * HOUR)
    assert speak_to_all(facility.service, now + 2 * DAY) == 0


def test_a_new_exemption_takes_the_place_of_the_one_before(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    longer = exempt(facility, AreaRow.get(), now + 2 * DAY, days=30)
    (standing,) = exemption_rows.standing(now + 3 * DAY)
    assert standing.until == longer.until
    assert told()[1:] == [("quota_hard", "exempt")] * 2


def test_of_an_exemption_in_place_of_one_the_owner_is_told_once_the_interval_is_over(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    exempt(facility, AreaRow.get(), now + 2 * HOUR, days=30)
    assert judge_ended(facility.service, now + 3 * HOUR) == 0
    assert EventRow.select().where(EventRow.kind == "exempt ended").count() == 1
    assert speak_to_all(facility.service, now + DAY) == 1
    assert told() == [("quota_hard", "began"), ("quota_hard", "exempt")]


def test_an_end_that_cannot_be_judged_by_is_kept_for_the_next_tick_and_keeps_no_other_back(facility, now):
    for owner in ("alice", "bob"):
        facility.scan(new_area(owner, now), 1200, now)
        exempt(facility, AreaRow.get(AreaRow.path == f"/vol1/{owner}"), now + HOUR, days=1)
    broken = AreaRow.get(AreaRow.path == "/vol1/alice")
    usage = ScanRow.get_by_id(broken.last_scan).usage
    ScanRow.update(usage={"of": "another version"}).where(ScanRow.id == broken.last_scan).execute()
    assert judge_ended(facility.service, now + 2 * DAY) == 1
    ended = EventRow.select().where(EventRow.kind == "exempt ended")
    assert [row.subject.key for row in ended] == ["/vol1/bob"]
    ScanRow.update(usage=usage).where(ScanRow.id == broken.last_scan).execute()
    assert judge_ended(facility.service, now + 3 * DAY) == 1
    assert [row.subject.key for row in ended.order_by(EventRow.id)] == ["/vol1/bob", "/vol1/alice"]
    assert EpisodeRow.select().where(EpisodeRow.ended_at.is_null()).count() == 2


def test_a_preview_shows_it_as_lifted_and_not_as_over(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    exempt(facility, AreaRow.get(), now + HOUR)
    text = " ".join(preview(UserRow.get(), facility.settings, now + 2 * HOUR).text.split())
    assert f"1.2 kB of {QUOTA // 1000} kB 120 % lifted" in text
    assert "over the limit" not in text
    assert f"is lifted until Thursday 12 March 2026: {WHY}." in text


@pytest.mark.parametrize("policy", ["quota_soft", "quota_hard"])
def test_a_policy_that_said_nothing_cannot_be_lifted(facility, now, policy):
    area = new_area("alice", now)
    if policy == "quota_soft":
        facility.scan(area, 1200, now)
    with pytest.raises(WrongInput, match=r"--policy: quota_soft said nothing|has not been scanned yet"):
        exempt(facility, AreaRow.get(), now + HOUR, policy=policy)
    assert ExemptionRow.select().count() == 0


def test_hostile_reasons_reach_no_page_raw(facility, now):
    facility.scan(new_area("alice", now), 1200, now)
    exemption = domain.Exemption("quota_hard", now + DAY, "<b>x</b>\x1b[31m & so on")
    grant(AreaRow.get(), exemption, facility.service, now + HOUR)
    assert "&lt;b&gt;x&lt;/b&gt;" in last_message().html
    assert "<b>x" not in last_message().html
    assert "\x1b" not in last_message().text + last_message().html
