"""The catalogue: what programs and the command line do with datasets. One method a command."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from xfc_notify.datasets import (
    acting,
    choosing,
    describing,
    documents,
    journal,
    ordering,
    rebuilding,
    receiving,
    registering,
    repairing,
    replicas,
    views,
)
from xfc_notify.datasets.archiving import Archiving
from xfc_notify.datasets.describing import About, caller
from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.last_copy import keeper_beside
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.registering import Points
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.states import Command, Step
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.paths import show


class Catalog(Archiving):
    """Datasets and their copies.

    A root is an absolute path in a store, or `STORE:path`. A method that changes something writes it into the journal
    before it acts. Raises WrongInput for what was asked wrongly, and the errors of `datasets.errors`: then nothing was
    lost, and all is as it was unless the error says otherwise.
    """

    @classmethod
    @contextmanager
    def open(cls, settings: Path | None = None) -> Iterator[Self]:
        """The catalogue of a settings.toml, found as the command line finds it, with its database connected."""
        from xfc_notify.datasets.opening import opened

        with opened(settings) as service:
            yield cls(service)

    def register(
        self,
        spec: str,
        root: AnyPath,
        path: AnyPath,
        arguments: Mapping[str, Any] | None = None,
        points: Points = (),
        *,
        uid: str = "",
        owner: str = "",
        document: Mapping[str, Any] | None = None,
        alone: bool = False,
        **said: str,
    ) -> views.DatasetView:
        """Make files known as a dataset; each is read once.

        root       without one, that of the store which holds `path`
        arguments  of the handler of the spec, as JSON has them
        points     the arguments of each datum, or by the id of the datum
        owner      the user who runs this unless given
        alone      Conflict if a file of it is another dataset's already
        said       group, description, originator, metadata: see `describing.About`
        uid        a new one unless given
        Raises Missing if files are not there, StoreAway …
        """
        about = About(owner or caller(), **said)
        new = registering.asked(self.stores, spec, root, path, arguments, points, uid, document, about, alone)
        plugins, algorithm = self._service.plugins, self._service.settings.of(Datasets).hash
        where = {"spec": spec, "root": f"{new.store}:{show(new.root)}", "path": show(new.path)}
        new.refuse_odd()
        with self._working(Command.REGISTER, new.uid, where) as work:
            new.refuse_known()
            registering.register(work, new, self.stores, plugins, algorithm, self._watch)
        return self.show(new.uid)

    def receive(
        self,
        root: AnyPath,
        path: AnyPath,
        source: receiving.Source,
        origin: str,
        owner: str = "",
        **said: str,
    ) -> views.DatasetView:
        """Write a file of the bytes that a source hands over, and make it known as a dataset.

        origin  where they come from, as the journal keeps it
        Raises Conflict if something stands there, and what the source raises; then nothing is left of it.
        """
        about = About(owner or caller(), **said)
        new = registering.asked(self.stores, "file", root, path, None, (), about=about)
        where = {"from": origin, "root": f"{new.store}:{show(new.root)}", "path": show(new.path)}
        with self._working(Command.RECEIVE, new.uid, where) as work:
            receiving.receive(work, new, self.stores, self._service.settings.of(Datasets).hash, source)
        return self.show(new.uid)

    def list_files(
        self,
        spec: str,
        root: AnyPath,
        path: AnyPath,
        arguments: Mapping[str, Any] | None = None,
        points: Points = (),
    ) -> list[str]:
        """The files that a dataset would have if it were registered, below its root; errors as then."""
        new = registering.asked(self.stores, spec, root, path, arguments, points)
        return [show(name) for name, _ in registering.listed(new, self.stores, self._service.plugins)]

    def register_document(
        self, resource: Mapping[str, Any], datums: Iterable[Mapping[str, Any]] = ()
    ) -> views.DatasetView:
        """Register what a Resource or StreamResource of event-model says, with its datums."""
        return self.register(**documents.read(resource, datums))

    def copy(
        self, uid: str, new_root: AnyPath, old_root: AnyPath | None = None, *, dry_run: bool = False
    ) -> views.TransferView:
        """Copy a dataset under another root, from the nearest good copy or the one under `old_root`.

        Identical bytes that stand there are taken over. Raises Conflict if anything else does, StoreRefusal …
        """
        return self._transfer(Command.COPY, uid, old_root, new_root, dry_run)

    def copy_apart(self, uid: str, new_root: AnyPath, path: AnyPath, old_root: AnyPath | None = None) -> str:
        """Copy a dataset to another path, as a dataset of its own; the new uid. Raises as `copy`."""
        new = str(uuid4())
        self._transfer(Command.COPY, uid, old_root, new_root, False, path, apart=new)
        return new

    def move(
        self,
        uid: str,
        old_root: AnyPath,
        new_root: AnyPath,
        path: AnyPath | None = None,
        *,
        dry_run: bool = False,
    ) -> views.TransferView:
        """Copy a dataset, read the copy back, and only then remove the source. Raises as `copy`, and Changed.

        With a path, that becomes the dataset's, which can have no other copy then. If the source has to stay, what was
        copied is a dataset of its own.
        """
        return self._transfer(Command.MOVE, uid, old_root, new_root, dry_run, path=path)

    def remove(
        self, uid: str, old_root: AnyPath, *, force_last: bool = False, dry_run: bool = False
    ) -> views.RemovalView:
        """Remove a copy, file by file. LastCopy unless another one, read just now, is good; or `force_last`."""
        if dry_run:
            source = choosing.standing(self.stores, uid, old_root)
            with self.stores.opened(source.store):
                if not force_last:
                    keeper_beside(self.stores, source, self._clock(), self._watch("reading", 0))
            return views.removal(source, self.stores)
        with self._working(
            Command.REMOVE, uid, {"old_root": self._typed(old_root), "force_last": force_last}
        ) as work:
            source = choosing.standing(self.stores, uid, old_root)
            work.step(Step.READING, source=source.id)
            view = views.removal(source, self.stores)
            acting.go_on(work, self.stores, self._watch("removing", view.bytes))
        return view

    def verify(self, uid: str, root: AnyPath | None = None) -> list[views.VerificationView]:
        """Read all files of all copies, or of the one under `root`, and compare their hashes.

        A copy whose store is away is left as it is, and says so.
        """
        with self._working(Command.VERIFY, uid, {"root": self._typed(root)}) as work:
            chosen = replicas.of(uid) if root is None else [choosing.standing(self.stores, uid, root)]
            total = sum(views.size_of(copy)[1] for copy in chosen)
            return acting.verify(work, self.stores, chosen, self._watch("verifying", total))

    def order(
        self,
        command: str,
        uid: str,
        *,
        old_root: AnyPath | None = None,
        new_root: AnyPath | None = None,
        path: AnyPath | None = None,
        force_last: bool = False,
    ) -> views.JournalView:
        """Let workers copy, move, remove, verify, archive or activate a dataset; how it stands is in the journal. Roots
        are as of these.

        With a path, a move gives it to the dataset; a copy becomes a dataset of its own, of the uid `apart` in it.
        Raises at once what can be seen at once, and Busy. Where a store is away it waits; what may pass is tried again.
        """
        arguments = ordering.arguments(
            self.stores, command, uid, old_root=old_root, new_root=new_root, path=path, force_last=force_last
        )
        acting.finish_silent(self.stores, self._clock, uid)
        journal.give_way(uid, self._clock())
        return views.command(ordering.order(self.stores, command, uid, arguments, self._clock()))

    def repair(self, uid: str, root: AnyPath | None = None) -> list[views.VerificationView]:
        """Make what is known to be bad or missing anew from a good copy: of the copy under `root`, or of all.

        DatasetError if nothing is known to be wrong, or no good copy is there; Changed if a file is not what it was
        when it was found to be bad.
        """
        chosen = replicas.of(uid) if root is None else [choosing.standing(self.stores, uid, root)]
        found = []
        for copy in [it for it in chosen if root is not None or repairing.broken(it)]:
            with self._working(Command.REPAIR, uid, {"root": replicas.where(copy)}) as work:
                files = repairing.broken(copy)
                size = sum(file.size for file in files)
                repairing.repair(work, self.stores, copy, self._watch("repairing", 2 * size))
            view = views.replica(ReplicaRow.get_by_id(copy.id), self.stores)
            found.append(views.VerificationView(view.store, view.root, view.state, len(files), size, {}))
        if not found:
            raise DatasetError(
                f"Nothing is known to be wrong with dataset {uid}.", "Run: xfc-notify datasets verify"
            )
        return found

    def rebuild(self, uid: str, root: AnyPath) -> views.VerificationView:
        """Make the rows of a copy's files anew, by what its spec lists and what lies there; each is read.

        What any copy knows of a file stays what it should be. Raises Missing, or Changed if there are other files.
        """
        plugins, algorithm = self._service.plugins, self._service.settings.of(Datasets).hash
        with self._working(Command.REBUILD, uid, {"root": self._typed(root)}) as work:
            copy = choosing.plain(self.stores, uid, root)
            tell = self._watch("reading", views.size_of(copy)[1])
            wrong = rebuilding.rebuild(work, copy, self.stores, plugins, algorithm, tell)
        shown = views.replica(choosing.under(self.stores, uid, root), self.stores)
        return views.VerificationView(shown.store, shown.root, shown.state, shown.files, shown.bytes, wrong)

    def shift_root(self, uid: str, levels: int) -> views.DatasetView:
        """Let `levels` leading parts of the path become the root's, or below 0 the other way; no file moves."""
        with self._working(Command.SHIFT_ROOT, uid, {"shift": levels}) as work:
            registering.shift(work, replicas.dataset(uid), levels)
        return self.show(uid)

    def describe(self, uid: str, **said: str) -> views.DatasetView:
        """Change what is said of a dataset: owner, group, description, originator, metadata; WrongInput …"""
        with self._working(Command.DESCRIBE, uid, said) as work:
            describing.change(work, said)
        return self.show(uid)
