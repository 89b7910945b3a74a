"""The servers that the other tests stand on."""

import pika
import psycopg
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from psycopg import sql
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ, queue_lengths


def publish(channel: BlockingChannel, queue: str) -> None:
    channel.queue_declare(queue, durable=True)
    channel.confirm_delivery()
    channel.basic_publish("", queue, b"hello", pika.BasicProperties(delivery_mode=2))


@pytest.mark.parametrize("order", ["first", "second"])
def test_every_test_gets_a_fresh_database(postgres_url: str, order: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(sql.SQL("CREATE TABLE same_name (x int)"))


@pytest.mark.parametrize("order", ["first", "second"])
def test_every_test_gets_an_empty_virtual_host(amqp_url: str, order: str) -> None:
    assert queue_lengths(amqp_url) == {}
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        publish(connection.channel(), "scan")
    assert queue_lengths(amqp_url) == {"scan": 1}


def test_more_virtual_hosts_are_made_when_the_first_are_used_up(rabbitmq: RabbitMQ) -> None:
    urls = {rabbitmq.new_vhost() for _ in range(25)}
    assert len(urls) == (25 if isinstance(rabbitmq, RabbitMQ) else 1)
    assert all(queue_lengths(url) == {} for url in urls)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_row_outlives_the_end_of_its_server(postgres: Postgres, postgres_url: str, end: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(sql.SQL("CREATE TABLE kept AS SELECT 42 AS x"))
    getattr(postgres, end)()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url)
    postgres.start()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT x FROM kept").fetchone() == (42,)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_durable_message_outlives_the_end_of_its_server(
    rabbitmq: RabbitMQ, amqp_url: str, end: str
) -> None:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        publish(connection.channel(), "scan")
    rabbitmq.keep_queues()
    getattr(rabbitmq, end)()
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        queue_lengths(amqp_url)
    rabbitmq.start()
    assert queue_lengths(amqp_url) == {"scan": 1}
