"""The broker inside the process: its work is done here, and over when the command ends."""

import time
from collections.abc import Callable

from dramatiq import Worker
from dramatiq.brokers.stub import StubBroker

from xfc_notify.errors import StoreError
from xfc_notify.queues.connections import NoConnection
from xfc_notify.queues.failures import Failures

EMBEDDED = "embedded://"


def drain(
    broker: StubBroker, send_owed: Callable[[], int], watch: Callable[[], None], threads: int = 2
) -> None:
    """Do all work of the embedded broker in this process, and return when none is left.

    send_owed  hands to the broker what the database owes it, and says how much that was
    watch      called several times a second meanwhile

    Raises in the end what an actor raised first; the others have done their work.
    """
    broker.emit_after("process_boot")
    worker = Worker(broker, worker_timeout=50, worker_threads=threads)
    worker.start()
    try:
        while True:
            while _busy(broker):
                watch()
                time.sleep(0.05)
            watch()
            if not send_owed():
                break
    finally:
        worker.stop()
    for failures in (middleware for middleware in broker.middleware if isinstance(middleware, Failures)):
        if isinstance(failures.first, NoConnection):
            raise StoreError(str(failures.first))
        if failures.first is not None:
            raise failures.first


def _busy(broker: StubBroker) -> bool:
    return any(queue.unfinished_tasks for queue in broker.queues.values())
