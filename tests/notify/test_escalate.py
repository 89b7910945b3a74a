"""What is over its limit and unanswered is passed on: to the area's contact, then to the operators."""

from dataclasses import replace
from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify.areas import scans
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import Finding, Level
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.escalate import escalate_all
from xfc_notify.notify.escalation import Stage, due_stage
from xfc_notify.notify.listen import About, acknowledge, put_off
from xfc_notify.notify.replies import By
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.outbox import messages
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import EventRow, SubjectRow
from xfc_notify.settings import Messages
from xfc_notify.usage import Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path, service={"operators": "ops@example.org"}, messages={"escalate": True})


def over(now, contact: str | None = "carol@example.org") -> AreaRow:
    area = new_area("alice", now)
    SubjectRow.update(contact=contact).execute()
    return area


def live(facility, now, days: int, start: int = 0) -> None:
    """Days go by, all is measured, and everything that is due happens."""
    for day in range(start, days):
        moment = now + day * DAY
        if day:
            scans.open_scans(scans.Choice(not_since=moment - DAY), None, Clock.ARRIVAL, moment)
            facility.measure_ordered(moment)
        facility.speak(moment)
        escalate_all(facility.service, moment)


def passed_on(now) -> list[tuple[str, int]]:
    """To whom, and after how many days."""
    rows = (
        MessageRow.select()
        .where(MessageRow.audience.not_in(["user", "reminder"]))
        .order_by(MessageRow.created_at)
    )
    return [(it.audience, (it.created_at - now).days) for it in rows]


def episode(now, **changes) -> Episode:
    finding = Finding(Level.OVER, 1200, 1000, "bytes", "hard quota")
    told = Episode(
        "p",
        "p",
        Level.OVER,
        finding,
        now,
        as_of=now,
        fresh_until=now + 9 * DAY,
        told_level=Level.OVER,
        told_at=now,
        repeats=2,
    )
    return replace(told, **changes)


@pytest.mark.parametrize(
    ("changes", "contact", "expected"),
    [
        ({}, True, Stage.CONTACT),
        ({"repeats": 1}, True, None),
        ({}, False, Stage.OPERATORS),
        ({"escalated": 1}, True, None),
        ({"escalated": 1, "repeats": 3}, True, Stage.OPERATORS),
        ({"escalated": 2, "repeats": 9}, True, None),
        ({"level": Level.WARNING}, True, None),
        ({"replied": Level.OVER}, True, None),
        ({"told_at": None}, True, None),
    ],
)
def test_each_is_told_in_turn_and_once(now, changes, contact, expected):
    told = episode(now, **changes)
    assert due_stage(told, told.told_at, Messages(), now + DAY, contact=contact) is expected
    assert due_stage(told, told.told_at, Messages(), now + DAY - HOUR, contact=contact) is None


def test_what_was_put_off_and_told_again_is_unanswered(now):
    put = episode(now, replied=Level.OVER, quiet_until=now + HOUR)
    assert due_stage(put, put.told_at, Messages(), now + DAY, contact=True) is None
    again = replace(put, told_at=now + 2 * HOUR)
    assert due_stage(again, again.told_at, Messages(), now + 2 * DAY, contact=True) is Stage.CONTACT


def test_the_contact_hears_after_two_reminders_and_the_operators_after_one_more_once_each(facility, now):
    facility.scan(over(now), 1200, now)
    live(facility, now, 30)
    assert passed_on(now) == [("contact", 11), ("operators", 25)]
    to = {
        it.message.audience: it.address for it in DeliveryRow.select(DeliveryRow, MessageRow).join(MessageRow)
    }
    assert to == {
        "user": "alice@example.org",
        "reminder": "alice@example.org",
        "contact": "carol@example.org",
        "operators": "ops@example.org",
    }
    assert [it.what.partition(":")[0] for it in EventRow.select().where(EventRow.kind == "escalated")] == [
        "to carol@example.org", "to the operators",
    ]  # fmt: skip


