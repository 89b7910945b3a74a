"""The metrics say what stands in the database and in the queues."""

from datetime import datetime, timedelta
from pathlib import Path

import pika
import pytest
from facility import Facility, claim, measured, new_area, order_for
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from servers.process import free_port

from xfc_notify.areas import answers
from xfc_notify.domain import Finding, Level
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episode import Episode
from xfc_notify.outbox import held
from xfc_notify.outbox.commands.deliveries import STATES
from xfc_notify.outbox.tables import DeliveryRow
from xfc_notify.store import database, marks, migrate
from xfc_notify.watch.figures import figures
from xfc_notify.watch.metrics import Metrics

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VOLUMES = [{"name": name, "path": f"/{name}"} for name in ("vol1", "vol2")]


class Told:
    """The metrics of a facility at a time, as Prometheus reads them."""

    def __init__(self, facility: Facility, now: datetime) -> None:
        text = generate_latest(Metrics(facility.settings, lambda: now).registry()).decode()
        families = list(text_string_to_metric_families(text))
        self.names = {family.name for family in families}
        self._values = {
            (it.name, *sorted(it.labels.items())): it.value for family in families for it in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float | None:
        return self._values.get((f"xfc_notify_{name}", *sorted(labels.items())))


@pytest.fixture
def facility(store: str, tmp_path: Path) -> Facility:
    return Facility.at(tmp_path, volumes=VOLUMES)


def test_areas_are_counted_by_volume_and_level(facility: Facility, now: datetime) -> None:
    for number, size in enumerate((100, 850, 950, 960, 1001)):
        facility.scan(new_area(f"user{number}", now), size, now)
    new_area("late", now, "vol2")
    told = Told(facility, now)
    levels = {level: told("areas", volume="vol1", level=str(level)) for level in Level}
    assert levels == {Level.OK: 1, Level.NOTICE: 1, Level.WARNING: 2, Level.OVER: 1}
    assert [told("areas_never_scanned", volume=volume) for volume in ("vol1", "vol2")] == [0, 1]
    assert told("episodes_open", policy="quota_hard", level="warning") == 2


def test_an_empty_installation_has_its_volumes_and_nothing_in_them(facility: Facility, now: datetime) -> None:
    told = Told(facility, now)
    assert told("areas", volume="vol2", level="over") == told("scans_open") == told("outbox_age_seconds") == 0
    assert told("oldest_scan_seconds", volume="vol1") is None
    assert told("last_tick_timestamp_seconds") == 0


def test_the_oldest_scan_is_that_of_the_area_scanned_longest_ago(facility: Facility, now: datetime) -> None:
    for owner, hours in (("alice", 30), ("ben", 2)):
        facility.scan(new_area(owner, now), 1, now - hours * HOUR)
    facility.scan(new_area("cleo", now, "vol2"), 850, now)
    told = Told(facility, now + HOUR)
    assert told("oldest_scan_seconds", volume="vol1") == 31 * 3600
    assert told("oldest_scan_seconds", volume="vol2") == 3600
    assert told("scan_interval_seconds") == 86400


def test_the_last_scan_of_an_area_counts_and_none_before(facility: Facility, now: datetime) -> None:
    alice, ben = new_area("alice", now), new_area("ben", now)
    for readable in (False, True):
        facility.scan(alice, 1, now, readable=readable)
        now += HOUR
    assert Told(facility, now)("last_scans", volume="vol1", outcome="incomplete") == 0
    facility.scan(ben, 1, now, readable=False)
    now += HOUR
    order_for(alice, now)
    assert answers.give_up(now + DAY)
    told = Told(facility, now + DAY)
    outcomes = [told("last_scans", volume="vol1", outcome=how) for how in ("failed", "incomplete")]
    assert outcomes == [1, 1]
    facility.scan(alice, 1, now + DAY)
    assert Told(facility, now + DAY)("last_scans", volume="vol1", outcome="failed") == 0


def test_slices_wait_are_under_way_or_late(facility: Facility, now: datetime) -> None:
    order = order_for(new_area("alice", now), now)
    facility.record(measured(order, 1, remaining=[b"a"]), now)
    assert states(facility, now) == (1, 0, 0)
    assert len(claim(now)) == 1
    assert states(facility, now) == (0, 1, 0)
    assert states(facility, now + DAY) == (0, 0, 1)
    assert Told(facility, now)("scans_open") == 1


def states(facility: Facility, now: datetime) -> tuple[float | None, ...]:
    told = Told(facility, now)
    return tuple(told("slices", state=state) for state in ("waiting", "under way", "late"))


def test_the_outbox_is_as_old_as_the_oldest_message_that_has_not_arrived(
    facility: Facility, now: datetime
) -> None:
    for hours, owner in enumerate(("alice", "ben")):
        facility.scan(new_area(owner, now), 1001, now + hours * HOUR)
    told = Told(facility, now + 5 * HOUR)
    assert (told("deliveries", state="queued"), told("outbox_age_seconds")) == (2, 5 * 3600)
    first = DeliveryRow.select().order_by(DeliveryRow.id).get()
    DeliveryRow.update(state="dead").where(DeliveryRow.id == first.id).execute()
    told = Told(facility, now + 5 * HOUR)
    assert (told("deliveries", state="dead"), told("outbox_age_seconds")) == (1, 4 * 3600)


def test_what_is_held_is_no_part_of_the_outbox(facility: Facility, now: datetime) -> None:
    facility.scan(new_area("alice", now), 1001, now)
    assert held.hold_since(now - HOUR, now) == 1
    told = Told(facility, now + HOUR)
    assert (told("messages_held"), told("deliveries", state="held"), told("outbox_age_seconds")) == (1, 1, 0)


def test_every_state_of_a_delivery_is_counted(facility: Facility, now: datetime) -> None:
    told = Told(facility, now)
    assert {state: told("deliveries", state=state) for state in STATES} == dict.fromkeys(STATES, 0)


def test_whether_it_is_live_is_told(store: str, tmp_path: Path, now: datetime) -> None:
    facility = Facility.at(tmp_path, live=False)
    assert Told(facility, now)("live") == 0
    marks.put(marks.LIVE, now)
    assert Told(facility, now)("live") == 1


def test_a_clock_that_was_put_back_gives_no_negative_age(facility: Facility, now: datetime) -> None:
    facility.scan(new_area("alice", now), 1001, now)
    told = Told(facility, now - HOUR)
    assert told("oldest_scan_seconds", volume="vol1") == told("outbox_age_seconds") == 0


def test_a_hostile_name_stays_on_its_line(facility: Facility, now: datetime) -> None:
    policy = 'a"\n\\x\x1b[2J} 7\nxfc_notify_live 0\n'
    finding = Finding(Level.OVER, 2, 1, "bytes", "title", policy=policy)
    area = new_area("alice", now)
    episode_rows.save(area, Episode("bad", policy, Level.OVER, finding, now, now, now))
    text = generate_latest(Metrics(facility.settings, lambda: now).registry()).decode()
    assert "\x1b" not in text
    assert "\nxfc_notify_live 0" not in text
    told = Told(facility, now)
    assert told("live") == 1
    shown = 'a"\\x0a\\x\\x1b[2J} 7\\x0axfc_notify_live 0\\x0a'
    assert told("episodes_open", policy=shown, level="over") == 1


def test_queues_and_dead_letters_are_counted_and_those_that_nobody_made_are_empty(
    store: str, tmp_path: Path, amqp_url: str, now: datetime
) -> None:
    facility = Facility.at(tmp_path, broker={"url": amqp_url})
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for queue, count in (("scan", 3), ("results.XQ", 1)):
            channel.queue_declare(queue, durable=True)
            for _ in range(count):
                channel.basic_publish("", queue, b"{}", mandatory=True)
    told = Told(facility, now)
    lengths = {name: told("queue_messages", queue=name) for name in ("scan", "results.XQ", "delivery")}
    assert lengths == {"scan": 3, "results.XQ": 1, "delivery": 0}
    assert told("broker_up") == 1


def test_who_takes_from_a_queue_is_counted_while_connected(
    store: str, tmp_path: Path, amqp_url: str, now: datetime
) -> None:
    facility = Facility.at(tmp_path, broker={"url": amqp_url})
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        for queue in ("scan", "results"):
            channel.queue_declare(queue, durable=True)
        channel.basic_consume("scan", lambda *_: None)
        told = Told(facility, now)
        counts = [told("queue_consumers", queue=name) for name in ("scan", "results", "delivery", "scan.XQ")]
        assert counts == [1, 0, 0, None]
    assert Told(facility, now)("queue_consumers", queue="scan") == 0


def test_without_the_broker_the_rest_is_told(store: str, tmp_path: Path, now: datetime) -> None:
    facility = Facility.at(tmp_path, broker={"url": f"amqp://robot:hunter2@127.0.0.1:{free_port()}/xfc"})
    told = Told(facility, now)
    assert told("broker_up") == 0
    assert told("queue_messages", queue="scan") is told("queue_consumers", queue="scan") is None
    assert told("live") == 1


def test_the_embedded_broker_has_no_metrics(facility: Facility, now: datetime) -> None:
    names = Told(facility, now).names
    assert "xfc_notify_live" in names
    assert not {"xfc_notify_broker_up", "xfc_notify_queue_messages"} & names


def test_what_is_counted_is_read_from_indexes(
    sqlite_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.prepare(sqlite_url)
    with database.connected():
        migrate.upgrade()
        assert_read_from_indexes(now, monkeypatch)


def assert_read_from_indexes(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, object]] = []
    execute = database.db.execute_sql

    def keep(statement: str, values: object = None) -> object:
        asked.append((statement, values))
        return execute(statement, values)

    monkeypatch.setattr(database.db.obj, "execute_sql", keep)
    figures(now)
    monkeypatch.undo()
    assert len(asked) > 8
    for statement, values in asked:
        plan = [row[-1] for row in database.db.execute_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        whole = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
        assert not whole, (statement, plan)
