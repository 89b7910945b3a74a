"""Servers that are away, or go away while workers run."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from acceptance.facility import GB, Facility, Maker

LOST_DATABASE = ("NoConnection", "OperationalError", "AdminShutdown", "InterfaceError")


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
        assert ran.seconds < 10
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
    assert ran.seconds < 20
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
    start_a_long_scan(facility)
    facility.expect_tracebacks(*LOST_DATABASE)
    with killed(postgres):
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
    start_a_long_scan(facility)
    facility.expect_tracebacks("ConnectionClosed", "AMQPConnectionError", "StreamLostError", "BrokerError")
    with killed(rabbitmq):
        for worker in facility.workers:
            worker.wait_for("connection error")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert_nothing_lost(facility)


def start_a_long_scan(facility: Facility) -> None:
    """Two scanners and a service in the middle of a scan of many slices, of one who is over quota."""
    files = {f"{i}/{j}/data.nc": GB // 10 for i in range(12) for j in range(10)}
    facility.add_user("ben", files)
    facility.run("discover")
    for name in ("scanner1", "scanner2"):
        facility.start_scanner(name)
    facility.start_service()
    facility.run("enqueue", "--all")
    facility.workers[0].wait_for("measured ", times=10)


def assert_nothing_lost(facility: Facility) -> None:
    """The scan came to its end by itself, and is exact."""
    assert facility.query("SELECT state, slices FROM scan") == [("whole", 1 + 12 + 12 * 10)]
    assert facility.usage("ben") == facility.measured_anew("ben")
    assert len(facility.mail.messages) == 1