def test_the_text_says_who_has_answered_and_who_has_not(facility, now):
    facility.scan(over(now), 1200, now)
    live(facility, now, 26)
    contact, operators = (
        MessageRow.select()
        .where(MessageRow.audience.not_in(["user", "reminder"]))
        .order_by(MessageRow.created_at)
    )
    assert contact.subject == "[XFC] alice is over the hard quota on vol1 and has not answered"
    flat = " ".join(contact.text.split())
    assert "Alice (alice) uses 1.2 kB of a hard quota of 1 kB on vol1" in flat
    assert "Alice (alice): told 3 times" in flat
    assert "you are the contact of this area" in flat
    assert "carol@example.org, contact of the area: told; no answer came of it" in operators.text
    for message in (contact, operators):
        assert "never deletes" in message.text
        assert "has not answered since" in message.html
    assert messages.message(contact, facility.settings).username == ":contact"


def test_nothing_is_passed_on_after_an_answer(facility, now):
    facility.scan(over(now), 1200, now)
    live(facility, now, 4)
    acknowledge(users.user_named("alice"), About(), By.OPERATOR, now + 4 * DAY)
    live(facility, now, 30, start=4)
    assert passed_on(now) == []


def test_reminders_count_anew_after_what_was_put_off(facility, now):
    facility.scan(over(now), 1200, now)
    live(facility, now, 5)
    put_off(users.user_named("alice"), About(), now + 12 * DAY, By.OPERATOR, now + 5 * DAY)
    live(facility, now, 22, start=5)
    assert passed_on(now) == [("contact", 20)]
    assert "put off, by an operator" in MessageRow.get(MessageRow.audience == "contact").text


def test_news_of_other_things_every_day_does_not_put_it_off(facility, now):
    facility.scan(over(now), 1200, now)
    for day in range(30):
        live(facility, now, day + 1, start=day)
        facility.scan(new_area("alice", now, f"other{day}"), 850, now + day * DAY + HOUR)
    stages = passed_on(now)
    assert [stage for stage, _ in stages] == ["contact", "operators"]
    assert 1 < stages[0][1] < stages[1][1] < 14


def test_without_a_contact_the_operators_hear_in_their_place(facility, now):
    facility.scan(over(now, contact=None), 1200, now)
    live(facility, now, 30)
    assert passed_on(now) == [("operators", 11)]


def test_it_is_off_unless_it_is_wanted(store, tmp_path, now):
    facility = Facility.at(tmp_path, service={"operators": "ops@example.org"})
    facility.scan(over(now), 1200, now)
    live(facility, now, 12)
    assert passed_on(now) == []
    assert EpisodeRow.get().repeats == 2


def test_one_whose_messages_cannot_be_made_keeps_nobody_elses_back(facility, now, caplog):
    for name in ("alice", "ben"):
        area = new_area(name, now)
        facility.scan(area, 1200, now)
    SubjectRow.update(contact="carol@example.org").execute()
    live(facility, now, 11)
    assert passed_on(now) == []
    spoiled, *_ = EpisodeRow.select().join(SubjectRow).where(SubjectRow.user == users.user_named("alice"))
    EpisodeRow.update(finding=spoiled.finding | {"facts": "none"}).where(
        EpisodeRow.id == spoiled.id
    ).execute()
    later = now + 11 * DAY
    EpisodeRow.update(as_of=later).execute()  # all was measured again
    assert escalate_all(facility.service, later) == 1
    assert [(r.message, r.exc_info is not None) for r in caplog.records] == [
        ("no escalation could be made for alice", True)
    ]
    assert MessageRow.get(MessageRow.audience == "contact").user.name == "ben"
    assert EpisodeRow.get_by_id(spoiled.id).escalated == 0
    EpisodeRow.update(finding=spoiled.finding).where(EpisodeRow.id == spoiled.id).execute()
    assert escalate_all(facility.service, later) == 1, "what was due stayed due"
