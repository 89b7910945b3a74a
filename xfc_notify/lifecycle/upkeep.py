"""What is kept in order: each operation at an interval of its own, in this order; 0h is off."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.datasets.tables import JournalRow
from xfc_notify.errors import WrongInput
from xfc_notify.lifecycle import correcting, exports, stuck, tree
from xfc_notify.lifecycle.settings import Lifecycle
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings
from xfc_notify.store import marks
from xfc_notify.units import at

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done now and then, as often as [lifecycle.every] says by its name; `what` it is, to people.

    do  None: a component that imports this one does it, when `is_due`
    """

    name: str
    what: str
    do: Callable[[Service, datetime], object] | None

    @property
    def mark(self) -> str:
        """Where its last run is kept."""
        return f"lifecycle {self.name}"

    def interval(self, settings: Settings) -> timedelta:
        """How often it is done; 0: never."""
        interval: timedelta = getattr(settings.of(Lifecycle).every, self.name)
        return interval

    def is_due(self, settings: Settings, now: datetime) -> bool:
        """Whether it is to be done now; true for one caller at a time."""
        interval = self.interval(settings)
        return bool(interval) and marks.passed(self.mark, now, interval)


def clean_exports(service: Service, now: datetime) -> int:
    """Remove exports that nobody has read for long, if a folder is named; how many."""
    own = service.settings.of(Lifecycle)
    if own.exports is None:
        return 0
    try:
        gone = exports.clean(own.exports, now - own.exports_unread)
    except WrongInput as error:
        log.warning("no export is removed: %s", error.what)
        return 0
    for export in gone:
        log.info("the export %s was read last on %s and is removed", export.name, at(export.read_at))
    return len(gone)


def prune_journal(service: Service, now: datetime) -> int:
    """Forget commands on datasets that ended long ago; how many. Where a dataset has lain is kept."""
    kept = service.settings.of(Lifecycle).journal_kept
    return int(JournalRow.delete().where(JournalRow.ended_at < now - kept).execute()) if kept else 0


TOKENS = Operation("tokens", "remove access tokens that have expired", None)
OPERATIONS = (
    Operation("transfers", "set aside transfers that failed long ago, and tell people", stuck.set_aside),
    Operation("exports", "remove exports that nobody has read for long", clean_exports),
    TOKENS,
    Operation("groups", "repair the tree of groups, and tell the operators", tree.repair),
    Operation("metadata", "make what is kept of lives as their events say", correcting.correct),
    Operation("journal", "forget commands that ended long ago", prune_journal),
)


def run(service: Service, now: datetime) -> list[str]:
    """Do what is due; the names of what was done."""
    done = []
    for operation in OPERATIONS:
        if operation.do is not None and operation.is_due(service.settings, now):
            operation.do(service, now)
            done.append(operation.name)
    return done
