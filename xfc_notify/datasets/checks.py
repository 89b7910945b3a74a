"""Looks whether stores are there, and whether commands wait for them."""

from collections.abc import Iterator

from xfc_notify.datasets.store_views import look_at
from xfc_notify.datasets.stores import Stores
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database


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


CHECKS = (Check(("stores",), look_at_stores, needs_database=True),)
