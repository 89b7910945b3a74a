"""Bytes that come from outside become a dataset of one file: written under a temporary name, read back, then placed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from xfc_notify.datasets import acting, arriving, hashes, names, registering, replicas
from xfc_notify.datasets.errors import Conflict, StoreRefusal
from xfc_notify.datasets.folder import Sink
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.registering import New
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import DatasetState, Step
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.paths import show

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
            DatasetRow.create(
                uid=new.uid, spec=new.spec, path=show(new.path), arguments={}, points={}, document={},
                state=DatasetState.KEPT, registered_at=work.clock(), **asdict(new.about), force_insert=True,
            )  # fmt: skip
            replica = replicas.add(new.uid, new.store, new.root, [{"name": new.path, "size": 0}])
            work.step(Step.COPYING, target=replica.id, folders=[show(above) for above in missing])
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


def _like(size: int) -> Seen:
    """A file of now, as others may read it."""
    now = int(datetime.now(UTC).timestamp() * 10**9)
    return Seen(0, 0, size, now, now, MODE)
