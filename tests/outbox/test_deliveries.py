"""A delivery is claimed by one, tried for a day, and kept whatever comes of it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from facility import make_settings, together
from peewee import IntegrityError

from xfc_notify.domain import Level, Person
from xfc_notify.outbox import deliveries, messages
from xfc_notify.outbox.messages import AboutSubject
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.people.tables import UserRow
from xfc_notify.people.users import add_user
from xfc_notify.states import Mode
from xfc_notify.store.database import db
from xfc_notify.testing import sample_message

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
MAIL = ("email", "alice@example.org")
LEASE = MINUTE


def write(now: datetime, *places: tuple[str, str], mode: Mode = Mode.LIVE, broke: str = "") -> str:
    """Write a message to alice into the outbox; its id."""
    add_user(Person("alice"), now)
    message = sample_message(message_id=str(uuid4()), created_at=now)
    reasons = [AboutSubject(1, "/vol1/alice", "p", "began", Level.NOTICE)]
    messages.write(UserRow.get(UserRow.name == "alice"), message, reasons, mode, broke, places or [MAIL])
    return message.message_id


def taken(now: datetime) -> DeliveryRow:
    """The only delivery that is due, claimed."""
    (number,) = deliveries.claim_due(now)
    delivery = deliveries.claim(number, now)
    assert delivery is not None
    return delivery


def state() -> str:
    """The state of the only delivery."""
    return str(DeliveryRow.get().state)


def test_a_message_is_written_with_a_delivery_for_every_place(store, now):
    number = write(now, MAIL, ("hook", "https://example.org/a"), ("hook", "https://example.org/b"))
    rows = {(row.message.id, row.channel, row.address, row.state, row.due_at) for row in DeliveryRow.select()}
    assert rows == {
        (number, "email", "alice@example.org", "queued", now),
        (number, "hook", "https://example.org/a", "queued", now),
        (number, "hook", "https://example.org/b", "queued", now),
    }


def test_one_address_gets_a_message_once_over_a_channel(store, now):
    write(now, MAIL, MAIL, ("hook", "alice@example.org"))
    assert DeliveryRow.select().count() == 2
    message = MessageRow.get()
    with pytest.raises(IntegrityError), db.atomic():
        DeliveryRow.create(message=message, channel=MAIL[0], address=MAIL[1], state="queued", due_at=now)
    assert DeliveryRow.select().count() == 2


def test_a_message_without_a_place_is_kept_all_the_same(store, now):
    add_user(Person("alice"), now)
    messages.write(UserRow.get(), sample_message(), [], Mode.SHADOW, "", [])
    assert (MessageRow.select().count(), DeliveryRow.select().count()) == (1, 0)


def test_plugins_get_the_message_as_it_was_written(store, now, tmp_path):
    add_user(Person("alice"), now)
    sent = sample_message(created_at=now, level=Level.OVER, subject="86 % \N{OCTOPUS}")
    messages.write(
        UserRow.get(), sent, [AboutSubject(1, "/vol1/alice", "p", "began", Level.OVER)], Mode.LIVE, "", [MAIL]
    )
    delivery = taken(now)
    service = {"name": sent.service, "contact": sent.contact}
    assert messages.message(delivery.message, make_settings(tmp_path, service=service)) == sent


def test_a_delivery_is_handed_to_the_queue_once_within_its_lease(store, now):
    write(now)
    (number,) = deliveries.claim_due(now)
    assert deliveries.claim_due(now + LEASE - SECOND) == []
    assert deliveries.claim_due(now + LEASE) == [number]


def test_what_lies_in_the_queue_is_put_there_again_after_ten_minutes(store, now):
    write(now)
    due = deliveries.claim_due(now)
    deliveries.settle(due, 1, now)
    assert deliveries.claim_due(now + 10 * MINUTE - SECOND) == []
    assert deliveries.claim_due(now + 10 * MINUTE) == due


def test_those_due_longest_come_first_and_what_is_not_due_waits(store, now):
    late, early, future = now - HOUR, now - 2 * HOUR, now + SECOND
    for moment in (late, early, future):
        write(moment)
    found = [DeliveryRow.get_by_id(number).message.created_at for number in deliveries.claim_due(now)]
    assert found == [early, late]


def test_many_that_hand_over_at_once_share_the_work(store, now):
    for _ in range(20):
        write(now)
    numbers = [number for some in together([lambda: deliveries.claim_due(now)] * 4) for number in some]
    assert len(numbers) == len(set(numbers)) == 20


def test_one_of_many_workers_gets_a_delivery(store, now):
    write(now)
    (number,) = deliveries.claim_due(now)
    claims = together([lambda: deliveries.claim(number, now) is not None] * 4)
    assert sorted(claims) == [False, False, False, True]
    assert (DeliveryRow.get().attempts, state()) == (1, "sending")


@pytest.mark.parametrize("done", ["sent", "dead", "retry", "sending"])
def test_what_is_done_or_under_way_or_waits_cannot_be_claimed(store, now, done):
    write(now)
    delivery = taken(now)
    if done == "sent":
        deliveries.sent(delivery, now)
    elif done == "dead":
        deliveries.dead(delivery, "no such mailbox")
    elif done == "retry":
        deliveries.retry(delivery, "busy", None, now)
    assert state() == done
    assert deliveries.claim(delivery.id, now) is None
    assert deliveries.claim_due(now) == []


def test_a_number_that_no_delivery_has_claims_nothing(store, now):
    assert deliveries.claim(4711, now) is None


def test_what_could_not_be_handed_over_is_due_at_once(store, now):
    write(now)
    due = deliveries.claim_due(now)
    deliveries.settle(due, 0, now)
    assert deliveries.claim_due(now) == due


def test_what_is_being_sent_meanwhile_is_not_taken_back(store, now):
    write(now)
    delivery = taken(now)
    for done in (0, 1):
        deliveries.settle([delivery.id], done, now)
    deliveries.release_all(now + LEASE - SECOND)
    assert deliveries.claim_due(now + LEASE - SECOND) == []
    assert state() == "sending"
    assert deliveries.lease_of(delivery.id) == now + LEASE


def test_what_is_being_sent_is_not_touched_while_its_lease_is_renewed(store, now):
    write(now)
    delivery = taken(now)
    for _ in range(3):
        now += LEASE - SECOND
        assert deliveries.claim_due(now) == []
        deliveries.renew(delivery, now)
    assert deliveries.lease_of(delivery.id) == now + LEASE


def test_what_a_worker_was_sending_that_died_is_taken_over_by_one(store, now):
    write(now)
    died = taken(now)
    lease, later = now + LEASE, now + LEASE + SECOND
    assert deliveries.claim_due(now + LEASE) == [died.id], "put into the queue, as it is"
    assert state() == "sending"
    assert deliveries.take_over(died.id, lease, later) is None, "its lease is a new one"
    lease = deliveries.lease_of(died.id)
    claims = together([lambda: deliveries.take_over(died.id, lease, lease) is not None] * 4)
    assert sorted(claims) == [False, False, False, True]
    assert (state(), DeliveryRow.get().attempts) == ("sending", 2)
    deliveries.renew(died, later + DAY)
    deliveries.sent(died, later)
    assert (state(), deliveries.lease_of(died.id)) == ("sending", lease + LEASE), "it was too late"


def test_a_renewed_lease_cannot_be_taken_over(store, now):
    write(now)
    delivery = taken(now)
    deliveries.renew(delivery, now + SECOND)
    assert deliveries.take_over(delivery.id, now + LEASE, now + LEASE) is None


def test_what_a_process_was_sending_that_died_with_its_own_broker_is_due_after_its_lease(store, now):
    write(now)
    delivery = taken(now)
    deliveries.release_all(now + LEASE)
    assert deliveries.claim_due(now + LEASE) == [delivery.id]
    assert state() == "queued"


def test_what_a_dead_broker_held_is_due_at_once(store, now):
    write(now)
    due = deliveries.claim_due(now)
    deliveries.release_all(now + SECOND)
    assert deliveries.claim_due(now + SECOND) == due


def test_a_sent_delivery_rests_for_ever(store, now):
    write(now)
    deliveries.sent(taken(now), now + SECOND)
    row = DeliveryRow.get()
    assert (row.state, row.sent_at, row.error) == ("sent", now + SECOND, "")
    assert deliveries.claim_due(now + 1000 * DAY) == []


def test_a_worker_that_died_is_followed_by_another(store, now):
    write(now)
    first = taken(now)
    assert deliveries.claim_due(now + LEASE - SECOND) == []
    second = deliveries.take_over(first.id, now + LEASE, now + LEASE)
    assert second is not None
    assert (first.id, second.attempts, state()) == (second.id, 2, "sending")


@pytest.mark.parametrize("end", ["sent", "dead", "retry"])
@pytest.mark.parametrize("then", ["due again", "claimed again", "sent by another"])
def test_a_late_worker_that_lost_its_lease_changes_nothing(store, now, end, then):
    write(now)
    late = taken(now)
    after = now + LEASE
    deliveries.release_all(after)
    (number,) = deliveries.claim_due(after)
    if then != "due again":
        other = deliveries.claim(number, after)
        if then == "sent by another":
            deliveries.sent(other, after)
    before = list(DeliveryRow.select().dicts())
    if end == "sent":
        deliveries.sent(late, after + SECOND)
    elif end == "dead":
        deliveries.dead(late, "too late")
    else:
        deliveries.retry(late, "too late", None, after + SECOND)
    assert list(DeliveryRow.select().dicts()) == before


def test_a_failed_delivery_is_tried_again_after_a_minute_then_ever_more_slowly_up_to_an_hour(store, now):
    write(now)
    waits = []
    moment = now
    for _ in range(9):
        due_at = deliveries.retry(taken(moment), "busy", None, moment)
        assert due_at is not None
        assert deliveries.claim_due(due_at - SECOND) == []
        waits.append((due_at - moment) // MINUTE)
        moment = due_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (DeliveryRow.get().state, DeliveryRow.get().error) == ("retry", "busy")


def test_a_time_that_the_server_asks_for_is_kept(store, now):
    write(now)
    due_at = deliveries.retry(taken(now), "busy", 5 * HOUR, now)
    assert due_at == now + 5 * HOUR
    assert deliveries.claim_due(now + 5 * HOUR - SECOND) == []
    assert deliveries.retry(taken(due_at), "busy", SECOND, due_at) == due_at + 2 * MINUTE


def test_a_server_that_asks_for_more_than_a_day_gets_no_second_try(store, now):
    write(now)
    assert deliveries.retry(taken(now), "in two days", 2 * DAY, now) is None
    assert (state(), DeliveryRow.get().error) == ("dead", "given up after a day: in two days")


def test_it_is_given_up_a_day_after_the_message_was_written(store, now):
    write(now)
    moment: datetime | None = now
    tries = 0
    while moment is not None:
        assert moment <= now + DAY
        last, moment = moment, deliveries.retry(taken(moment), "busy", None, moment)
        tries += 1
    assert last > now + DAY - HOUR
    assert tries > 20
    assert (state(), DeliveryRow.get().error) == ("dead", "given up after a day: busy")
    assert deliveries.claim_due(now + 1000 * DAY) == []


def test_a_dead_delivery_can_be_revived(store, now):
    write(now)
    write(now)
    for number in deliveries.claim_due(now):
        deliveries.dead(deliveries.claim(number, now), "no such mailbox")
    one, other = (row.id for row in DeliveryRow.select().order_by(DeliveryRow.id))
    assert deliveries.revive(one, now + DAY) == 1
    assert deliveries.claim_due(now + DAY) == [one]
    assert deliveries.revive(None, now + DAY) == 1
    assert deliveries.claim_due(now + DAY) == [other]
    assert deliveries.revive(None, now + DAY) == 0


def test_reviving_hastens_what_waits_and_leaves_alone_what_is_sent_or_being_sent(store, now):
    for _ in range(3):
        write(now)
    waits, sends, done = (deliveries.claim(number, now) for number in deliveries.claim_due(now))
    deliveries.retry(waits, "busy", None, now)
    deliveries.sent(done, now)
    assert deliveries.revive(None, now) == 1
    assert deliveries.claim_due(now) == [waits.id]
    assert DeliveryRow.get_by_id(sends.id).state == "sending"
    assert DeliveryRow.get_by_id(done.id).state == "sent"


def test_what_was_said_since_a_time_is_told_newest_first(store, now):
    write(now - DAY)
    write(now - HOUR, broke="over")
    write(now)
    said = messages.messages_since(UserRow.get(), now - DAY, now, shadow=False)
    assert [(it.created_at, it.broke_interval) for it in said] == [(now, ""), (now - HOUR, "over")]


def test_what_was_only_recorded_was_not_said(store, now):
    write(now - HOUR, mode=Mode.SHADOW)
    write(now)
    said = [
        len(messages.messages_since(UserRow.get(), now - DAY, now, shadow=shadow)) for shadow in (True, False)
    ]
    assert said == [2, 1]


def test_deliveries_can_be_listed_by_state(store, now):
    for _ in range(2):
        write(now)
    first, second = deliveries.claim_due(now)
    deliveries.dead(deliveries.claim(first, now), "no such mailbox")
    assert [it.id for it in deliveries.deliveries(["dead"], 10)] == [first]
    assert [it.id for it in deliveries.deliveries([], 10)] == [second, first]
    assert [it.id for it in deliveries.deliveries([], 1)] == [second]
