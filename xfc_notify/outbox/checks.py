"""Looks whether the operators can be told, and whether what was told arrives."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from xfc_notify.outbox import deliveries
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database, migrate
from xfc_notify.units import at, counted

LATE = timedelta(hours=1)
"""After so long a message that has not arrived is more than a mail server that is busy."""
LATELY = timedelta(days=7)
"""For so long what was given up is shown."""

STANDS_STILL = timedelta(hours=1)


def look_at_operators(asked: Inspection) -> Iterator[Checked]:
    """Whether anybody hears of what concerns more than one user."""
    if asked.settings.service.operators:
        yield Checked("operators", "ok", asked.settings.service.operators)
        return
    what = "no address: nobody hears of held messages, full volumes and escalations"
    yield Checked("operators", "notice", what, "set operators in [service]")


def look_at_deliveries(asked: Inspection) -> Iterator[Checked]:
    """Whether messages arrive: a server that refuses us is told to nobody else."""
    if asked.has_database:
        yield check_deliveries(asked.now)


def check_deliveries(now: datetime) -> Checked:
    """Whether what was written arrives; a notice at most: restarting what was checked would not help."""
    with database.connected():
        up_to_date = not migrate.pending()
        untried, first = deliveries.untried(now - STANDS_STILL) if up_to_date else (0, None)
        late = deliveries.not_arrived(now - LATE, now - LATELY) if up_to_date else 0
        last = deliveries.last_error() if late else ""
    if untried:
        what = f"{untried:,} were never tried, one of a message of {at(first)} UTC"
        do = "do workers of the service run (xfc-notify check workers), and does something call xfc-notify tick?"
        return Checked("deliveries", "notice", what, do)
    if not late:
        return Checked("deliveries", "ok", "what was written has arrived")
    what = f"{counted(late, 'message')} did not arrive; the last answer: {last}"
    return Checked("deliveries", "notice", what, "mend it, then: xfc-notify deliveries retry --all")


CHECKS = (
    Check(("operators",), look_at_operators),
    Check(("deliveries",), look_at_deliveries, needs_database=True),
)
