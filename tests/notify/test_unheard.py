"""What no server took counts as not told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from facility import Facility, new_area

from xfc_notify.domain import Finding, Level
from xfc_notify.errors import DeliveryError, PermanentDeliveryError
from xfc_notify.notify.episode import Episode, Reason
from xfc_notify.notify.gone import withdraw
from xfc_notify.notify.tables import EpisodeRow
from xfc_notify.notify.told import Heard, told, unheard
from xfc_notify.notify.unheard import forget_unheard
from xfc_notify.outbox import held
from xfc_notify.outbox.deliver import deliver
from xfc_notify.outbox.deliveries import claim_due
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import EventRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REFUSED = "554 5.7.1 your host is blocked"


@pytest.fixture
def facility(store, tmp_path) -> Facility:
    return Facility.at(tmp_path, service={"operators": "ops@example.org"})


class Refusing:
    """The plugins, with a mail server that takes nothing."""

    def __init__(self, plugins, error) -> None:
        self._plugins, self._error = plugins, error

    def __getattr__(self, name):
        return getattr(self._plugins, name)

    def deliver(self, *message: object) -> None:  # noqa: ARG002
        raise self._error


def try_for_a_day(facility, now, error=None) -> None:
    refusing = type(facility)(facility.settings, Refusing(facility.plugins, error or DeliveryError(REFUSED)))
    for hour in range(30):
        moment = now + hour * HOUR
        for number in claim_due(moment):
            deliver(number, refusing.service, lambda moment=moment: moment)


def reasons() -> list[tuple[str, str]]:
    rows = MessageRow.select().where(MessageRow.audience == "user").order_by(MessageRow.created_at)
    return [(row.mode, row.reasons[0]["reason"]) for row in rows]


def test_what_reached_nobody_is_told_again_and_the_operators_hear_why(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    try_for_a_day(facility, now)
    assert forget_unheard(facility.service, now + 30 * HOUR) == 1
    assert EpisodeRow.get().told_at is None
    assert EventRow.get(EventRow.kind == "lost").what.startswith("no server took the message")
    to_operators = MessageRow.get(MessageRow.audience == "operators")
    assert to_operators.subject == "[XFC] 1 message could not be delivered"
    assert REFUSED in " ".join(to_operators.text.split())
    assert forget_unheard(facility.service, now + 31 * HOUR) == 0
    facility.scan(area, 1100, now + 32 * HOUR)
    assert reasons() == [("lost", "began"), ("live", "began")]


def test_good_news_that_reached_nobody_is_told_again(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    DeliveryRow.update(state="sent").execute()
    facility.scan(area, 600, now + 2 * DAY)
    try_for_a_day(facility, now + 2 * DAY)
    forget_unheard(facility.service, now + 4 * DAY)
    facility.scan(area, 600, now + 4 * DAY)
    assert reasons() == [("live", "began"), ("lost", "ended"), ("live", "ended")]


def test_what_stood_beside_news_that_reached_nobody_is_not_told_again(facility, now):
    first, second = new_area("alice", now), new_area("alice", now, "vol2")
    facility.scan(first, 1100, now)
    DeliveryRow.update(state="sent").execute()
    facility.scan(first, 1100, now + 2 * DAY)
    facility.scan(second, 1100, now + 2 * DAY)
    both = MessageRow.select().order_by(MessageRow.created_at.desc()).get()
    assert ([reason["subject"] for reason in both.reasons], first.path in both.text) == (
        [second.subject_id],
        True,
    )
    try_for_a_day(facility, now + 2 * DAY)
    forget_unheard(facility.service, now + 4 * DAY)
    told = {row.subject_id: row.told_at for row in EpisodeRow.select()}
    assert told == {first.subject_id: now, second.subject_id: None}


def test_of_two_messages_that_reached_nobody_each_is_forgotten_whichever_comes_first(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    facility.scan(area, 1100, now + 2 * DAY)
    try_for_a_day(facility, now + 2 * DAY)
    assert {row.mode for row in MessageRow.select()} == {"live"}
    assert forget_unheard(facility.service, now + 4 * DAY) == 1
    assert (EpisodeRow.get().told_at, EpisodeRow.get().told_level) == (None, None)


def test_an_end_that_reached_nobody_is_not_told_of_what_has_begun_again(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    DeliveryRow.update(state="sent").execute()
    facility.scan(area, 600, now + 2 * DAY)
    facility.scan(area, 1100, now + 3 * DAY)
    try_for_a_day(facility, now + 2 * DAY)
    forget_unheard(facility.service, now + 4 * DAY)
    assert (EpisodeRow.get().told_at, EpisodeRow.get().resumed_at) == (now, None)
    facility.scan(area, 600, now + 5 * DAY)
    assert reasons()[-1] == ("live", "ended")


def test_nothing_is_said_of_a_directory_that_is_gone_after_its_message_was_lost(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    try_for_a_day(facility, now)
    withdraw(area, now + DAY)
    forget_unheard(facility.service, now + 30 * HOUR)
    assert EpisodeRow.get().settled


@pytest.mark.parametrize("reason", [None, *Reason])
@pytest.mark.parametrize("level", Level)
def test_what_is_forgotten_is_as_before(now, reason, level):
    finding = Finding(level, 900, 1000, "bytes", "quota", milestone=7)
    began = Episode("quota", "quota", level, finding, now, now, now, id=1)
    known = replace(began, told_level=Level.NOTICE, told_at=now, told_milestone=30, repeats=2, thread="first")
    fell = now if level < Level.OVER else None
    for before in (began, known, replace(known, lower_since=fell, told_level=Level.OVER)):
        after = told(before, reason, now + 9 * DAY, "thread")
        assert unheard(after, Heard.of(before)) == before


def test_what_was_held_and_reached_nobody_once_it_was_released_is_told_again(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 1100, now)
    MessageRow.update(mode="held").execute()
    DeliveryRow.update(state="held").execute()
    assert held.release(None, now + DAY) == 1
    try_for_a_day(facility, now + DAY)
    assert forget_unheard(facility.service, now + 3 * DAY) == 1
    assert EpisodeRow.get().told_at is None
    facility.scan(area, 1100, now + 3 * DAY)
    assert reasons() == [("lost", "began"), ("live", "began")]


def test_what_another_message_told_while_one_was_held_stays_told(facility, now):
    area = new_area("alice", now)
    facility.scan(area, 850, now)
    MessageRow.update(mode="held").execute()
    DeliveryRow.update(state="held").execute()
    facility.scan(area, 1100, now + 2 * DAY)
    DeliveryRow.update(state="sent").where(DeliveryRow.state == "queued").execute()
    assert held.release(None, now + 3 * DAY) == 1
    try_for_a_day(facility, now + 3 * DAY)
    assert forget_unheard(facility.service, now + 5 * DAY) == 1
    assert EpisodeRow.get().told_at == now + 2 * DAY


def test_a_mailbox_that_does_not_exist_is_not_tried_again(facility, now):
    facility.scan(new_area("alice", now), 1100, now)
    try_for_a_day(facility, now, PermanentDeliveryError("550 5.1.1 no such user"))
    assert forget_unheard(facility.service, now + 30 * HOUR) == 0
    assert EpisodeRow.get().told_at == now
