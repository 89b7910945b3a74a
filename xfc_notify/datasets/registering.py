"""How a dataset comes to be known: its files are listed, all of them are there, and each is read once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import uuid4

from peewee import chunked

from xfc_notify.datasets import hashes, listing, names, replicas
from xfc_notify.datasets.at_once import each
from xfc_notify.datasets.describing import About, caller
from xfc_notify.datasets.errors import Conflict, DatasetError
from xfc_notify.datasets.hashes import Tell, Watch
from xfc_notify.datasets.items import apart, rows
from xfc_notify.datasets.items import reading as items
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import Command, DatasetState, FileState, ReplicaState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow, FileRow, ReplicaRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse, show
from xfc_notify.plugins import Plugins
from xfc_notify.store import database

Points = Sequence[Mapping[str, Any]] | Mapping[str, Mapping[str, Any]]
"""The arguments of each datum, or by the id of the datum."""
ITEMS = 100
"""Files whose arrays one transaction notes."""
PLACES = 7_304_110_960
"""The lock of those who look whether a place is free before they take it."""


@dataclass(frozen=True)
class New:
    """A dataset that is to be registered, under a root of a store.

    points    id of the datum → its arguments
    document  what else its Resource says
    alone     it is refused if a file of it is another dataset's
    """

    uid: str
    spec: str
    store: str
    root: bytes
    path: bytes
    about: About
    arguments: Mapping[str, Any] = field(default_factory=dict)
    points: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False

    def refuse_odd(self) -> None:
        """Raise WrongInput for what no table or terminal should have to show."""
        for what, text in (("uid", self.uid), ("spec", self.spec)):
            if not text.isprintable() or not 0 < len(text) <= 100:
                raise WrongInput(f"The {what} {text!r} is not printable text of 1 to 100 characters.")
        try:
            json.dumps([self.arguments, self.points, self.document], allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise WrongInput("The arguments and points of a dataset have to be what JSON can hold.") from None

    def refuse_known(self) -> None:
        """Raise WrongInput if there is, or was, a dataset of this uid."""
        if DatasetRow.get_or_none(DatasetRow.uid == self.uid) is not None:
            raise WrongInput(f"There is a dataset {self.uid} already.", "See: xfc-notify datasets show")


def asked(
    stores: Stores,
    spec: str,
    root: names.AnyPath,
    path: names.AnyPath,
    arguments: Mapping[str, Any] | None,
    points: Points,
    uid: str = "",
    document: Mapping[str, Any] | None = None,
    about: About | None = None,
    alone: bool = False,
) -> New:
    """A dataset as somebody has typed it. Without a root, it lies in the store that holds `path`."""
    store, inside = stores.holding(root or path)
    top, below = (inside, names.checked(names.as_bytes(path))) if root else (b"", inside)
    uid = uid or str(uuid4())
    by_id = points if isinstance(points, Mapping) else {f"{uid}/{n}": it for n, it in enumerate(points)}
    about = about or About(caller())
    return New(uid, spec, store.name, top, below, about, arguments or {}, by_id, document or {}, alone)


def listed(new: New, stores: Stores, plugins: Plugins) -> list[tuple[bytes, int]]:
    """Its files with their sizes, as `listing.list_files`."""
    with stores.opened(new.store) as folder:
        points: Sequence[Mapping[str, Any]] = list(new.points.values())
        found = listing.list_files(plugins, folder, new.root, new.spec, new.path, dict(new.arguments), points)
    return [(name, seen.size) for name, seen in found]


def register(work: Work, new: New, stores: Stores, plugins: Plugins, algorithm: str, watch: Watch) -> None:
    """Write it down, read all its files, and let it be known. Raises what listing or reading does."""
    files = listed(new, stores, plugins)
    with work.holding():
        if new.alone:
            refuse_shared(new, [name for name, _ in files])
        DatasetRow.create(
            uid=new.uid, spec=new.spec, path=show(new.path), arguments=dict(new.arguments),
            points=dict(new.points), document=dict(new.document), state=DatasetState.KEPT,
            registered_at=work.clock(), **asdict(new.about), force_insert=True,
        )  # fmt: skip
        replica = replicas.add(
            new.uid, new.store, new.root, ({"name": name, "size": size} for name, size in files)
        )
        work.step(Step.READING, target=replica.id)
    _read(replica, stores, algorithm, work, watch("reading", sum(size for _, size in files)))
    with work.holding():
        replicas.put(replica, ReplicaState.GOOD, work.clock())
        replicas.moved(new.uid, "", replicas.where(replica), Command.REGISTER, work.clock(), {})
        work.end(success=True)


def refuse_shared(new: New, files: Sequence[bytes]) -> None:
    """Raise Conflict if another dataset counts one of these files as its own; in the caller's transaction."""
    database.one_at_a_time(PLACES)
    for some in replicas.batches(files):
        places = [names.place_of(new.store, names.join(new.root, name)) for name in some]
        stands = ReplicaRow.state.in_([ReplicaState.GOOD, ReplicaState.ARRIVING])
        found = FileRow.select().join(ReplicaRow).where(FileRow.place.in_(places), stands).first()
        if found is not None:
            raise Conflict(
                f"store {new.store}: {found.name} is a dataset's already: {found.replica.dataset_id}"
            )


