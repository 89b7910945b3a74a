"""Two of everything: three RabbitMQ nodes with quorum queues, two scanners, two services, two timers."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest
from acceptance.facility import DEAD_LETTERS, Facility
from servers.cluster import Cluster
from servers.postgres import Postgres
from servers.process import MissingServerError
from servers.rabbitmq import USER, queue_lengths

from faults.busy import Busy
from faults.test_servers import LOST_BROKER, LOST_DATABASE

DEFINITIONS = Path(__file__).parents[2] / "deploy/rabbitmq/definitions-cluster.json"
SCANNER, SERVICE = "xfc-notify-scan", "xfc-notify-service"
VHOST = "xfc-notify"
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Three nodes with the definitions of a cluster."""
    try:
        made = Cluster()
        with made:
            made.import_definitions(DEFINITIONS, {user: f"{user}-secret" for user in (SCANNER, SERVICE)})
            made.nodes[0].ctl("set_permissions", "--vhost", VHOST, USER, ".*", ".*", ".*")
            yield made
    except MissingServerError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def busy(cluster: Cluster, postgres_url: str, tmp_path: Path) -> Iterator[Busy]:
    """A facility at work, whose scanners and services know all three nodes."""
    scanner, service = (cluster.url(user, f"{user}-secret", VHOST) for user in (SCANNER, SERVICE))
    facility = Facility(tmp_path, postgres_url, service, slice_seconds=0)
    settings = facility.scanner_settings
    settings.write_text(settings.read_text().replace(service, scanner))
    facility.expect_tracebacks(*LOST_BROKER, *LOST_DATABASE)
    yield Busy(facility, tmp_path / "journal")
    facility.close()


@pytest.mark.parametrize("place", [0, 1])
def test_a_node_is_killed_and_the_others_go_on(busy: Busy, cluster: Cluster, place: int) -> None:
    busy.begin()
    cluster.nodes[place].kill()
    try:
        busy.facility.run("tick")
        busy.settle(180)
    finally:
        cluster.nodes[place].start()


def test_without_a_majority_nothing_is_sent_nothing_lost_and_nobody_waits_for_ever(
    busy: Busy, cluster: Cluster
) -> None:
    busy.begin()
    for node in cluster.nodes[1:]:
        node.kill()
    try:
        ran = busy.facility.run("tick", code=1)  # which is waited for a minute, and no longer
        assert len(ran.err.splitlines()) in (1, 2)
        checked = busy.facility.run("check", "broker", "workers", "--json", code=1)
        (row,) = (row for row in json.loads(checked.out) if row["name"] in {"broker", "workers"})
        assert row["state"] == "failed", "a queue that cannot be asked is not an empty one"
        print(ran.err, row)
    finally:
        for node in cluster.nodes[1:]:
            node.launch()
        for node in cluster.nodes[1:]:
            node.await_ready()
    busy.settle(180, dead_letters=True)
    left = queue_lengths(busy.facility.amqp_url)
    print(f"dead letters: { {queue: left[queue] for queue in DEAD_LETTERS} }")
    with pika.BlockingConnection(pika.URLParameters(cluster.nodes[0].url(VHOST))) as connection:
        for queue in DEAD_LETTERS:
            connection.channel().queue_purge(queue)


def test_the_database_is_restarted_under_two_services_and_two_timers(busy: Busy, postgres: Postgres) -> None:
    busy.begin()
    postgres.kill()
    time.sleep(3)
    postgres.start()
    ticks = [busy.facility.begin("tick") for _ in range(2)]
    for tick in ticks:
        busy.facility.end(tick)
    busy.settle(120)
