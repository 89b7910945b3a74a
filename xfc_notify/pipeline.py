"""The whole flow on one page.

    enqueue ──ScanOrder──▶ scan ──SliceResult──▶ record ──number──▶ deliver
              queue "scan"       queue "results"        queue "delivery"

Every actor checks what it was sent, calls one plain function with the time, and hands on what the database
then owes to the queues. Lost messages cost time and nothing else: `tick` sends again what is owed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import dramatiq
from dramatiq import Actor, Broker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import CurrentMessage

from xfc_notify import broker as brokers
from xfc_notify.apart import measure_apart
from xfc_notify.domain import Volume
from xfc_notify.errors import BadMessage
from xfc_notify.middleware.log_context import about
from xfc_notify.middleware.start import Start
from xfc_notify.scan.slice import measure
from xfc_notify.settings import Settings
from xfc_notify.wire import dump_delivery, dump_order, dump_result, load_delivery, load_order, load_result

if TYPE_CHECKING:
    from xfc_notify.plugins import Plugins

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Pipeline:
    """The three actors on one broker."""

    settings: Settings
    broker: Broker
    scan: Actor[..., Any]
    record: Actor[..., Any]
    deliver: Actor[..., Any]

    def send_what_is_owed(self) -> int:
        """Send the orders and deliveries that are due; how many. BrokerError if the broker does not answer."""
        return self.send_orders() + self.send_deliveries()

    def send_orders(self) -> int:
        """Send the scan orders that are due."""
        from xfc_notify.store import scans

        scan = self.settings.scan
        orders = scans.claim_orders(utc_now(), scan.slice_seconds, scan.one_file_system)
        messages = [self.scan.message(dump_order(order)) for order in orders]
        sent = self._send(messages, lambda done: scans.unclaim(orders[done:]))
        for order in orders:
            log.info("an order is sent", extra={"scan_id": order.scan_id, "slice_id": order.slice_id})
        return sent

    def send_deliveries(self) -> int:
        """Send the numbers of the deliveries that are due."""
        from xfc_notify.store import outbox

        due = outbox.claim_due(utc_now())
        messages = [self.deliver.message(dump_delivery(number)) for number in due]
        return self._send(messages, lambda done: outbox.unclaim(due[done:], utc_now()))

    def work_here(self, watch: Callable[[], None]) -> None:
        """With the embedded broker: do everything that is owed in this process."""
        if isinstance(self.broker, StubBroker):
            brokers.drain(self.broker, self.send_what_is_owed, watch)

    @property
    def embedded(self) -> bool:
        """Whether the work is done in this process."""
        return isinstance(self.broker, StubBroker)

    def _send(self, messages: list[dramatiq.Message[Any]], take_back: Callable[[int], None]) -> int:
        done, failure = brokers.send(self.broker, messages, self.settings.broker.url)
        if failure is not None:
            take_back(done)
            raise failure
        return done


def comes_again() -> bool:
    """Whether the message of this thread was given to another worker before, who did not acknowledge it."""
    return bool(getattr(CurrentMessage.get_current_message(), "redelivered", False))


def build(settings: Settings) -> Pipeline:
    """The pipeline as the settings want it. Connects to nothing yet."""
    broker = brokers.build(settings.broker.url, settings.database.url)
    volumes: tuple[Volume, ...] = tuple(volume.volume() for volume in settings.volumes)

    @cache
    def plugins() -> "Plugins":
        from xfc_notify.plugins import Plugins

        return Plugins.load(settings)

    broker.add_middleware(Start(plugins))

    # What fails is sent again by the database, when its lease is over: scanners may not write orders.
    @dramatiq.actor(broker=broker, queue_name="scan", throws=BadMessage, max_retries=0)
    def scan(order: object) -> None:
        """1. Measure: file system and broker, nothing else."""
        wanted = load_order(order)
        about(scan_id=wanted.scan_id, slice_id=wanted.slice_id)
        if comes_again():
            log.warning("an order that another scanner had before is carried out in a separate process")
            result = measure_apart(wanted, volumes, threads=settings.scan.threads)
        else:
            result = measure(wanted, volumes, threads=settings.scan.threads)
        if result.failure is not None:
            log.info("could not measure: %s", result.failure)
        else:
            log.info(
                "measured %d files in %.1f s, %d directories remain",
                result.usage.files,
                result.seconds,
                len(result.remaining),
            )
        broker.enqueue(record.message(dump_result(result)))

    @dramatiq.actor(broker=broker, queue_name="results", throws=BadMessage)
    def record(result: object) -> None:
        """2. and 3. Store, judge, and write down what must be said: one transaction."""
        from xfc_notify.record import record as store_and_judge

        answer = load_result(result)
        about(scan_id=answer.scan_id, slice_id=answer.slice_id)
        if not store_and_judge(answer, settings, plugins(), utc_now()):
            log.info("an answer that came before, or for a scan that is not open")
        pipeline.send_what_is_owed()

    @dramatiq.actor(broker=broker, queue_name="delivery", throws=BadMessage)
    def deliver(delivery: object) -> None:
        """Send one message to one address."""
        from xfc_notify.notify.deliver import deliver as send

        number = load_delivery(delivery)
        about(delivery=number)
        send(number, settings, plugins(), utc_now)

    pipeline = Pipeline(settings, broker, scan, record, deliver)
    return pipeline
