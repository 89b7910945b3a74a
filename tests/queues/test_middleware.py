"""What surrounds every actor: retries, database connections, the context in the log."""

import io
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import dramatiq
import pika
import psycopg
import pytest
from dramatiq import Broker, Worker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import SkipMessage
from facility import install_plugin, make_settings
from servers.process import free_port, until
from servers.rabbitmq import queue_lengths

from xfc_notify import log_context
from xfc_notify.errors import BadMessage
from xfc_notify.plugins import Plugins
from xfc_notify.queues import broker as brokers
from xfc_notify.queues import connections
from xfc_notify.queues.embedded import EMBEDDED
from xfc_notify.store import database, migrate


@contextmanager
def working(broker: Broker) -> Iterator[None]:
    """A worker with a single thread."""
    worker = Worker(broker, worker_timeout=50, worker_threads=1)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def embedded(database_url: str) -> StubBroker:
    broker = brokers.build(EMBEDDED, database_url)
    assert isinstance(broker, StubBroker)
    return broker


def run(broker: StubBroker, *messages: dramatiq.Message[Any]) -> None:
    """Let a worker do these, one after the other."""
    with working(broker):
        for message in messages:
            broker.enqueue(message)
            broker.join(message.queue_name, fail_fast=False)


# Retries


def test_a_message_whose_retry_cannot_be_sent_becomes_a_dead_letter(amqp_url: str) -> None:
    broker = brokers.build(amqp_url, "sqlite:///nowhere.db")

    def fail(_: object) -> None:
        # From now on the queue of retries refuses whatever is sent to it.
        with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
            channel = connection.channel()
            channel.queue_delete("scan.DQ")
            full = {"x-max-length": 0, "x-overflow": "reject-publish"}
            channel.queue_declare("scan.DQ", durable=True, arguments=full)
        raise OSError("the disk is on fire")

    actor = dramatiq.actor(fail, queue_name="scan", broker=broker)
    message = actor.message(1)
    with working(broker):
        broker.enqueue(message)
        until(lambda: queue_lengths(amqp_url).get("scan.XQ") == 1, "a dead letter")
    broker.close()
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        _, _, body = connection.channel().basic_get("scan.XQ", auto_ack=True)
    assert dramatiq.Message.decode(body).message_id == message.message_id


def test_a_message_that_failed_is_tried_again(amqp_url: str) -> None:
    broker = brokers.build(amqp_url, "sqlite:///nowhere.db")
    tried: list[object] = []

    def fail_once(argument: object) -> None:
        tried.append(argument)
        if len(tried) == 1:
            raise OSError("for now")

    actor = dramatiq.actor(fail_once, queue_name="any", broker=broker, min_backoff=10, max_backoff=20)
    with working(broker):
        broker.enqueue(actor.message("again"))
        until(lambda: len(tried) == 2, "a second try")
    broker.close()
    assert tried == ["again", "again"]
    assert not any(queue_lengths(amqp_url).values())


