"""A worker whose plugins or tables do not fit does not start."""

import logging
import sys
from collections.abc import Callable

from dramatiq import Broker, Worker
from dramatiq.middleware import Middleware

from xfc_notify.errors import StoreError, WrongTables, XfcNotifyError
from xfc_notify.queues.declared import QUEUES, SIGNING, WITH_DATABASE

log = logging.getLogger(__name__)


class Start(Middleware):
    """Looks at the tables and calls `load` when a worker starts that takes more than scan orders, and `sign` when it
    is one that writes messages.

    Scanners have neither. A database that does not answer is no reason not to start: every message connects anew.
    """

    def __init__(self, load: Callable[[], object], sign: Callable[[], object]) -> None:
        self._load, self._sign = load, sign

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002
        """End the process with one line if what the worker needs cannot be loaded."""
        takes = worker.consumer_whitelist or QUEUES.keys()
        if not takes & WITH_DATABASE:
            return
        try:
            _look_at_tables()
            if takes & SIGNING:
                self._sign()
            self._load()
        except XfcNotifyError as error:
            sys.exit(f"xfc-notify: {error.what} {error.hint}".rstrip())


def _look_at_tables() -> None:
    """Raise WrongTables if they are of another version. Where work is done in a command's process, it has looked."""
    from xfc_notify.store import database, migrate

    if not database.db.is_closed():
        return
    try:
        with database.connected():
            migrate.ensure_current()
    except WrongTables:
        raise
    except StoreError as error:
        log.warning("%s", error.what)
