"""What is shown of stores: whether they are there, and what they can do."""

from dataclasses import dataclass

from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.stores import Stores
from xfc_notify.paths import harmless
from xfc_notify.settings import StoreTable


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store of the settings: `state` is ok, or away; `what` says more, `do` what to do about it."""

    name: str
    url: str
    kind: str
    hosts: tuple[str, ...]
    state: str
    what: str
    do: str = ""


def look_at(stores: Stores, store: StoreTable) -> StoreView:
    """A store as it is now. Nothing is written."""
    try:
        with stores.opened(store.name):
            state, what, do = "ok", f"{harmless(store.url)} is there", ""
    except DatasetError as error:
        state, what, do = "away", error.what, error.hint
    return StoreView(store.name, harmless(store.url), store.kind, store.hosts, state, what, do)
