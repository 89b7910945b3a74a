"""Which files a dataset has: the plugin that knows its spec says it, and each of them has to be there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xfc_notify.datasets import names
from xfc_notify.datasets.errors import DatasetError, Missing
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.seen import Seen
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, show
from xfc_notify.plugins import Plugins

NAMED = 3
"""How many missing files are named."""


def list_files(
    plugins: Plugins,
    folder: Folder,
    root: bytes,
    spec: str,
    path: bytes,
    arguments: Mapping[str, Any],
    points: Sequence[Mapping[str, Any]],
) -> list[tuple[bytes, Seen]]:
    """The files of a dataset below its root, each with what it is now, in the order of their names.

    Raises WrongInput if no plugin knows the spec; Missing if files are not there; DatasetError if it has none.
    """

    def tree(below: bytes) -> Iterable[bytes]:
        for found in folder.walk(names.join(root, names.checked(below))):
            name = names.below(root, found)
            if name is not None:
                yield name

    said = plugins.dataset_files(spec, path, arguments, points, tree)
    if said is None:
        raise WrongInput(f"No plugin knows datasets of the spec {harmless(spec)}.", "See: xfc-notify plugins")
    listed = sorted({names.checked(name) for name in said})
    if not listed:
        raise DatasetError(f"The dataset at {show(path)} has no files.", "A dataset has one file at least.")
    seen = [(name, folder.look(names.join(root, name))) for name in listed]
    refuse_missing([name for name, found in seen if found is None], len(listed))
    return [(name, found) for name, found in seen if found is not None]


def refuse_missing(missing: Sequence[bytes], count: int) -> None:
    """Raise Missing, and name some, if of so many files these are not there."""
    if missing:
        named = ", ".join(map(show, missing[:NAMED]))
        more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
        raise Missing(f"{len(missing):,} of {count:,} files are not there: {named}{more}")
