"""Bytes that come from outside become a dataset of one file: written under a temporary name, read back, then placed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from xfc_notify.datasets import acting, arriving, hashes, names, registering, replicas
from xfc_notify.datasets.describing import About
from xfc_notify.datasets.errors import Conflict, StoreRefusal
from xfc_notify.datasets.external import fetch
from xfc_notify.datasets.folder import Sink
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.registering import New
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.states import DatasetState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.paths import parse, show

MODE = 0o644
Source = Callable[[Sink], None]
"""Hands all bytes over; raises if they are not all there."""


def receive(work: Work, new: New, stores: Stores, algorithm: str, source: Source) -> None:
    """Write what comes. Conflict if something stands there; what the source or the store raises."""
    path = names.join(new.root, new.path)
    with stores.opened(new.store) as folder:
        if folder.look(path) is not None:
            raise Conflict(f"store {new.store}: {show(path)}: something stands there")
        missing = [above for above in names.folders_of([path]) if not folder.is_folder(above)]
        with work.holding():
            registering.refuse_shared(new, [new.path])
            DatasetRow.delete().where(DatasetRow.uid == new.uid).execute()  # of an attempt that was undone
            DatasetRow.create(
                uid=new.uid, spec=new.spec, path=show(new.path), arguments={}, points={}, document={},
                state=DatasetState.KEPT, registered_at=work.clock(), **asdict(new.about), force_insert=True,
            )  # fmt: skip
            replica = replicas.add(new.uid, new.store, new.root, [{"name": new.path, "size": 0}])
            work.step(
                Step.COPYING,
                target=replica.id,
                folders=[show(above) for above in missing],
                started_at=work.clock(),
            )
        row = work.now()
        arriving.make_folders(folder, row)
        (file,) = replicas.files(replica)
        part, made, size = arriving.part(row, file), hashes.new(algorithm), 0

        def fill(sink: Sink) -> Seen:
            def take(block: memoryview) -> None:
                nonlocal size
                size += len(block)
                made.update(block)
                sink(block)

            source(take)
            return _like(size)

        folder.write(part, fill)
        folder.force([part])
        hash_ = f"{algorithm}:{made.hexdigest()}"
        found, seen = hashes.read(folder, part, algorithm, lambda _: None)
        if found != hash_:
            raise StoreRefusal(
                f"store {new.store}: {show(path)}: other bytes were read back than were written"
            )
        with work.holding():
            replicas.note([(file.id, {"size": seen.size, "hash": hash_, "stamp": seen.stamp})])
            work.step(Step.PLACING)
    acting.go_on(work, stores, lambda _: None)


def fetch_ordered(work: Work, stores: Stores, settings: Datasets) -> None:
    """Fetch what a worker was ordered to. Begun before, it is begun anew: nobody can go on with half of it."""
    row = work.now()
    if row.step == Step.COPYING:
        arriving.undo(work, stores)
    asked = row.arguments
    store, root = stores.holding(asked["root"])
    new = New(row.dataset, "file", store.name, root, parse(asked["path"]), About(**asked["about"]))
    receive(
        work, new, stores, settings.hash,
        lambda sink: fetch.fetch(asked["url"], fetch.Options(), settings.external, sink),
    )  # fmt: skip


def _like(size: int) -> Seen:
    """A file of now, as others may read it."""
    now = int(datetime.now(UTC).timestamp() * 10**9)
    return Seen(0, 0, size, now, now, MODE)
