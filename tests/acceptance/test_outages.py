"""Servers that are away, or go away while workers run."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from acceptance.facility import GB, Facility, Maker
from acceptance.processes import Worker

LOST_DATABASE = ("NoConnection", "OperationalError", "AdminShutdown", "InterfaceError", "StoreError")
LOST_BROKER = ("ConnectionClosed", "AMQPConnectionError", "StreamLostError", "BrokerError")
SOON = 25.0
"""Seconds. A command that waits for a broker gives up before those that started it do, on a busy machine too."""


@contextmanager
def killed(server: Postgres | RabbitMQ) -> Iterator[None]:
    """The server is killed, and comes back after the block."""
    server.kill()
    try:
        yield
    finally:
        server.start()


def test_what_was_ordered_while_the_broker_was_away_is_done_later(
    facility: Facility, rabbitmq: RabbitMQ
) -> None:
    facility.add_over_user("ben")
    facility.run("discover")
    with killed(rabbitmq):
        ran = facility.run("enqueue", "--all", code=1)
        assert_one_clear_error(ran.err)
        assert ran.seconds < SOON
    assert facility.query("SELECT state FROM scan") == [("open",)]
    facility.start_scanner()
    facility.start_service()
    facility.run("tick")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()


def test_a_mute_broker_is_given_up_soon(facility: Facility) -> None:
    facility.add_user("ada")
    facility.run("discover")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"amqp://xfc:mute-secret@127.0.0.1:{mute.getsockname()[1]}/xfc"
        ran = facility.run("enqueue", "--all", code=1, XFC_NOTIFY_BROKER__URL=url)
    assert_one_clear_error(ran.err)
    assert ran.seconds < SOON
    assert "mute-secret" not in ran.err + ran.out
    facility.start_scanner()
    facility.start_service()
    facility.run("tick")
    facility.finish()
    assert facility.query("SELECT state FROM scan") == [("whole",)]


def assert_one_clear_error(said: str) -> None:
    """One line that says what is wrong, and a hint."""
    what, hint = said.splitlines()
    assert what.startswith("xfc-notify: The broker amqp://xfc:***@127.0.0.1:")
    assert "does not answer" in what
    assert "xfc-notify tick" in hint


def test_workers_outlive_a_restart_of_the_database(make_facility: Maker, postgres: Postgres) -> None:
    facility = make_facility(slice_seconds=0)
    scanners = stopped_in_a_long_scan(facility)
    facility.expect_tracebacks(*LOST_DATABASE)
    with killed(postgres):
        resume(scanners)
        facility.workers[-1].wait_for("NoConnection")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert_nothing_lost(facility)


def test_a_mail_taken_just_before_the_database_went_away_is_not_sent_again(
    facility: Facility, postgres: Postgres
) -> None:
    facility.add_over_user("ben")
    facility.run("discover")
    facility.start_scanner()
    service = facility.start_service()
    facility.mail.on_accepted = postgres.kill
    facility.run("enqueue", "--all")
    facility.expect_mail("ben@example.org", "120 %")
    service.wait_for("the database is away")
    postgres.start()
    facility.until_query("SELECT state FROM delivery", "sent")
    facility.make_due()
    facility.run("tick")
    facility.finish()
    assert facility.query("SELECT attempts FROM delivery") == [(1,)]


def test_workers_outlive_a_restart_of_the_broker(make_facility: Maker, rabbitmq: RabbitMQ) -> None:
    facility = make_facility(slice_seconds=0)
    scanners = stopped_in_a_long_scan(facility)
    facility.expect_tracebacks(*LOST_BROKER)
    with killed(rabbitmq):
        resume(scanners)
        for worker in facility.workers:
            worker.wait_for("connection error")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert_nothing_lost(facility)


def stopped_in_a_long_scan(facility: Facility) -> list[Worker]:
    """Two scanners and a service in the middle of a scan of many slices, of one who is over quota.

    The scanners are returned, and do nothing until they are resumed: the scan is not over before something happens.
    """
    files = {f"{i}/{j}/data.nc": GB // 10 for i in range(12) for j in range(10)}
    facility.add_user("ben", files)
    facility.run("discover")
    scanners = [facility.start_scanner(name) for name in ("scanner1", "scanner2")]
    facility.start_service()
    facility.run("enqueue", "--all")
    scanners[0].wait_for("measured ", times=10)
    for scanner in scanners:
        scanner.pause()
    assert facility.query("SELECT state FROM scan") == [("open",)]
    return scanners


def resume(workers: list[Worker]) -> None:
    """Let them go on."""
    for worker in workers:
        worker.resume()


def assert_nothing_lost(facility: Facility) -> None:
    """The scan came to its end by itself, and is exact."""
    assert facility.query("SELECT state, slices FROM scan") == [("whole", 1 + 12 + 12 * 10)]
    assert facility.usage("ben") == facility.measured_anew("ben")
    assert len(facility.mail.messages) == 1
