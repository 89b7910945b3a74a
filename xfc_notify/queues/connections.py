"""A database connection that answers, for every message of a queue that needs the database."""

import logging
from threading import Thread, local
from time import monotonic
from typing import Any

from dramatiq import Broker, MessageProxy, Worker
from dramatiq.errors import DramatiqError, Retry
from dramatiq.middleware import Middleware, MiddlewareError

from xfc_notify.errors import StoreError, WrongTables
from xfc_notify.queues.declared import WITH_DATABASE

KEPT = 30.0
"""Seconds for which a thread without work keeps its connection."""
log = logging.getLogger(__name__)


class NoConnection(MiddlewareError, DramatiqError):
    """The database does not answer: the message is tried again later.

    Any other exception here would be swallowed, and the actor would run without a connection.
    """


class OtherTables(MiddlewareError, Retry):
    """The tables are of another version than this worker: the message is tried again later, or by another one."""


class Connections(Middleware):
    """Connects before a message, and looks whether the tables are still of a version that this one can work with.

    The thread keeps its connection for the next one: a connect costs as much as all the rest of a record, here and in
    the server. Whether it still answers is seen by the one query that looks at the tables. After a failure nothing is
    kept, nor after KEPT seconds without work: what a firewall has dropped in silence would not answer for minutes.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._used = local()

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002
        """Name the database, unless this worker takes scan orders only."""
        if worker.consumer_whitelist is None or worker.consumer_whitelist & WITH_DATABASE:
            from xfc_notify.store import database

            database.prepare(self._url)

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Connect; NoConnection if that fails, OtherTables if this version cannot work with them."""
        if message.queue_name not in WITH_DATABASE:
            return
        from xfc_notify.store import database, migrate

        try:
            if monotonic() - getattr(self._used, "at", 0.0) > KEPT:
                database.connect()
            migrate.ensure_connected_and_current()
        except WrongTables as error:
            log.error("message %s is tried again later: %s %s", message.message_id, error.what, error.hint)  # noqa: TRY400
            raise OtherTables(str(error)) from None
        except StoreError as error:
            raise NoConnection(str(error)) from None
        self._used.at = monotonic()

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,
    ) -> None:
        """Close where it failed: what is left of the connection is not known."""
        if message.queue_name not in WITH_DATABASE:
            return
        self._used.at = monotonic()
        if exception is not None:
            self._close()

    def before_worker_thread_shutdown(self, broker: Broker, thread: Thread) -> None:  # noqa: ARG002
        """Close, in the thread whose connection it is; one that only scanned imports no database for it."""
        if hasattr(self._used, "at"):
            self._close()

    def _close(self) -> None:
        from xfc_notify.store import database

        database.close()