def test_a_message_that_is_not_ours_is_not_tried_again(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    broker = embedded(sqlite_url)
    tried: list[object] = []

    def refuse(argument: object) -> None:
        tried.append(argument)
        raise BadMessage("an order for the moon")

    actor = dramatiq.actor(refuse, queue_name="scan", broker=broker, throws=BadMessage)
    run(broker, actor.message(1))
    assert tried == [1]
    assert [letter.message_id for letter in broker.dead_letters] != []
    assert "goes to the dead letters: an order for the moon" in caplog.text


# Connections


class Look:
    """Actors of the queues "results" and "scan" that look at the database connection of the worker's thread."""

    def __init__(self, url: str) -> None:
        self.seen: list[object] = []
        self.asked: list[str] = []
        self.broker = embedded(url)
        self._results = dramatiq.actor(self._ask, queue_name="results", broker=self.broker, max_retries=0)
        self._scan = dramatiq.actor(self._look, queue_name="scan", broker=self.broker, max_retries=0)

    def run(self, *what: str) -> list[object]:
        """What was seen by messages that `ask`, `fail`, `skip`, `lose` or `drop` their connection, or only `look`."""
        messages = [(self._scan if it == "look" else self._results).message(it) for it in what]
        run(self.broker, *messages)
        return self.seen

    def _ask(self, how: str) -> None:
        self.asked.append(how)
        if how == "lose":
            terminate_backends(database.db.database)
        asked = "SELECT pg_backend_pid()" if how == "pid" else "SELECT 1"
        self.seen.append(database.db.execute_sql(asked).fetchone())
        if how == "drop":
            terminate_backends(database.db.database)
        if how == "skip":
            raise SkipMessage
        if how == "fail":
            raise ValueError(how)

    def _look(self, _: str) -> None:
        self.seen.append("closed" if database.db.is_closed() else "open")


def migrated(url: str) -> str:
    """The URL of a database, once it has today's tables."""
    database.prepare(url)
    with database.connected():
        migrate.upgrade()
    return url


def terminate_backends(url: str) -> None:
    """Let PostgreSQL drop all connections to the database but this one."""
    with psycopg.connect(url, autocommit=True) as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        count = connection.execute(f"SELECT count(pg_terminate_backend(pid, 5000)) {others}").fetchone()
        assert count == (1,)


def test_a_message_of_the_service_has_a_connection_and_an_order_has_none(database_url: str) -> None:
    assert Look(migrated(database_url)).run("look", "ask") == ["closed", (1,)]


@pytest.mark.parametrize(("end", "after"), [("ask", "open"), ("skip", "open"), ("fail", "closed")])
def test_the_connection_is_kept_unless_a_message_fails(database_url: str, end: str, after: str) -> None:
    assert Look(migrated(database_url)).run(end, "look", "ask") == [(1,), after, (1,)]


def test_a_connection_dropped_between_two_messages_harms_neither(postgres_url: str) -> None:
    look = Look(migrated(postgres_url))
    assert look.run("ask", "drop", "look", "ask") == [(1,), (1,), "open", (1,)]
    assert not look.broker.dead_letters


def test_a_connection_is_kept_for_a_while_only(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Look(migrated(postgres_url))
    look.run("pid", "pid")
    monkeypatch.setattr(connections, "KEPT", 0.0)
    look.run("pid", "pid")
    one, same, *others = look.seen
    assert one == same
    assert len({one, *others}) == 3


def test_before_each_message_the_database_is_asked_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Look(migrated(database_url))
    asked: list[str] = []
    execute = type(database.db.obj).execute_sql

    def count(self: Any, statement: str, *more: Any, **named: Any) -> Any:
        asked.append(statement)
        return execute(self, statement, *more, **named)

    monkeypatch.setattr(type(database.db.obj), "execute_sql", count)
    look.run("ask", "ask", "ask")
    assert asked.count("SELECT 1") == 3, "what the messages ask themselves"
    assert len(asked) == 6


def test_a_dropped_connection_harms_only_the_message_that_had_it(postgres_url: str) -> None:
    look = Look(migrated(postgres_url))
    assert look.run("ask", "lose", "look", "ask") == [(1,), "closed", (1,)]
    (dead,) = look.broker.dead_letters
    assert dead.args == ("lose",)


def test_no_connection_to_the_server_is_left(postgres_url: str) -> None:
    Look(migrated(postgres_url)).run("ask", "skip", "fail", "ask")
    with psycopg.connect(postgres_url) as connection:
        ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'xfc-notify'"
        until(lambda: connection.execute(ours).fetchone() == (0,), "the end of its connections")


def test_without_the_database_a_message_is_not_worked_on_but_kept(caplog: pytest.LogCaptureFixture) -> None:
    look = Look(f"postgresql://xfc:database-secret@127.0.0.1:{free_port()}/xfc")
    assert look.run("ask", "look") == ["closed"]
    assert look.asked == []
    (dead,) = look.broker.dead_letters  # since these actors have no second try
    assert dead.args == ("ask",)
    assert "does not answer" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "DELETE FROM schema_migration WHERE name LIKE '0001%'",
            "older than this program (missing: 0001_first). Run: ",
        ),
        (
            "INSERT INTO schema_migration VALUES (99, '0099_drop_all_needs_0098', now())",
            "too new for this program",
        ),
    ],
)
def test_with_tables_of_another_version_a_message_is_not_worked_on_but_kept(
    postgres_url: str, caplog: pytest.LogCaptureFixture, change: str, said: str
) -> None:
    look = Look(migrated(postgres_url))
    with psycopg.connect(postgres_url, autocommit=True) as connection, working(look.broker):
        look.broker.enqueue(look.broker.get_actor("_ask").message("ask"))
        until(lambda: look.asked == ["ask"], "the first is done")
        connection.execute(change.encode())
        look.broker.enqueue(look.broker.get_actor("_ask").message("too late"))
        until(lambda: len(look.broker.dead_letters) == 1, "a dead letter")  # these actors have no second try
    assert look.asked == ["ask"]
    (line,) = (record for record in caplog.records if record.name == connections.__name__)
    assert said in line.message
    assert not any(record.exc_info for record in caplog.records), "no traceback"


