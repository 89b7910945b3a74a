"""Servers that die, hang, are full or impatient while everything works."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from servers.postgres import Postgres
from servers.rabbitmq import RabbitMQ

from faults.busy import Busy
from faults.keeper import KILLS, LONG

DOWN = 180 if KILLS >= LONG else 5
"""Seconds for which servers are away. In the long run real minutes: retries run out meanwhile."""
LOST_DATABASE = ("NoConnection", "OperationalError", "AdminShutdown", "InterfaceError")
LOST_BROKER = ("NoAnswer", "ConnectionClosed", "AMQP", "StreamLostError", "BrokerError", "WrongState")


@pytest.mark.timeout(DOWN + 150)
@pytest.mark.parametrize("away", ["rabbitmq", "postgres", "both"])
def test_servers_are_killed_and_away_for_a_while(
    busy: Busy, rabbitmq: RabbitMQ, postgres: Postgres, away: str
) -> None:
    busy.facility.expect_tracebacks(*LOST_DATABASE, *LOST_BROKER)
    busy.begin()
    servers = [
        server for name, server in (("rabbitmq", rabbitmq), ("postgres", postgres)) if away in {name, "both"}
    ]
    for server in servers:
        server.kill()
    try:
        busy.tick_in_vain()
        time.sleep(DOWN)
    finally:
        for server in servers:
            server.start()
    busy.settle()


@pytest.mark.timeout(DOWN + 150)
def test_a_broker_falls_mute_beyond_the_heartbeat_and_speaks_again(
    start: Callable[..., Busy], rabbitmq: RabbitMQ
) -> None:
    busy = start(heartbeat=2)
    busy.facility.expect_tracebacks(*LOST_BROKER)
    busy.begin()
    rabbitmq.pause()
    try:
        busy.tick_in_vain()
        time.sleep(DOWN)
    finally:
        rabbitmq.resume()
    busy.settle()


@pytest.mark.parametrize("kind", ["scanner", "service"])
def test_workers_are_stopped_beyond_the_heartbeat_and_go_on(start: Callable[..., Busy], kind: str) -> None:
    busy = start(heartbeat=1, scan_takes=0.1)
    busy.facility.expect_tracebacks(*LOST_BROKER)
    busy.facility.mail.stall = 0.5
    busy.begin(measured=4)
    stopped = [pid for worker in busy.facility.workers if worker.name.startswith(kind) for pid in worker.pids]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(4)
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    busy.settle()


@contextmanager
def without_memory(rabbitmq: RabbitMQ) -> Iterator[None]:
    """RabbitMQ lets nobody publish."""
    rabbitmq.ctl("set_vm_memory_high_watermark", "absolute", "1MB")
    try:
        yield
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.8")


@pytest.mark.timeout(300)
def test_a_broker_without_memory_lets_nobody_publish_for_a_while(busy: Busy, rabbitmq: RabbitMQ) -> None:
    busy.facility.expect_tracebacks(*LOST_BROKER)
    busy.begin()
    with without_memory(rabbitmq):
        time.sleep(DOWN)
        assert busy.facility.query("SELECT id FROM scan WHERE state = 'open'"), "it could not come to its end"
    busy.settle()


@contextmanager
def impatient(rabbitmq: RabbitMQ, seconds: int) -> Iterator[None]:
    """RabbitMQ takes back what is not acknowledged within so many seconds; its channels have to be new for it."""
    settings = {"consumer_timeout": (seconds * 1000, 1800000), "channel_tick_interval": (500, 60000)}
    for name, (value, _) in settings.items():
        rabbitmq.ctl("eval", f"application:set_env(rabbit, {name}, {value}).")
    try:
        yield
    finally:
        for name, (_, value) in settings.items():
            rabbitmq.ctl("eval", f"application:set_env(rabbit, {name}, {value}).")


@pytest.mark.timeout(200)
def test_a_broker_takes_back_deliveries_while_the_mail_server_stalls(
    start: Callable[..., Busy], rabbitmq: RabbitMQ
) -> None:
    with impatient(rabbitmq, 3):
        busy = start()
        busy.facility.expect_tracebacks(*LOST_BROKER)
        busy.facility.mail.stall = 8
        busy.begin()
        busy.settle()
