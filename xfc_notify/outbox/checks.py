"""Looks whether the operators can be told."""

from collections.abc import Iterator
from datetime import timedelta

from xfc_notify.parts import Check, Checked, Inspection

STANDS_STILL = timedelta(hours=1)


def look_at_operators(asked: Inspection) -> Iterator[Checked]:
    """Whether anybody hears of what concerns more than one user."""
    if asked.settings.service.operators:
        yield Checked("operators", "ok", asked.settings.service.operators)
        return
    what = "no address: nobody hears of held messages, full volumes and escalations"
    yield Checked("operators", "notice", what, "set operators in [service]")


def look_at_deliveries(asked: Inspection) -> Iterator[Checked]:
    """Whether what was written is handed to a server; a notice at most: a missing worker makes no other one ill."""
    if not asked.has_database:
        return
    from xfc_notify.outbox import deliveries
    from xfc_notify.store import database, migrate
    from xfc_notify.units import at

    with database.connected():
        count, first = (0, None) if migrate.pending() else deliveries.untried(asked.now - STANDS_STILL)
    if count:
        what = f"{count:,} were never tried, one of a message of {at(first)} UTC"
        do = "do workers of the service run (xfc-notify check workers), and does something call xfc-notify tick?"
        yield Checked("deliveries", "notice", what, do)
    else:
        yield Checked("deliveries", "ok", "none waits for a worker")


CHECKS = (
    Check(("operators",), look_at_operators),
    Check(("deliveries",), look_at_deliveries, needs_database=True),
)
