"""A fresh database connection for every message of a queue that needs the database."""

from typing import Any

from dramatiq import Broker, MessageProxy, Worker
from dramatiq.errors import DramatiqError
from dramatiq.middleware import Middleware, MiddlewareError

from xfc_notify.errors import StoreError

QUEUES = frozenset({"results", "delivery"})
"""Scanners have no database."""


class NoConnection(MiddlewareError, DramatiqError):
    """The database does not answer: the message is tried again later.

    Any other exception here would be swallowed, and the actor would run without a connection.
    """


class Connections(Middleware):
    """Connects before a message and closes after it, also where it is skipped or fails.

    A connection is never carried over: one that the server dropped meanwhile cannot be told from a good one.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002
        """Name the database, unless this worker takes scan orders only."""
        if worker.consumer_whitelist is None or worker.consumer_whitelist & QUEUES:
            from xfc_notify.store import database

            database.prepare(self._url)

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Connect; NoConnection if that fails."""
        if message.queue_name not in QUEUES:
            return
        from xfc_notify.store import database

        try:
            database.connect()
        except StoreError as error:
            raise NoConnection(str(error)) from None

    def after_process_message(
        self,
        broker: Broker,  # noqa: ARG002
        message: MessageProxy,
        *,
        result: Any = None,  # noqa: ARG002
        exception: BaseException | None = None,  # noqa: ARG002
    ) -> None:
        """Close, whatever came of it."""
        if message.queue_name in QUEUES:
            from xfc_notify.store import database

            database.close()

    after_skip_message = after_process_message
