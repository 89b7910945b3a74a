"""Where a dataset lies as clients of the data manager call it: a machine, which is a store, a folder and a name."""

from dataclasses import dataclass

from xfc_notify.datasets import names
from xfc_notify.datasets.stores import Stores
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show
from xfc_notify.settings import StoreTable


@dataclass(frozen=True, slots=True)
class Place:
    """A path in a store, and how a client wrote it."""

    store: str
    path: bytes
    folder: str
    filename: str

    @property
    def whole(self) -> str:
        """Folder and name."""
        return f"{self.folder.rstrip('/')}/{self.filename}" if self.folder else self.filename


def written(stores: Stores, machine: str, folder: str, filename: str) -> Place:
    """The place that a client means by a folder, absolute in the store or below its root, and a name there.

    WrongInput if there is no such store, or the path lies outside of it.
    """
    if not filename.strip("/."):
        raise WrongInput("The name of a file is needed.")
    store = stores.named(machine)
    path = inside(store, f"{folder.rstrip('/')}/{filename}" if folder else filename)
    return Place(store.name, path, folder, filename)


def given(stores: Stores, machine: str, dest: str) -> Place:
    """The same of a path with the name at its end."""
    folder, slash, filename = dest.rpartition("/")
    return written(stores, machine, folder or slash, filename)


def shown(stores: Stores, store: str, path: bytes) -> Place:
    """The place of a path in a store, as nobody has written it."""
    try:
        whole = show(stores.named(store).path.rstrip(b"/") + b"/" + path)
    except WrongInput:  # the settings do not name it any more
        whole = show(path)
    folder, slash, filename = whole.rpartition("/")
    return Place(store, path, folder or slash, filename)


def inside(store: StoreTable, path: str) -> bytes:
    """A path, absolute or below the store's root, as one below its root."""
    whole = names.as_bytes(path)
    if whole.startswith(b"/"):
        parts = b"/" + b"/".join(part for part in whole.split(b"/") if part not in (b"", b"."))
        below = names.below(store.path.rstrip(b"/"), parts)
        if below is None:
            raise WrongInput(
                f"{show(whole)} does not lie in {store.name}.", f"Its files lie in {show(store.path)}."
            )
        whole = below
    found = names.checked(whole)
    if not found:
        raise WrongInput(f"{show(names.as_bytes(path))} is the whole of {store.name}.")
    return found
