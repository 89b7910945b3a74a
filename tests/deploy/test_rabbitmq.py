"""deploy/rabbitmq/definitions.json on a real server: what each of its users may do, and what not."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pika
import pytest
from acceptance.facility import GB, Facility
from acceptance.versions import newer_version
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError
from servers.process import until
from servers.rabbitmq import QUEUES, USER, GivenRabbitMQ, RabbitMQ, queue_lengths

DEFINITIONS = Path(__file__).parents[2] / "deploy/rabbitmq/definitions.json"
VHOST = "xfc-notify"
SCANNER, SERVICE, MOVER = USERS = ("xfc-notify-scan", "xfc-notify-service", "xfc-notify-transfers")
REFUSED = 403


@dataclass(frozen=True)
class Imported:
    """The URLs of the virtual host, for each of its users and for one who may do everything."""

    scanner: str
    service: str
    mover: str
    everything: str


@pytest.fixture(scope="module")
def installed(rabbitmq: RabbitMQ | GivenRabbitMQ) -> Iterator[Imported]:
    """The definitions, imported as docs/install.md says."""
    if isinstance(rabbitmq, GivenRabbitMQ):
        pytest.skip("imports definitions, so it needs a private server")
    rabbitmq.ctl("import_definitions", str(DEFINITIONS))
    set_passwords(rabbitmq)
    rabbitmq.ctl("set_permissions", "--vhost", VHOST, USER, ".*", ".*", ".*")
    yield Imported(
        *(f"amqp://{user}:{user}-secret@127.0.0.1:{rabbitmq.port}/{VHOST}" for user in USERS),
        rabbitmq.url(VHOST),
    )
    rabbitmq.ctl("delete_vhost", VHOST)
    for user in USERS:
        rabbitmq.ctl("delete_user", user)


@pytest.fixture
def imported(installed: Imported) -> Imported:
    """The same, with empty queues."""
    with pika.BlockingConnection(pika.URLParameters(installed.everything)) as connection:
        for queue in QUEUES:
            connection.channel().queue_purge(queue)
    return installed


def set_passwords(rabbitmq: RabbitMQ) -> None:
    for user in USERS:
        rabbitmq.ctl("change_password", user, f"{user}-secret")


def answer_to(url: str, action: Callable[[BlockingChannel], object]) -> int | None:
    """The code with which RabbitMQ refuses an action; None where it does it."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            action(channel)
        except ChannelClosedByBroker as error:
            return int(error.reply_code)
        return None


def publish(exchange: str, key: str) -> Callable[[BlockingChannel], object]:
    return lambda channel: channel.basic_publish(exchange, key, b"forged", mandatory=True)


def test_nobody_can_log_in_before_a_password_is_set(rabbitmq: RabbitMQ, imported: Imported) -> None:
    rabbitmq.ctl("import_definitions", str(DEFINITIONS))
    for user in USERS:
        for password in ("", f"{user}-secret", user):
            url = f"amqp://{user}:{password}@127.0.0.1:{rabbitmq.port}/{VHOST}"
            with pytest.raises(ProbableAuthenticationError):
                pika.BlockingConnection(pika.URLParameters(url))
    set_passwords(rabbitmq)


def test_the_queues_are_those_that_the_program_makes(imported: Imported) -> None:
    broker = RabbitmqBroker(url=imported.everything)
    for queue in ("scan", "results", "delivery", "reports", "transfers"):
        broker.declare_queue(queue, ensure=True)  # RabbitMQ refuses other arguments than those that are there
    broker.close()
    defined = {queue["name"] for queue in json.loads(DEFINITIONS.read_text())["queues"]}
    assert defined == set(QUEUES) == queue_lengths(imported.everything).keys()


def test_those_of_a_cluster_differ_in_the_kind_of_queue_alone() -> None:
    quorum = json.loads(DEFINITIONS.with_name("definitions-cluster.json").read_text())
    assert {queue["arguments"].pop("x-queue-type") for queue in quorum["queues"]} == {"quorum"}
    assert quorum == json.loads(DEFINITIONS.read_text())


