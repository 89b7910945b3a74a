"""Sends what is owed; with the embedded broker, does the work too and shows progress."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from xfc_notify.cli.output import print_json, progress, say
from xfc_notify.cli.session import Session
from xfc_notify.states import Mode, ScanState
from xfc_notify.units import counted


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in this process: scans that failed, messages written."""

    failed: int = 0
    messages: int = 0


def finish_here(opened: Session) -> Work:
    """Send what the database owes to the queues, and with the embedded broker return when all of it is done.

    Raises BrokerError if the broker does not answer; what is owed stays owed.
    """
    from xfc_notify.areas import orders, scans
    from xfc_notify.areas.tables import ScanRow
    from xfc_notify.datasets import orders as transfers
    from xfc_notify.outbox import deliveries
    from xfc_notify.outbox.tables import MessageRow
    from xfc_notify.reports import loads

    if not opened.pipeline.embedded:
        opened.pipeline.send_what_is_owed()
        return Work()

    # What an earlier process had handed to its own broker died with it.
    orders.release_all()
    deliveries.release_all(datetime.now(UTC))
    loads.release_sent(datetime.now(UTC))
    transfers.release_sent(datetime.now(UTC))

    def counts() -> tuple[int, int]:
        return ScanRow.select().where(ScanRow.state == ScanState.FAILED).count(), MessageRow.select().count()

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


def log_as_workers_do(opened: Session) -> None:
    """With logs as JSON, tell which orders are sent and messages written, to be read with the logs of the workers."""
    if opened.settings.logs.format == "json":
        from xfc_notify import log_context

        log_context.install("json")
        logging.getLogger("xfc_notify").setLevel(logging.INFO)


def report(opened: Session, scans: int, work: Work, mode: Mode, as_json: bool) -> None:
    """What was ordered, and with the embedded broker what came of it."""
    if as_json:
        print_json({"opened": scans, "failed": work.failed, "messages": work.messages})
        return
    if not opened.pipeline.embedded:
        say(f"Scans ordered: {scans}.")
        return
    say(f"Areas scanned: {scans - work.failed}. Messages written: {work.messages}.")
    if work.messages and mode is Mode.SHADOW:
        say("Nothing is sent yet, only recorded; see: xfc-notify check messages")
    if work.failed:
        say(f"{counted(work.failed, 'scan')} failed; see: xfc-notify status")
