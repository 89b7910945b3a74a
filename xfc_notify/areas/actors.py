"""1. Measure: file system and broker, nothing else. Orders go out, results come back."""

import logging
import time
from datetime import datetime

from xfc_notify.areas.fitting import fitting
from xfc_notify.areas.isolated import measure_isolated
from xfc_notify.areas.messages import dump_order, dump_result, load_order
from xfc_notify.errors import BrokerError, BrokerRefusal, MessageTooLarge
from xfc_notify.log_context import about
from xfc_notify.queues.declared import RESULTS, SCAN
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline, comes_again, utc_now
from xfc_notify.scan.order import ScanOrder, SliceResult
from xfc_notify.scan.slice import failed, measure
from xfc_notify.settings import Settings
from xfc_notify.store.json_values import Json

PATIENCE = 2 * 60.0
"""Seconds for which an answer is sent again and again: so long a cluster may need to choose new leaders of its queues.
Given up, the order is a dead letter, and is measured again when its lease is over."""
_AGAIN = 3.0
"""Seconds."""
log = logging.getLogger(__name__)


def scan(order: object, pipeline: Pipeline) -> None:
    """Measure what is ordered, and send the result."""
    wanted = load_order(order)
    about(scan_id=wanted.scan_id, slice_id=wanted.slice_id)
    settings = pipeline.settings
    volumes = [volume.volume() for volume in settings.volumes]
    if wanted.again or comes_again():
        log.warning(
            "an order that another scanner may have had in hand is carried out in a process of its own"
        )
        result = measure_isolated(wanted, volumes, threads=settings.scan.threads)
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
    _send(result, wanted, pipeline)


def owed(settings: Settings, now: datetime) -> Claimed:
    """The orders that are due."""
    from xfc_notify.areas import answers, orders

    how = settings.scan.how()
    due = orders.claim_orders(now, settings.scan.slice_seconds, how.one_file_system, how.exclude)
    return Claimed(
        SCAN,
        [dump_order(order) for order in due],
        settle=lambda done: orders.settle(due, done, utc_now()),
        refuse=lambda place, why: answers.refuse(
            due[place].scan_id, f"its order cannot be sent: {why}", utc_now()
        ),
        about=[{"scan_id": order.scan_id, "slice_id": order.slice_id} for order in due],
    )


def _send(result: SliceResult, order: ScanOrder, pipeline: Pipeline) -> None:
    """Send the answer, as soon as RabbitMQ takes it; what it would refuse for its size is answered as a failure."""
    try:
        _send_patiently(fitting(result), pipeline)
    except MessageTooLarge as error:
        why = f"the answer cannot be sent: {error}"
        log.error("%s", why)  # noqa: TRY400
        _send_patiently(dump_result(failed(order, why, result.seconds)), pipeline)


def _send_patiently(answer: Json, pipeline: Pipeline) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return pipeline.send(RESULTS, answer)
        except BrokerRefusal:
            raise
        except BrokerError as error:
            if time.monotonic() > until:
                raise
            log.warning("the answer is sent again: %s", error)
            time.sleep(_AGAIN)


HANDLERS = (Handler(SCAN, scan),)
OWED = (owed,)
