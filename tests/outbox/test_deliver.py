"""A delivery is sent through its plugin, and what came of it is kept, even where the database goes away meanwhile."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from acceptance.mail import MailServer
from facility import Facility, new_area
from peewee import OperationalError
from servers.postgres import GivenPostgres, Postgres
from servers.process import until

from xfc_notify.errors import StoreError
from xfc_notify.log_context import ContextFilter
from xfc_notify.outbox import deliver as module
from xfc_notify.outbox import deliveries
from xfc_notify.outbox.deliver import deliver
from xfc_notify.outbox.tables import DeliveryRow
from xfc_notify.store import database, lease

ALICE = "alice@example.org"
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server."""
    with MailServer() as server:
        yield server


@pytest.fixture
def facility(store, tmp_path, mail) -> Facility:
    table = {"url": mail.login_url, "sender": "XFC <xfc@example.org>"}
    return Facility.at(tmp_path, plugins={"disabled": ["growth"], "email": table})


def owed(facility: Facility, now: datetime) -> int:
    """The number of a delivery that is due: alice has come near her limit."""
    facility.scan(new_area("alice", now), 950, now)
    (number,) = deliveries.claim_due(now)
    return number


def send(facility: Facility, number: int, now: datetime) -> None:
    deliver(number, facility.service, lambda: now)


def again(facility: Facility, now: datetime) -> None:
    """Send what is due."""
    for number in deliveries.claim_due(now):
        send(facility, number, now)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == module.__name__]


def test_what_the_server_took_is_sent_once_and_for_all(facility, mail, now, caplog):
    caplog.set_level(logging.INFO)
    number = owed(facility, now)
    send(facility, number, now + MINUTE)
    row = DeliveryRow.get()
    assert (row.state, row.sent_at, row.attempts, row.error) == ("sent", now + MINUTE, 1, "")
    (received,) = mail.messages
    assert received.recipients == (ALICE,)
    assert received.mail["Subject"] == row.message.subject
    assert mail.offered[0].startswith(f"<{row.message.id}@")
    assert told(caplog) == [f"delivery {number} by email sent at attempt 1"]
    send(facility, number, now + 2 * MINUTE)
    again(facility, now + DAY)
    assert len(mail.messages) == 1


def test_log_lines_name_the_message(facility, now, caplog):
    caplog.handler.addFilter(ContextFilter())
    caplog.set_level(logging.INFO)
    send(facility, owed(facility, now), now)
    sent = next(record for record in caplog.records if record.name == module.__name__)
    assert vars(sent)["work"]["message_id"] == DeliveryRow.get().message.id


def test_what_another_worker_has_taken_is_left_to_it(facility, mail, now):
    number = owed(facility, now)
    assert deliveries.claim(number, now) is not None
    send(facility, number, now)
    assert mail.messages == []
    assert (DeliveryRow.get().state, DeliveryRow.get().attempts) == ("sending", 1)


def test_what_is_refused_for_now_is_tried_again_with_the_same_message_id(facility, mail, now, caplog):
    mail.on_data = "451 too\tbusy"
    number = owed(facility, now)
    send(facility, number, now)
    row = DeliveryRow.get()
    assert (row.state, row.due_at, row.attempts) == ("retry", now + MINUTE, 1)
    assert "451" in row.error
    (line,) = told(caplog)
    assert line.startswith(f"delivery {number} by email failed, again from 08:01 UTC: ")
    assert line.isprintable()
    mail.on_data = None
    again(facility, now + MINUTE - SECOND)
    assert mail.messages == []
    again(facility, now + MINUTE)
    assert (DeliveryRow.get().state, DeliveryRow.get().attempts, DeliveryRow.get().error) == ("sent", 2, "")
    assert len(mail.offered) == 2
    assert len(set(mail.offered)) == 1


def test_what_is_refused_for_a_day_is_given_up(facility, mail, now, caplog):
    mail.on_data = "451 too busy"
    owed(facility, now)
    DeliveryRow.update(attempts=deliveries.TRY_AT_LEAST).execute()
    send(facility, DeliveryRow.get().id, now + DAY)
    assert DeliveryRow.get().state == "dead"
    assert "given up after a day: " in told(caplog)[0]


def test_what_is_refused_for_good_is_not_tried_again(facility, mail, now, caplog):
    mail.replies[ALICE] = 550
    number = owed(facility, now)
    send(facility, number, now)
    assert DeliveryRow.get().state == "dead"
    assert "550" in DeliveryRow.get().error
    assert told(caplog)[0].startswith(f"delivery {number} by email will never arrive: ")
    mail.replies.clear()
    again(facility, now + DAY)
    assert mail.messages == []


def test_what_goes_over_a_channel_that_is_not_installed_waits_for_it(facility, mail, now):
    owed(facility, now)
    DeliveryRow.update(channel="pigeon").execute()
    send(facility, DeliveryRow.get().id, now)
    assert (DeliveryRow.get().state, DeliveryRow.get().error) == (
        "retry",
        "the plugin pigeon is not installed or disabled",
    )
    assert mail.offered == []


# The database goes away between the server's acceptance and our note of it


