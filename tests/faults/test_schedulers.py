"""Two timers, and a person who orders scans, at the very same time, again and again."""

import pytest
from acceptance.facility import Facility, Maker
from acceptance.test_commands import no_new_scans
from servers.rabbitmq import queue_lengths

USERS = [f"user{number}" for number in range(8)]
OVER = USERS[::2]
ROUNDS = 4


@pytest.fixture
def facility(make_facility: Maker) -> Facility:
    """All users have been scanned, and half of them told."""
    facility = make_facility()
    facility.service_settings.write_text(
        facility.service_settings.read_text() + "\n[messages]\nbrake_share = 1\n"
    )
    for user in USERS:
        facility.add_over_user(user) if user in OVER else facility.add_user(user)
    facility.run("discover")
    return facility


def let_days_pass(facility: Facility) -> None:
    """All areas are due to be scanned, and all who are over to be reminded."""
    for table, columns in (
        ("area", ("last_attempt", "last_scanned")),
        ("episode", ("told_at", "as_of", "fresh_until")),
        ("message", ("created_at",)),
    ):
        moved = ", ".join(f"{column} = {column} - interval '30 days'" for column in columns)
        facility.query(f"UPDATE {table} SET {moved}")


def test_what_is_due_is_scanned_once_and_told_once_however_many_see_to_it(facility: Facility) -> None:
    scanners = [facility.start_scanner(name) for name in ("scanner1", "scanner2")]
    for name in ("service1", "service2"):
        facility.start_service(name)
    for round_ in range(1, ROUNDS + 1):
        with no_new_scans(facility, waiting=3):
            commands = [facility.begin(*words) for words in (("tick",), ("tick",), ("enqueue", "--all"))]
        for command in commands:
            facility.end(command)
        facility.finish()
        assert facility.query("SELECT count(*), count(DISTINCT area_id) FROM scan WHERE state = 'whole'") == [
            (round_ * len(USERS), len(USERS))
        ]
        assert sum(scanner.log.count("measured ") for scanner in scanners) == round_ * len(USERS)
        assert facility.query("SELECT count(*) FROM delivery WHERE state <> 'sent' OR attempts <> 1") == [
            (0,)
        ]
        mails = facility.mail.take()
        assert sorted(mail.recipients for mail in mails) == [(f"{user}@example.org",) for user in OVER]
        let_days_pass(facility)
    assert not any(queue_lengths(facility.amqp_url).values())
