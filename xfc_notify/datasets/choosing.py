"""Which copy is meant: the one that was named by its root, or the nearest good one whose store is there."""

from xfc_notify.datasets import replicas, views
from xfc_notify.datasets.errors import DatasetError, StoreAway
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.stores import Stores, by_nearness
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.errors import WrongInput


def under(stores: Stores, uid: str, root: AnyPath) -> ReplicaRow:
    """The copy of a dataset under this root; WrongInput if there is none."""
    replicas.dataset(uid)
    store, path = stores.holding(root)
    found = replicas.at(uid, store.name, path)
    if found is None:
        there = ", ".join(views.root(copy, stores) for copy in replicas.of(uid))
        raise WrongInput(
            f"Dataset {uid} has no copy under {views.address(stores, store.name, path)}.",
            f"Its copies: {there or 'none'}",
        )
    return found


def standing(stores: Stores, uid: str, root: AnyPath) -> ReplicaRow:
    """The same; DatasetError if that copy is on its way, or leaves."""
    found = under(stores, uid, root)
    if found.state in {ReplicaState.ARRIVING, ReplicaState.LEAVING}:
        raise DatasetError(
            f"The copy {replicas.where(found)} of dataset {uid} is {found.state}.", "Wait for it."
        )
    return found


def nearest(stores: Stores, uid: str, host: str = "") -> ReplicaRow:
    """The good copy from which a host reads first, of those whose stores are there.

    DatasetError if there is none, StoreAway if there may be one in a store that is away; it says why.
    """
    replicas.dataset(uid)
    why, kind = [], DatasetError
    for store in by_nearness(stores.all, host):
        for copy in replicas.of(uid):
            if copy.store != store.name:
                continue
            if copy.state != ReplicaState.GOOD:
                why.append(f"{replicas.where(copy)} is {copy.state}")
                continue
            try:
                with stores.opened(store.name):
                    return copy
            except StoreAway as error:
                why.append(error.what)
                kind = StoreAway
    raise kind(f"Dataset {uid} has no good copy that is there: {'; '.join(why) or 'none at all'}")
