"""The rows of a copy's files made anew, by what its spec lists and what lies there."""

from collections.abc import Mapping

from xfc_notify.datasets import hashes, listing, replicas
from xfc_notify.datasets.errors import Changed
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import FileRow, ReplicaRow
from xfc_notify.paths import parse, show
from xfc_notify.plugins import Plugins


def rebuild(
    work: Work, copy: ReplicaRow, stores: Stores, plugins: Plugins, algorithm: str, tell: Tell
) -> dict[str, str]:
    """Read all files of a copy, and write their rows anew; path → why, of those that are not what is known of them.

    What any copy knows of a file stays what it should be; only where nothing is known, it is what was read.
    Raises Missing if files are not there, Changed if some belong to no copy that is known: then all rows stay.
    """
    dataset, root, known = copy.dataset, parse(copy.root), _known(copy)
    with stores.opened(copy.store) as folder:
        found = listing.list_files(
            plugins, folder, root, dataset.spec, parse(dataset.path), dataset.arguments, list(dataset.points.values())
        )  # fmt: skip
        strange = [name for name, _ in found if known and name not in known]
        if strange:
            raise Changed(
                f"store {copy.store}: {len(strange):,} files do not belong to the dataset, such as {show(strange[0])}",
                "Register them as a dataset of their own.",
            )
        rows, wrong = [], {}
        for name, _ in found:
            path = replicas.path_of(copy, name)
            by = hashes.algorithm_of(known[name]) if name in known else algorithm
            hash_, seen = hashes.read(folder, path, by, tell)
            should = known.get(name, hash_)
            if hash_ != should:
                wrong[show(path)] = f"is not what it was: {hash_} instead of {should}"
            rows.append(_row(name, seen, should, hash_ == should, work))
    state = ReplicaState.BAD if wrong else ReplicaState.GOOD
    with work.holding():
        FileRow.delete().where(FileRow.replica == copy.id).execute()
        replicas.add_files(copy, rows)
        replicas.put(copy, state, work.clock())
        work.end(success=not wrong, outcome="; ".join(f"{path} {why}" for path, why in wrong.items()))
    return wrong


def _known(copy: ReplicaRow) -> Mapping[bytes, str]:
    """Name → hash, as any copy knows it; as this one does where they differ."""
    known: dict[bytes, str] = {}
    for other in (*replicas.of(copy.dataset_id), copy):
        known |= {file.name: file.hash for file in replicas.files(other) if file.hash}
    return known


def _row(name: bytes, seen: Seen, should: str, good: bool, work: Work) -> dict[str, object]:
    state = FileState.GOOD if good else FileState.BAD
    return {
        "name": name, "size": seen.size, "hash": should, "stamp": seen.stamp, "state": state,
        "verified_at": work.clock(),
    }  # fmt: skip
