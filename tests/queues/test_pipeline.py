"""What is owed to the queues: what one of them does not take keeps nothing from another."""

from datetime import datetime
from pathlib import Path

import pika
import pytest
from facility import make_settings
from servers.rabbitmq import queue_lengths

from xfc_notify.errors import BrokerError
from xfc_notify.queues.declared import DELIVERY, SCAN
from xfc_notify.queues.encoder import LARGEST_SENT
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline
from xfc_notify.settings import Settings
from xfc_notify.store.json_values import Json


class Owing:
    """A pipeline that owes these orders, and one delivery, and what it is told of them."""

    def __init__(self, folder: Path, amqp_url: str, orders: list[Json]) -> None:
        self.settled: list[int] = []
        self.refused: dict[int, str] = {}
        self._orders = orders
        handlers = (Handler(SCAN, self._scan), Handler(DELIVERY, self._deliver))
        settings = make_settings(folder, broker={"url": amqp_url})
        self.pipeline = Pipeline(settings, handlers, (self._owed_orders, self._owed_deliveries))

    def _scan(self, body: object, pipeline: Pipeline) -> None:
        pass

    def _deliver(self, body: object, pipeline: Pipeline) -> None:
        pass

    def _owed_orders(self, _settings: Settings, _now: datetime) -> Claimed:
        return Claimed(SCAN, self._orders, self.settled.append, self.refused.__setitem__)

    def _owed_deliveries(self, _settings: Settings, _now: datetime) -> Claimed:
        return Claimed(DELIVERY, [{"number": 1}], self.settled.append)


def test_an_order_that_is_too_large_is_refused_alone(tmp_path: Path, amqp_url: str) -> None:
    owing = Owing(tmp_path, amqp_url, [{}, {"large": "x" * LARGEST_SENT}, {}])
    assert owing.pipeline.send_what_is_owed() == 3
    lengths = queue_lengths(amqp_url)
    assert (lengths["scan"], lengths["delivery"]) == (2, 1)
    assert owing.refused == {1: "a message of 4.0 MB; at most 4 MB are sent"}
    assert owing.settled == [3, 1]


def test_deliveries_are_sent_even_where_orders_cannot_be(tmp_path: Path, amqp_url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        full = {"x-max-length": 0, "x-overflow": "reject-publish"}
        connection.channel().queue_declare("scan", durable=True, arguments=full)
    owing = Owing(tmp_path, amqp_url, [{}, {}])
    with pytest.raises(BrokerError):
        owing.pipeline.send_what_is_owed()
    assert queue_lengths(amqp_url)["delivery"] == 1
    assert owing.settled == [0, 1]
