"""1. Measure: file system and broker, nothing else. Orders go out, results come back."""

import logging
from datetime import datetime

from xfc_notify.areas.isolated import measure_isolated
from xfc_notify.areas.messages import dump_order, dump_result, load_order
from xfc_notify.log_context import about
from xfc_notify.queues.declared import RESULTS, SCAN
from xfc_notify.queues.pipeline import Claimed, Handler, Pipeline, comes_again
from xfc_notify.scan.slice import measure
from xfc_notify.settings import Settings

log = logging.getLogger(__name__)


def scan(order: object, pipeline: Pipeline) -> None:
    """Measure what is ordered, and send the result."""
    wanted = load_order(order)
    about(scan_id=wanted.scan_id, slice_id=wanted.slice_id)
    settings = pipeline.settings
    volumes = [volume.volume() for volume in settings.volumes]
    if comes_again():
        log.warning("an order that another scanner had in hand before is carried out in a process of its own")
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
    pipeline.send(RESULTS, dump_result(result))


def owed(settings: Settings, now: datetime) -> Claimed:
    """The orders that are due."""
    from xfc_notify.areas import orders

    how = settings.scan.how()
    due = orders.claim_orders(now, settings.scan.slice_seconds, how.one_file_system, how.exclude)
    return Claimed(
        SCAN,
        [dump_order(order) for order in due],
        take_back=lambda done: orders.unclaim(due[done:]),
        about=[{"scan_id": order.scan_id, "slice_id": order.slice_id} for order in due],
    )


HANDLERS = (Handler(SCAN, scan),)
OWED = (owed,)
