"""The broker: what it sends, what it takes, and how it says that it is away."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import dramatiq
import pika
import pytest
from dramatiq import Broker
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.common import current_millis, dq_name, q_name
from dramatiq.errors import ConnectionClosed, DecodeError
from pika.adapters.blocking_connection import BlockingChannel
from servers.process import free_port
from servers.rabbitmq import QUEUES as EVERY_QUEUE
from servers.rabbitmq import RabbitMQ, queue_lengths, small_messages_only

from xfc_notify.errors import BrokerError
from xfc_notify.queues import broker as brokers
from xfc_notify.queues import encoder, internals, kept
from xfc_notify.queues.declared import QUEUES, RESULTS, SCAN
from xfc_notify.queues.embedded import EMBEDDED, drain
from xfc_notify.queues.encoder import StrictEncoder
from xfc_notify.queues.internals import Connection
from xfc_notify.queues.rabbitmq import fillings, sight

NO_DATABASE = "sqlite:///nowhere.db"


@pytest.fixture
def rabbit(amqp_url: str) -> Iterator[RabbitmqBroker]:
    """Our broker on RabbitMQ, with an actor for each of two queues."""
    broker = brokers.build(amqp_url, NO_DATABASE)
    assert isinstance(broker, RabbitmqBroker)
    dramatiq.actor(_nothing, actor_name="scan", queue_name="scan", broker=broker)
    dramatiq.actor(_nothing, actor_name="record", queue_name="results", broker=broker)
    yield broker
    broker.close()


def _nothing(argument: object) -> None:
    pass


def order(broker: Broker, argument: object = 1, **options: Any) -> dramatiq.Message[Any]:
    message = broker.get_actor("scan").message(argument)
    return message.copy(options=options)


def test_our_own_messages_come_back_as_they_were(rabbit: RabbitmqBroker) -> None:
    waiting = order(rabbit, {"a": [1]}, eta=5, retries=1, traceback="…", requeue_timestamp=3)
    for message in (order(rabbit, {"path": "\\xff"}), waiting):
        assert dramatiq.Message.decode(message.encode()) == message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("queue_name", None),
        ("actor_name", 3),
        ("args", {}),
        ("args", []),
        ("args", [1, 2]),
        ("kwargs", {"order": 1}),
        ("kwargs", None),
        ("options", None),
        ("options", {"pipe_target": {}}),
        ("options", {"on_success": "scan"}),
        ("options", {"eta": None}),
        ("options", {"retries": "many"}),
        ("options", {"retries": -1_000_000_000}),
        ("options", {"retries": -1}),
        ("options", {"retries": True}),
        ("options", {"retries": 1_001}),
        ("options", {"eta": -1}),
        ("options", {"eta": 2**60}),
        ("options", {"requeue_timestamp": -5}),
        ("message_id", 7),
        ("message_timestamp", "now"),
        ("another", 1),
    ],
)
def test_a_message_of_another_shape_cannot_be_decoded(
    rabbit: RabbitmqBroker, field: str, value: object
) -> None:
    message = json.loads(order(rabbit).encode())
    with pytest.raises(DecodeError):
        StrictEncoder().decode(json.dumps(message | {field: value}).encode())


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"null", b"7", b"[]", b"{}", b"[" * 100_000, b'{"args": [1]}']
)
def test_what_is_no_message_at_all_cannot_be_decoded(data: bytes) -> None:
    with pytest.raises(DecodeError):
        StrictEncoder().decode(data)


def test_a_message_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    monkeypatch.setattr(encoder.json, "loads", parsed.append)
    with pytest.raises(DecodeError):
        StrictEncoder().decode(b"[" + b" " * encoder.LARGEST)
    assert parsed == []


def test_what_cannot_be_decoded_is_one_line_in_the_log_and_a_dead_letter(
    rabbit: RabbitmqBroker, amqp_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    rabbit.declare_queue("scan", ensure=True)
    rabbit.channel.basic_publish("", "scan", b"nonsense")
    consumer = rabbit.consume("scan", timeout=1000)
    assert next(consumer) is None
    assert next(consumer) is None, "what is refused is not taken again"
    assert queue_lengths(amqp_url)["scan.XQ"] == 1
    consumer.close()
    said = [record for record in caplog.records if "pika" not in record.name]
    assert [record.getMessage() for record in said] == [
        "a message that is not ours goes to the dead letters: JSONDecodeError"
    ]
    assert said[0].exc_info is None


def test_an_order_that_nobody_here_understands_becomes_a_dead_letter_and_others_go_on(
    rabbit: RabbitmqBroker, amqp_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept, "SECONDS", 0.05)
    newer = [order(rabbit, {"format": 99}) for _ in range(2)]
    good = order(rabbit, {"format": 1})
    for message in (*newer, good):
        rabbit.enqueue(message)
    consumer = rabbit.consume("scan", timeout=50)
    got = next((message for _ in range(200) if (message := next(consumer)) is not None), None)
    assert got is not None
    assert got.message_id == good.message_id
    assert queue_lengths(amqp_url)["scan.XQ"] == 2
    assert caplog.text.count("goes to the dead letters") == 2
    assert caplog.text.count("is left to another worker") == 2 * kept.MOST_RETURNS
    consumer.close()


@pytest.mark.parametrize(("queue", "actor", "held"), [("scan", "scan", 1), ("results", "record", 3)])
def test_a_consumer_of_orders_holds_one_message_at_a_time(
    rabbit: RabbitmqBroker, amqp_url: str, queue: str, actor: str, held: int
) -> None:
    for number in range(3):
        rabbit.enqueue(rabbit.get_actor(actor).message(number))
    consumer = rabbit.consume(queue, prefetch=8, timeout=1000)
    first = next(consumer)
    assert first is not None
    assert queue_lengths(amqp_url)[queue] == 3 - held
    consumer.ack(first)
    consumer.close()


@pytest.mark.parametrize("end", ["ack", "nack"])
def test_what_was_taken_before_the_connection_was_lost_is_not_mistaken_for_what_comes_after(
    rabbit: RabbitmqBroker, amqp_url: str, end: str
) -> None:
    rabbit.enqueue(order(rabbit, 1))
    before = rabbit.consume("scan", timeout=1000)
    old = next(before)
    assert old is not None
    before.close()
    after = rabbit.consume("scan", timeout=1000)
    again = next(after)
    assert again is not None
    getattr(after, end)(old)
    after.close()
    lengths = queue_lengths(amqp_url)
    assert (lengths["scan"], lengths["scan.XQ"]) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"queue_name": "results"},
        {"queue_name": "scan.DQ"},
        {"actor_name": "record"},
        {"actor_name": "nobody"},
        {"options": {"eta": 1_000}},
    ],
    ids=[
        "another queue",
        "the queue of retries",
        "an actor of another queue",
        "no actor",
        "a time to wait for",
    ],
)
def test_a_queue_gives_only_what_belongs_there(
    rabbit: RabbitmqBroker, amqp_url: str, wrong: dict[str, Any]
) -> None:
    good = order(rabbit)
    assert taken(rabbit, "scan", [order(rabbit).copy(**wrong), good]) == [good.message_id]
    assert queue_lengths(amqp_url)["scan.XQ"] == 1


def test_an_order_of_a_newer_format_is_put_back_for_another_scanner(
    rabbit: RabbitmqBroker, amqp_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    newer = order(rabbit, {"format": 2})
    rabbit.enqueue(newer)
    monkeypatch.setattr(kept, "SECONDS", 0.5)
    consumer = rabbit.consume("scan", timeout=100)
    assert next(consumer) is None
    assert "of format 2, of which this version knows formats up to 1: upgrade this worker" in caplog.text
    other = rabbit.consume("scan", timeout=100)
    assert next(other) is None, "it is kept for a while, and not refused again at once"
    monkeypatch.setitem(QUEUES, "scan", replace(SCAN, format=2))  # they are of the newer version
    got = next((message for _ in range(200) if (message := next(other) or next(consumer)) is not None), None)
    assert got is not None
    assert got.message_id == newer.message_id
    assert queue_lengths(amqp_url).get("scan.XQ", 0) == 0
    assert caplog.text.count("upgrade this worker") == 1
    for one in (consumer, other):
        one.close()


def test_a_consumer_that_ends_leaves_the_newer_order_that_it_kept(
    rabbit: RabbitmqBroker, amqp_url: str
) -> None:
    rabbit.enqueue(order(rabbit, {"format": 2}))
    consumer = rabbit.consume("scan", timeout=50)
    assert next(consumer) is None
    consumer.close()
    assert queue_lengths(amqp_url)["scan"] == 1


@pytest.mark.parametrize("wait", [None, 3_600_000])
def test_the_queue_of_retries_gives_only_what_waits_for_a_short_time(
    rabbit: RabbitmqBroker, amqp_url: str, wait: int | None
) -> None:
    good = waiting(rabbit, "record", 1000)
    assert taken(rabbit, "results.DQ", [waiting(rabbit, "record", wait), good]) == [good.message_id]
    assert queue_lengths(amqp_url)["results.XQ"] == 1


def test_an_order_that_waits_for_its_retry_is_a_dead_letter(rabbit: RabbitmqBroker, amqp_url: str) -> None:
    assert taken(rabbit, "scan.DQ", [waiting(rabbit, "scan", 1000)]) == []
    assert queue_lengths(amqp_url)["scan.XQ"] == 1


def waiting(broker: Broker, actor: str, wait: int | None) -> dramatiq.Message[Any]:
    """A message for the queue of retries, that waits for so many milliseconds."""
    message = broker.get_actor(actor).message(1)
    options = {} if wait is None else {"eta": current_millis() + wait}
    return message.copy(queue_name=dq_name(message.queue_name), options=options)


def taken(broker: RabbitmqBroker, queue: str, messages: list[dramatiq.Message[Any]]) -> list[str]:
    """The ids of those messages that a consumer of the queue gives out, acknowledged."""
    broker.declare_queue(q_name(queue), ensure=True)
    for message in messages:
        broker.channel.basic_publish("", queue, message.encode())
    consumer = broker.consume(queue, timeout=1000)
    ids = []
    for _ in messages:
        if (message := next(consumer)) is not None:
            ids.append(message.message_id)
            consumer.ack(message)
    consumer.close()
    return ids


def test_results_find_their_way_into_their_queue_whatever_is_missing(
    rabbit: RabbitmqBroker, amqp_url: str
) -> None:
    undo: list[Callable[[BlockingChannel], object]] = [
        BlockingChannel.basic_qos,  # nothing, but in a virtual host that nobody has used
        lambda channel: channel.exchange_delete(RESULTS.exchange),
        lambda channel: channel.queue_unbind("results", RESULTS.exchange),
        lambda channel: channel.queue_delete("results"),
    ]
    for lose in undo:
        with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
            lose(connection.channel())
        before = queue_lengths(amqp_url).get("results", 0)
        for number in range(2):
            rabbit.enqueue(rabbit.get_actor("record").message(number))
        assert queue_lengths(amqp_url)["results"] == before + 2


def test_a_queue_that_is_there_is_taken_as_it_is(rabbit: RabbitmqBroker, amqp_url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        connection.channel().queue_declare("scan", durable=True, arguments={"x-max-length": 7})
    rabbit.enqueue(order(rabbit))
    assert queue_lengths(amqp_url) == {"scan": 1, "scan.DQ": 0, "scan.XQ": 0}


def test_all_messages_are_sent(rabbit: RabbitmqBroker, amqp_url: str) -> None:
    assert brokers.send(rabbit, [order(rabbit) for _ in range(3)], amqp_url) == brokers.Sent(3, {})
    assert queue_lengths(amqp_url)["scan"] == 3


def test_a_message_that_cannot_be_sent_is_not_counted_as_sent(rabbit: RabbitmqBroker, amqp_url: str) -> None:
    messages = [order(rabbit), order(rabbit, object()), order(rabbit)]
    sent = brokers.send(rabbit, messages, amqp_url)
    assert sent.count == 1
    assert isinstance(sent.failure, BrokerError)
    assert queue_lengths(amqp_url)["scan"] == 1


def test_a_message_that_is_too_large_is_refused_and_the_others_are_sent(
    rabbit: RabbitmqBroker, amqp_url: str
) -> None:
    large = order(rabbit, "x" * encoder.LARGEST_SENT)
    sent = brokers.send(rabbit, [order(rabbit), large, order(rabbit)], amqp_url)
    assert (sent.done, sent.count, sent.failure) == (3, 2, None)
    assert sent.refused == {1: "a message of 4.0 MB; at most 4 MB are sent"}
    assert queue_lengths(amqp_url)["scan"] == 2


@pytest.mark.parametrize("actor", ["scan", "record"])
def test_what_rabbitmq_itself_refuses_for_its_size_is_told_from_a_broker_that_is_away(
    rabbit: RabbitmqBroker, rabbitmq: RabbitMQ, amqp_url: str, actor: str
) -> None:
    with small_messages_only(rabbitmq, 100_000):
        messages = [rabbit.get_actor(actor).message(text) for text in ("x" * 200_000, "small")]
        sent = brokers.send(rabbit, messages, amqp_url)
    assert (sent.done, sent.count, sent.failure) == (2, 1, None)
    assert "message size 200" in sent.refused[0]
    assert "larger than configured max size 100000" in sent.refused[0]


def test_text_stands_in_a_message_as_it_is(rabbit: RabbitmqBroker) -> None:
    message = order(rabbit, {"path": "/数据/Jürgen", "host": "half a pair: \udcff"})
    assert "/数据/Jürgen".encode() in message.encode()
    assert dramatiq.Message.decode(message.encode()) == message


def test_queues_that_may_be_used_or_made_are_refused_to_nobody(rabbit: RabbitmqBroker, amqp_url: str) -> None:
    assert sight(amqp_url) == dict.fromkeys(EVERY_QUEUE, "")
    rabbit.declare_queue("scan", ensure=True)
    assert sight(amqp_url) == dict.fromkeys(EVERY_QUEUE, "")


def test_a_broker_that_is_away_is_named_without_its_password() -> None:
    url = f"amqp://xfc:broker-secret@127.0.0.1:{free_port()}/xfc"
    broker = brokers.build(url, NO_DATABASE)
    dramatiq.actor(_nothing, actor_name="scan", queue_name="scan", broker=broker)
    with pytest.raises(
        BrokerError, match=r"amqp://xfc:\*\*\*@127\.0\.0\.1:\d+/xfc does not answer"
    ) as raised:
        sight(url)
    assert "secret" not in str(raised.value)
    sent = brokers.send(broker, [order(broker)], url)
    assert sent.done == 0
    assert "does not answer" in str(sent.failure)
    assert "secret" not in str(sent.failure)


# Deadlines


@contextmanager
def mute(rabbitmq: RabbitMQ, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """RabbitMQ answers nothing, on connections that stay open; and nobody waits for long."""
    monkeypatch.setattr(internals, "PATIENCE", 0.5)
    rabbitmq.pause()
    try:
        yield
    finally:
        rabbitmq.resume()


def test_nobody_waits_for_ever_for_a_confirmation(
    rabbit: RabbitmqBroker, rabbitmq: RabbitMQ, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for actor in ("scan", "record"):
        message = rabbit.get_actor(actor).message(1)
        rabbit.enqueue(message)
        with mute(rabbitmq, monkeypatch):
            began = time.monotonic()
            sent = brokers.send(rabbit, [message], amqp_url)
            assert time.monotonic() - began < 5
        assert "does not answer (no answer within 0.5 s)" in str(sent.failure)
        assert brokers.send(rabbit, [message], amqp_url).failure is None, "the next one has a new connection"


def test_nobody_waits_for_ever_for_a_declaration_or_to_consume(
    rabbit: RabbitmqBroker, rabbitmq: RabbitMQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    rabbit.declare_queue("scan", ensure=True)
    consumer = rabbit.consume("scan", timeout=50)
    with mute(rabbitmq, monkeypatch):
        with pytest.raises(ConnectionClosed, match=r"no answer within 0\.5 s"):
            rabbit.found("scan")
        with pytest.raises(ConnectionClosed, match=r"no answer within 0\.5 s"):
            next(consumer)  # which asks for the first message now


def test_nobody_waits_for_ever_for_the_length_of_a_queue(
    rabbitmq: RabbitMQ, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Connection] = []
    connect = Connection.__init__

    def fall_mute(self: Connection, *arguments: Any, **named: Any) -> None:
        connect(self, *arguments, **named)
        opened.append(self)
        rabbitmq.pause()

    monkeypatch.setattr(internals, "PATIENCE", 0.5)
    monkeypatch.setattr(Connection, "__init__", fall_mute)
    try:
        with pytest.raises(BrokerError, match=r"does not answer \(no answer within 0\.5 s\)"):
            fillings(amqp_url)
    finally:
        rabbitmq.resume()
    assert len(opened) == 1


def test_rabbitmqs_own_words_are_shown_where_it_refuses(
    rabbit: RabbitmqBroker, rabbitmq: RabbitMQ, amqp_url: str
) -> None:
    url = amqp_url.replace("rabbitmq-secret", "wrong-secret")
    with pytest.raises(BrokerError, match=r"/\w+ refuses: .*403.*ACCESS_REFUSED") as raised:
        fillings(url)
    assert "wrong-secret" not in str(raised.value)
    gone = rabbitmq.url("nowhere")
    with pytest.raises(BrokerError, match=r"nowhere refuses: .*530.*vhost nowhere not found"):
        fillings(gone)


def test_of_several_urls_the_first_that_answers_is_taken(amqp_url: str) -> None:
    dead = f"amqp://xfc:broker-secret@127.0.0.1:{free_port()}/xfc"
    broker = brokers.build(f"{dead};{amqp_url}", NO_DATABASE)
    dramatiq.actor(_nothing, actor_name="scan", queue_name="scan", broker=broker)
    assert brokers.send(broker, [order(broker)], dead).count == 1
    assert fillings(f"{dead};{amqp_url}")["scan"].messages == 1
    broker.close()
    with pytest.raises(BrokerError) as raised:
        fillings(f"{dead};{dead}")
    assert "secret" not in str(raised.value)
    assert str(raised.value).count("amqp://xfc:***@") == 2


def test_the_timeouts_are_short_unless_the_url_names_others() -> None:
    url = "amqp://xfc:xfc@127.0.0.1:5672/xfc"
    ours, theirs = (brokers.build(u, NO_DATABASE) for u in (url, url + "?socket_timeout=77"))
    assert isinstance(ours, RabbitmqBroker)
    assert isinstance(theirs, RabbitmqBroker)
    assert (ours.parameters.socket_timeout, ours.parameters.stack_timeout) == (5, 8)
    assert (theirs.parameters.socket_timeout, theirs.parameters.stack_timeout) == (77, 8)


def test_the_embedded_broker_works_until_nothing_is_owed(sqlite_url: str) -> None:
    broker = brokers.build(EMBEDDED, sqlite_url)
    assert isinstance(broker, StubBroker)
    done: list[object] = []
    actor = dramatiq.actor(done.append, actor_name="scan", queue_name="scan", broker=broker)
    owed = [[3, 4], [2], [1]]
    watched: list[int] = []

    def send_owed() -> int:
        numbers = owed.pop() if owed else []
        for number in numbers:
            actor.send(number)
        return len(numbers)

    drain(broker, send_owed, lambda: watched.append(len(done)))
    assert sorted(done, key=str) == [1, 2, 3, 4]
    assert owed == []
    assert watched[-1] == 4