def test_a_scanner_may_read_orders_and_write_results_and_nothing_else(imported: Imported) -> None:
    own = ("scan", "scan.DQ")
    for queue in own:
        assert answer_to(imported.scanner, lambda channel, queue=queue: channel.basic_get(queue)) is None
    assert answer_to(imported.scanner, publish("from-scanners", "results")) is None
    assert answer_to(imported.scanner, publish("from-scanners", "delivery")) is None  # the key is ignored
    assert queue_lengths(imported.service) == dict.fromkeys(QUEUES, 0) | {"results": 2}
    refused: list[Callable[[BlockingChannel], object]] = [
        *(lambda channel, queue=queue: channel.basic_get(queue) for queue in QUEUES if queue not in own),
        *(lambda channel, queue=queue: channel.queue_purge(queue) for queue in QUEUES if queue not in own),
        *(publish("", queue) for queue in QUEUES),
        *(lambda channel, queue=queue: channel.queue_delete(queue) for queue in QUEUES),
        *(lambda channel, queue=queue: channel.queue_declare(queue, durable=True) for queue in QUEUES),
        lambda channel: channel.queue_declare("another"),
        lambda channel: channel.queue_declare("", exclusive=True),
        lambda channel: channel.exchange_declare("another"),
        lambda channel: channel.exchange_delete("from-scanners"),
        lambda channel: channel.queue_bind("results", "from-scanners"),
        lambda channel: channel.queue_bind("scan", "from-scanners"),
        lambda channel: channel.queue_bind("scan.XQ", "from-scanners"),
        lambda channel: channel.queue_bind("scan.XQ", "amq.direct"),
        lambda channel: channel.queue_unbind("results", "from-scanners"),
        publish("amq.direct", "results"),
        publish("amq.fanout", "results"),
        publish("amq.topic", "results"),
    ]
    assert [answer_to(imported.scanner, action) for action in refused] == [REFUSED] * len(refused)
    assert queue_lengths(imported.service) == dict.fromkeys(QUEUES, 0) | {"results": 2}


def test_the_service_may_not_take_orders_or_change_queues(imported: Imported) -> None:
    assert answer_to(imported.service, publish("", "scan")) is None
    refused: list[Callable[[BlockingChannel], object]] = [
        lambda channel: channel.basic_get("scan"),
        lambda channel: channel.basic_get("transfers"),
        lambda channel: channel.queue_delete("results"),
        lambda channel: channel.queue_declare("another"),
        lambda channel: channel.queue_unbind("results", "from-scanners"),
        lambda channel: channel.queue_bind("scan", "from-scanners"),
        lambda channel: channel.queue_bind("scan", "amq.direct"),
        lambda channel: channel.queue_bind("delivery.XQ", "amq.direct"),
        *(lambda channel, queue=queue: channel.queue_purge(queue) for queue in QUEUES if queue[-3:] == ".XQ"),
    ]
    assert [answer_to(imported.service, action) for action in refused] == [REFUSED] * len(refused)


def test_who_moves_files_takes_their_orders_and_writes_no_other_message(imported: Imported) -> None:
    assert answer_to(imported.mover, publish("to-transfers", "transfers")) is None
    assert answer_to(imported.mover, publish("to-transfers", "delivery")) is None  # the key is ignored
    assert queue_lengths(imported.everything) == dict.fromkeys(QUEUES, 0) | {"transfers": 2}
    assert answer_to(imported.mover, lambda channel: channel.basic_get("transfers")) is None
    others = [queue for queue in QUEUES if queue not in {"transfers", "transfers.DQ"}]
    refused: list[Callable[[BlockingChannel], object]] = [
        *(lambda channel, queue=queue: channel.basic_get(queue) for queue in others),
        *(publish("", queue) for queue in QUEUES),
        publish("from-scanners", "results"),
        *(lambda channel, queue=queue: channel.queue_delete(queue) for queue in QUEUES),
        lambda channel: channel.queue_bind("delivery", "to-transfers"),
        lambda channel: channel.exchange_delete("to-transfers"),
    ]
    assert [answer_to(imported.mover, action) for action in refused] == [REFUSED] * len(refused)


@pytest.mark.parametrize("user", USERS)
def test_the_users_may_not_enter_another_virtual_host(
    rabbitmq: RabbitMQ, imported: Imported, user: str
) -> None:
    url = f"amqp://{user}:{user}-secret@127.0.0.1:{rabbitmq.port}/%2F"
    with pytest.raises(Exception, match="refused"):
        pika.BlockingConnection(pika.URLParameters(url))