def test_with_tables_that_a_newer_version_has_added_to_work_goes_on(postgres_url: str) -> None:
    look = Look(migrated(postgres_url))
    database.prepare(postgres_url)
    with database.connected():
        database.db.execute_sql("INSERT INTO schema_migration VALUES (98, '0098_more', now())")
        database.db.execute_sql("INSERT INTO schema_migration VALUES (99, '0099_less_needs_0001', now())")
    assert look.run("ask") == [(1,)]


# LogContext


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the root logger prints as workers do."""
    stream = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(stream)])
    before = root.level
    root.setLevel(logging.INFO)
    log_context.install()
    yield stream
    root.setLevel(before)


def lines(log: io.StringIO) -> list[str]:
    return log.getvalue().split("\n")[:-1]


def test_every_line_names_the_message_that_is_being_worked_on(sqlite_url: str, log: io.StringIO) -> None:
    broker = embedded(sqlite_url)

    def work(what: str) -> None:
        logging.getLogger("work").info("begun")
        if what == "fail":
            raise ValueError(what)

    actor = dramatiq.actor(work, queue_name="scan", broker=broker, throws=ValueError)
    good, bad = actor.message("good"), actor.message("fail")
    run(broker, good, bad)
    logging.getLogger("work").info("over")
    said = lines(log)
    assert [line for line in said if f"[work/{good.message_id[:8]}]" in line and line.endswith("begun")]
    of_bad = [line for line in said if f"[work/{bad.message_id[:8]}]" in line]
    assert any(line.endswith("begun") for line in of_bad)
    assert any("Aborting" in line for line in of_bad), "the middleware's own lines have the context too"
    assert "[-]" in said[-1]


def test_no_control_character_reaches_the_log(log: io.StringIO) -> None:
    hostile = "a\x1b[2J\r\n[2026] forged\u2028\u202e\ud800\udcff"
    logging.getLogger("work").warning("%s", hostile)
    (line,) = lines(log)
    assert line.isprintable()
    assert line.endswith(r"a\x1b[2J\x0d\x0a[2026] forged\u2028\u202e\ud800\xff")


def test_no_line_holds_a_whole_message(log: io.StringIO) -> None:
    message: dramatiq.Message[Any] = dramatiq.Message("results", "record", ("x" * 4_000_000,), {}, {})
    try:
        raise ValueError(message)  # noqa: TRY301
    except ValueError:
        logging.getLogger("work").exception("Failed to post_process_message(%s)", message)
    said = lines(log)
    assert all(len(line) < 5_000 for line in said)
    assert "record('xxxx" in said[0]
    assert said[0].endswith("letters")


def test_a_traceback_keeps_its_lines_and_nothing_else(log: io.StringIO) -> None:
    try:
        raise ValueError("a\x1b[2Jb")  # noqa: TRY301
    except ValueError:
        logging.getLogger("work").exception("failed")
    said = lines(log)
    assert said[1] == "Traceback (most recent call last):"
    assert said[-1] == r"ValueError: a\x1b[2Jb"
    assert all(line.isprintable() for line in said)


@pytest.fixture
def json_log(log: io.StringIO) -> io.StringIO:
    """The same as JSON."""
    log_context.install("json")
    return log


def records(json_log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(json_log)]


def test_what_a_message_is_about_stands_in_its_lines_and_in_no_later_one(
    sqlite_url: str, log: io.StringIO
) -> None:
    broker = embedded(sqlite_url)

    def work(delivery: int) -> None:
        if delivery:
            log_context.about(delivery=delivery)
            log_context.about(message_id="9f8e7d6c-0000")
        logging.getLogger("work").info("number %d", delivery)

    actor = dramatiq.actor(work, queue_name="scan", broker=broker)
    first, second = actor.message(7), actor.message(0)
    run(broker, first, second)
    said = lines(log)
    assert f"[work/{first.message_id[:8]} delivery=7 message_id=9f8e7d6c]" in said[0]
    assert f"[work/{second.message_id[:8]}]" in said[1]


def test_as_json_every_record_is_an_object_on_a_line(sqlite_url: str, json_log: io.StringIO) -> None:
    broker = embedded(sqlite_url)

    def work(scan_id: str) -> None:
        log_context.about(scan_id=scan_id, slice_id="b")
        logging.getLogger("work").info("a message is written", extra={"message_id": "m"})
        logging.getLogger("work").warning("no more")

    message = dramatiq.actor(work, queue_name="scan", broker=broker).message("a")
    run(broker, message)
    first, second, *_ = records(json_log)
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {
        "level": "info", "logger": "work", "message": "a message is written", "process": os.getpid(),
        "actor": "work", "queue_message_id": message.message_id, "scan_id": "a", "slice_id": "b", "message_id": "m",
    }  # fmt: skip
    assert (second["level"], second.get("message_id")) == ("warning", None)


def test_as_json_no_control_character_reaches_the_log(json_log: io.StringIO) -> None:
    hostile = 'a\x1b[2J\r\n{"level": 1}\u2028\u202e\ud800\udcff'
    try:
        raise ValueError(hostile)  # noqa: TRY301
    except ValueError:
        logging.getLogger("work").exception("%s", hostile)
    (line,) = lines(json_log)
    assert line.isascii()
    assert line.isprintable()
    shown = r'a\x1b[2J\x0d\x0a{"level": 1}\u2028\u202e\ud800\xff'
    record = json.loads(line)
    assert record["message"] == shown
    assert all(line.isprintable() for line in record["traceback"].split("\n"))


def test_a_plugins_lines_are_about_the_same_message(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, json_log: io.StringIO
) -> None:
    source = """
import logging
from xfc_notify import hookimpl, Person

@hookimpl
def find_person(username):
    logging.getLogger("plugin").info("asked")
"""
    install_plugin(tmp_path, monkeypatch, "talker", source)
    plugins = Plugins.load(make_settings(tmp_path))
    broker = embedded(sqlite_url)

    def work(scan_id: str) -> None:
        log_context.about(scan_id=scan_id)
        plugins.find_person("nobody-of-this-name")

    run(broker, dramatiq.actor(work, queue_name="scan", broker=broker).message("a"))
    (asked,) = (record for record in records(json_log) if record["logger"] == "plugin")
    assert (asked["actor"], asked["scan_id"]) == ("work", "a")