@pytest.fixture
def on_postgres(
    request: pytest.FixtureRequest, postgres: Postgres | GivenPostgres
) -> Iterator[Postgres | GivenPostgres]:
    """The server of the database, which runs when the test ends."""
    if database.is_sqlite():
        pytest.skip("SQLite has no server that could go away")
    yield postgres
    if isinstance(postgres, Postgres) and not postgres.is_ready():
        postgres.start()


def sending(facility: Facility, number: int, now: datetime) -> threading.Thread:
    """Send it in another thread. The server ends with the thread that starts it, so that has to be ours."""

    def run() -> None:
        with database.connected():
            send(facility, number, now)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_while_the_server_of_the_database_is_away_what_was_sent_is_not_forgotten(
    facility, mail, on_postgres, now, caplog
):
    number = owed(facility, now)
    mail.on_accepted = on_postgres.kill
    worker = sending(facility, number, now)
    until(lambda: told(caplog), "the first attempt to keep it")
    on_postgres.start()
    worker.join(60)
    database.connect()
    assert (DeliveryRow.get().state, DeliveryRow.get().sent_at, DeliveryRow.get().attempts) == (
        "sent",
        now,
        1,
    )
    assert told(caplog)[0] == "the database is away; what was sent is recorded when it is back: StoreError"
    again(facility, now + DAY)
    assert len(mail.messages) == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_database_that_stays_away_is_waited_for_no_longer_than_others_leave_the_message_alone(
    facility, mail, on_postgres, now, monkeypatch
):
    monkeypatch.setattr(module, "DATABASE_PATIENCE", 1.5)
    monkeypatch.setattr(module, "GRACE", 0)
    number = owed(facility, now)
    mail.on_accepted = on_postgres.kill
    begun = time.monotonic()
    with pytest.raises(StoreError, match="does not answer"):
        send(facility, number, now)
    assert 1.5 < time.monotonic() - begun < 20
    mail.on_accepted = None
    on_postgres.start()
    database.connect()
    assert (DeliveryRow.get().state, DeliveryRow.get().attempts) == ("sending", 1)
    send(facility, number, now + deliveries.LEASE - SECOND)
    assert len(mail.messages) == 1
    send(facility, number, now + deliveries.LEASE)
    assert (DeliveryRow.get().state, DeliveryRow.get().attempts) == ("sent", 2)
    assert len(set(mail.offered)) == 1, "whoever gets it twice can tell by its id"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_file_that_lost_its_tables_is_not_waited_for(facility, mail, store, now):
    def lose() -> None:
        with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
            connection.execute("ALTER TABLE delivery RENAME TO lost")

    number = owed(facility, now)
    mail.on_accepted = lose
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="no such table"):
        send(facility, number, now)
    assert time.monotonic() - begun < 30 < module.DATABASE_PATIENCE


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_whoever_finds_that_another_sends_it_waits_and_takes_it_over_from_one_that_died(
    facility, mail, now, monkeypatch, caplog
):
    monkeypatch.setattr(module, "GRACE", 0.05)
    number = owed(facility, now)
    assert deliveries.claim(number, now) is not None, "by a worker that dies"
    clock = Clock(now + 20 * SECOND)
    assert deliver(number, facility.service, clock) == 40 * SECOND
    assert mail.messages == []
    clock.now += 40 * SECOND
    assert deliver(number, facility.service, clock) is None
    assert len(mail.messages) == 1
    assert (DeliveryRow.get().state, DeliveryRow.get().attempts) == ("sent", 2)
    assert "taken over from a worker that has died" in caplog.text
    assert deliver(number, facility.service, clock) is None, "it is done"


def test_a_worker_that_renews_its_lease_in_the_last_moment_keeps_it(facility, mail, now, monkeypatch):
    number = owed(facility, now)
    delivery = deliveries.claim(number, now)
    monkeypatch.setattr(
        module.time, "sleep", lambda _: deliveries.renew(delivery, now + deliveries.LEASE + SECOND)
    )
    assert deliver(number, facility.service, lambda: now + deliveries.LEASE) is None
    assert mail.messages == []
    deliveries.sent(delivery, now + deliveries.LEASE)
    assert DeliveryRow.get().state == "sent"


def test_a_slow_conversation_with_a_mail_server_renews_the_lease(facility, mail, now, monkeypatch):
    monkeypatch.setattr(lease, "EVERY", 0.1)
    number = owed(facility, now)
    clock = Clock(now)
    seen: list[datetime | None] = []

    def look() -> None:
        clock.now += 5 * MINUTE
        until(lambda: lease_now() == clock.now + deliveries.LEASE, "the lease is renewed")
        seen.append(lease_now())

    def lease_now() -> datetime | None:
        with database.connected():
            return deliveries.lease_of(number)

    mail.on_accepted = look
    assert deliver(number, facility.service, clock) is None
    assert seen == [now + 5 * MINUTE + deliveries.LEASE]
    assert DeliveryRow.get().state == "sent"
    threads = [thread.name for thread in threading.enumerate()]
    until(lambda: "lease" not in [thread.name for thread in threading.enumerate()], f"the end of {threads}")