def _read(replica: ReplicaRow, stores: Stores, algorithm: str, work: Work, tell: Tell) -> None:
    with_items: list[tuple[File, Seen]] = []
    with stores.opened(replica.store) as folder:

        def read(file: File, tell: Tell) -> tuple[File, str, Seen, bytes]:
            return file, *hashes.read_with_head(folder, file.path, algorithm, tell, apart.HEAD)

        for some in replicas.batches(replicas.files(replica)):
            found = each(read, some, sum(file.size for file in some), [folder], tell)
            now = work.clock()
            replicas.note(
                (
                    file.id,
                    {"hash": hash_, "stamp": seen.stamp, "size": seen.size, "state": FileState.GOOD,
                     "verified_at": now},
                )
                for file, hash_, seen, _ in found
            )  # fmt: skip
            known = (replace(file, hash=hash_) for file, hash_, _, _ in found)
            with_items += [
                (file, seen)
                for file, (_, _, seen, head) in zip(known, found, strict=True)
                if apart.is_known(head)
            ]
        for few in chunked(items.read(folder, with_items), ITEMS):
            with work.holding():
                for file, said in few:
                    rows.put(work.row.dataset, file.hash, said)


def shift(work: Work, dataset: DatasetRow, levels: int) -> None:
    """Move the border between root and path, in all copies; where the files lie stays the same.

    WrongInput if there are not so many parts, or roots end differently, or a file or a copy would be outside;
    DatasetError if a copy is packed, since its members are called by the border of then.
    """
    packed = [replicas.where(copy) for copy in replicas.of(dataset.uid) if copy.packed]
    if packed:
        raise DatasetError(f"Dataset {dataset.uid} is packed in {packed[0]}: the border stays.")
    path = dataset.path
    moved: list[tuple[ReplicaRow, str, list[tuple[int, bytes]]]] = []
    for replica in replicas.of(dataset.uid):
        root, path_here = names.shifted(replica.root, dataset.path, levels)
        if moved and path_here != path:
            raise WrongInput(
                "The roots of its copies end in different directories: they cannot become one path."
            )
        path = path_here
        moved.append((replica, root.lstrip("/"), _renamed(replica, root.lstrip("/"))))
    with work.holding():
        for replica, root, renamed in moved:
            replicas.note((number, {"name": show(name)}) for number, name in renamed)
            ReplicaRow.update(root=root).where(ReplicaRow.id == replica.id).execute()
            old, new = replicas.where(replica), f"{replica.store}:{root}"
            replicas.moved(dataset.uid, old, new, Command.SHIFT_ROOT, work.clock(), {"shift": levels})
        DatasetRow.update(path=path).where(DatasetRow.uid == dataset.uid).execute()
        work.end(success=True)


def _renamed(replica: ReplicaRow, root: str) -> list[tuple[int, bytes]]:
    """Id → name below the new root, of all files of a copy."""
    found = []
    for file in replicas.files(replica):
        name = names.below(parse(root), file.path)
        if name is None:
            raise WrongInput(f"{show(file.path)} would lie outside the root {root}.")
        found.append((file.id, name))
    return found
