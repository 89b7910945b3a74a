"""What is kept in order around datasets: each operation at an interval of its own, in this order; 0d is off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.datasets.tables import JournalRow
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.settings import Settings
from xfc_notify.store import marks


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done now and then; `interval` says how often by the settings, and `what` it is, to people."""

    name: str
    what: str
    interval: Callable[[Lifecycle], timedelta]
    do: Callable[[Lifecycle, datetime], int]

    @property
    def mark(self) -> str:
        """Where its last run is kept."""
        return f"lifecycle {self.name}"


def prune_journal(settings: Lifecycle, now: datetime) -> int:
    """Forget commands on datasets that ended long ago; how many. Where a dataset has lain is kept."""
    if not settings.journal_kept:
        return 0
    return int(JournalRow.delete().where(JournalRow.ended_at < now - settings.journal_kept).execute())


OPERATIONS = (
    Operation(
        "journal", "forget commands that ended long ago", lambda it: it.journal_interval, prune_journal
    ),
)


def run(settings: Settings, now: datetime) -> list[str]:
    """Do what is due; the names of what was done."""
    own = settings.of(Lifecycle)
    done = []
    for operation in OPERATIONS:
        interval = operation.interval(own)
        if interval and marks.passed(operation.mark, now, interval):
            operation.do(own, now)
            done.append(operation.name)
    return done
