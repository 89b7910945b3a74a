"""Which copy is meant: the one that was named by its root, or the nearest good one whose store is there."""

from xfc_notify.datasets import replicas, views
from xfc_notify.datasets.errors import DatasetError, StoreAway
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.stores import Stores, by_nearness
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.errors import WrongInput

PACKED = "is packed in a tar"
ACTIVATE = "Run: xfc-notify datasets activate"


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


def plain(stores: Stores, uid: str, root: AnyPath) -> ReplicaRow:
    """The same; DatasetError if its files are packed in a tar."""
    found = standing(stores, uid, root)
    if found.packed:
        raise DatasetError(f"The copy {replicas.where(found)} of dataset {uid} {PACKED}", ACTIVATE)
    return found


def packed(stores: Stores, uid: str) -> ReplicaRow:
    """The nearest copy that is packed in a tar, good and there; raises as `nearest`."""
    return _nearest(stores, uid, "", packed=True)


def in_order(stores: Stores, uid: str, host: str = "") -> list[ReplicaRow]:
    """The copies of a dataset, the nearest to a host first; without those whose stores no settings name."""
    rank = {store.name: number for number, store in enumerate(by_nearness(stores.all, host))}
    known = [copy for copy in replicas.of(uid) if copy.store in rank]
    return sorted(known, key=lambda copy: rank[copy.store])


def nearest(stores: Stores, uid: str, host: str = "") -> ReplicaRow:
    """The good copy from which a host reads first, of those whose stores are there.

    DatasetError if there is none, StoreAway if there may be one in a store that is away; it says why.
    """
    return _nearest(stores, uid, host, packed=False)


def _nearest(stores: Stores, uid: str, host: str, *, packed: bool) -> ReplicaRow:
    replicas.dataset(uid)
    why, kind, hint = [], DatasetError, ""
    for copy in in_order(stores, uid, host):
        if copy.packed and not packed:
            why.append(f"{replicas.where(copy)} {PACKED}")
            hint = ACTIVATE
            continue
        if packed and not copy.packed:
            continue
        if copy.state != ReplicaState.GOOD:
            why.append(f"{replicas.where(copy)} is {copy.state}")
            continue
        try:
            with stores.opened(copy.store):
                return copy
        except StoreAway as error:
            why.append(error.what)
            kind = StoreAway
    what = "good copy in an archive" if packed else "good copy"
    raise kind(f"Dataset {uid} has no {what} that is there: {'; '.join(why) or 'none at all'}", hint)
