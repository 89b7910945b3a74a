"""What failed in a process that does its work itself, for its command to tell."""

from typing import Any

from dramatiq import Broker, MessageProxy

from xfc_notify.errors import BadMessage
from xfc_notify.queues.retries import Retries


class Failures(Retries):
    """Keeps the first exception, and tries nothing again: that would keep a person waiting for minutes.

    What failed stays owed in the database; the next command does it.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self.first: BaseException | None = None

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Give up, and remember why."""
        super().after_process_message(broker, message, result=result, exception=exception)
        if exception is not None and not isinstance(exception, BadMessage):
            self.first = self.first or exception
