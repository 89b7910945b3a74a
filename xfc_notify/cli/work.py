"""Sends what is owed; with the embedded broker, does the work too and shows progress."""

from dataclasses import dataclass
from datetime import UTC, datetime

from xfc_notify.cli.output import progress
from xfc_notify.cli.session import Session


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in this process: scans that failed, messages written."""

    failed: int = 0
    messages: int = 0


def finish_here(opened: Session) -> Work:
    """Send what the database owes to the queues, and with the embedded broker return when all of it is done.

    Raises BrokerError if the broker does not answer; what is owed stays owed.
    """
    from xfc_notify.store import outbox, scans
    from xfc_notify.store.tables import Message, Scan

    if not opened.pipeline.embedded:
        opened.pipeline.send_what_is_owed()
        return Work()

    # What an earlier process had handed to its own broker died with it.
    scans.release_all()
    outbox.release_all(datetime.now(UTC))

    def counts() -> tuple[int, int]:
        return Scan.select().where(Scan.state == "failed").count(), Message.select().count()

    failed, messages = counts()
    waiting = scans.count_open()
    with progress("scanning") as shown:
        task = shown.add_task("", total=waiting, what="") if shown else None

        def watch() -> None:
            if shown is not None and task is not None:
                done = waiting - scans.count_open()
                shown.update(task, completed=done, what=f"{done} of {waiting} areas")

        opened.pipeline.send_what_is_owed()
        opened.pipeline.work_here(watch)
    failed_now, messages_now = counts()
    return Work(failed_now - failed, messages_now - messages)
