"""A worker whose plugins do not fit does not start."""

import sys
from collections.abc import Callable

from dramatiq import Broker, Worker
from dramatiq.middleware import Middleware

from xfc_notify.errors import XfcNotifyError
from xfc_notify.middleware.connections import QUEUES


class Start(Middleware):
    """Calls `load` when a worker starts that takes more than scan orders: scanners have no plugins."""

    def __init__(self, load: Callable[[], object]) -> None:
        self._load = load

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002
        """End the process with one line if what the worker needs cannot be loaded."""
        if worker.consumer_whitelist and not worker.consumer_whitelist & QUEUES:
            return
        try:
            self._load()
        except XfcNotifyError as error:
            sys.exit(f"xfc-notify: {error.what} {error.hint}".rstrip())
