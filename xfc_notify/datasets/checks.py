"""Looks whether stores are there, and which commands wait for them."""

from collections.abc import Iterator
from datetime import timedelta

from xfc_notify.datasets import journal, orders
from xfc_notify.datasets.store_views import look_at
from xfc_notify.datasets.stores import Stores
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database
from xfc_notify.units import at

SILENT = timedelta(minutes=30)
"""After this time something should have finished what was interrupted."""


def look_at_stores(asked: Inspection) -> Iterator[Checked]:
    """Each store of the settings."""
    stores = Stores.of(asked.settings)
    if not stores.all or not asked.has_database:
        return
    with database.connected():
        for store in stores.all:
            seen = look_at(stores, store)
            state = "ok" if seen.state == "ok" else "failed"
            yield Checked(f"store {store.name}", state, seen.what, seen.do)


def look_at_datasets(asked: Inspection) -> Iterator[Checked]:
    """What was interrupted and not finished, and what fails again and again."""
    if not asked.settings.stores or not asked.has_database:
        return
    with database.connected():
        waiting, stuck = journal.waiting(asked.now - SILENT), orders.stuck(asked.now - SILENT)
    for row in stuck:
        what = f"{row.command} of dataset {row.dataset} waits since {at(row.began_at)} UTC: {row.outcome}"
        yield Checked("datasets", "notice", what, "run: xfc-notify datasets transfers")
    if waiting:
        what = (
            f"{waiting} commands were interrupted, and wait for a store or for somebody who may write there"
        )
        yield Checked("datasets", "notice", what, "run: xfc-notify datasets finish")
    elif not stuck:
        yield Checked("datasets", "ok", "nothing that was interrupted waits")


CHECKS = (
    Check(("stores",), look_at_stores, needs_database=True),
    Check(("datasets",), look_at_datasets, needs_database=True),
)