@pytest.fixture
def facility(imported: Imported, postgres_url: str, tmp_path: Path) -> Iterator[Facility]:
    """A facility whose scanner and service log in as the two users."""
    facility = Facility(tmp_path, postgres_url, imported.service, slice_seconds=0)
    settings = facility.scanner_settings
    settings.write_text(settings.read_text().replace(imported.service, imported.scanner))
    yield facility
    facility.close()


def test_workers_do_their_work_with_these_rights(facility: Facility) -> None:
    facility.add_over_user("ben")
    facility.start_scanner()
    facility.start_service()
    facility.run("discover")
    facility.run("enqueue", "--all")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert facility.usage("ben") == facility.measured_anew("ben")
    assert facility.query("SELECT slices FROM scan") == [(2,)]


def check_broker(facility: Facility, settings: Path, code: int = 0) -> str:
    """What `check broker` says with these settings."""
    ran = facility.run("check", "broker", "--json", code=code, XFC_NOTIFY_SETTINGS=str(settings))
    (row,) = (row for row in json.loads(ran.out) if row["name"] == "broker")
    return str(row["what"])


def test_check_sees_the_queues_on_which_its_user_works(facility: Facility) -> None:
    assert "/xfc-notify: scan" in check_broker(facility, facility.scanner_settings)
    assert check_broker(facility, facility.service_settings).endswith(
        "/xfc-notify: scan, results, delivery, reports, transfers"
    )


@pytest.mark.parametrize("right", ["write", "password"])
def test_check_says_in_rabbitmqs_own_words_what_it_refuses(
    facility: Facility, imported: Imported, rabbitmq: RabbitMQ, right: str
) -> None:
    if right == "password":
        rabbitmq.ctl("change_password", SCANNER, "another")
        expected = "403) 'ACCESS_REFUSED - Login was refused"
    else:
        rabbitmq.ctl("set_permissions", "--vhost", VHOST, SCANNER, "^$", "^from-scanners$", "^scan(\\.DQ)?$")
        expected = "403 ACCESS_REFUSED - configure access to queue 'scan.XQ'"
    try:
        if right == "password" or version(imported.everything) >= (4, 2, 6):
            assert expected in check_broker(facility, facility.scanner_settings, code=1)
        else:  # asking needs no rights
            check_broker(facility, facility.scanner_settings)
    finally:
        rabbitmq.ctl("import_definitions", str(DEFINITIONS))
        set_passwords(rabbitmq)


def version(url: str) -> tuple[int, ...]:
    """The version of a RabbitMQ."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        text: str = connection._impl.server_properties["version"]
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def test_an_order_whose_answer_could_not_be_sent_is_a_dead_letter_and_is_sent_again(
    facility: Facility, imported: Imported, rabbitmq: RabbitMQ
) -> None:
    facility.expect_tracebacks("BrokerRefusal")
    facility.add_over_user("ben")
    facility.start_service()
    facility.run("discover")
    scanner = facility.start_scanner()
    rabbitmq.ctl("set_permissions", "--vhost", VHOST, SCANNER, "^$", "^$", ".*")
    facility.run("enqueue", "--all")
    scanner.wait_for("Retries exceeded")
    dead = "scan.XQ"
    until(lambda: queue_lengths(imported.service)[dead] == 1, "the order among the dead letters")
    assert answer_to(imported.everything, lambda channel: channel.queue_purge(dead)) is None
    rabbitmq.ctl("import_definitions", str(DEFINITIONS))
    set_passwords(rabbitmq)
    facility.query("UPDATE slice SET lease_until = lease_until - interval '1 hour'")
    facility.run("tick")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()


def test_with_these_rights_a_message_that_is_too_new_is_left_to_a_newer_worker(facility: Facility) -> None:
    newer = newer_version(facility.folder / "newer")
    facility.run("migrate", **newer)
    facility.add_user("ben", {"data.nc": 12 * GB})
    facility.run("discover")
    old_scanner, old_service = facility.start_scanner("old-scanner"), facility.start_service("old-service")
    facility.run("enqueue", "--all", **newer)
    old_scanner.wait_for("a scan order of format 2")
    new_scanner = facility.start_scanner("new-scanner", **newer)
    new_scanner.wait_for("measured ")  # when the old one, which goes on, has put it back
    old_service.wait_for("a slice result of format 2")
    new_service = facility.start_service("new-service", **newer)
    new_service.wait_for("a message is written")
    facility.expect_mail("ben@example.org", "120 %")
    facility.finish()
    assert facility.usage("ben") == facility.measured_anew("ben")
