"""The commands of the catalogue that pack a dataset into an archive, and bring it back."""

from collections.abc import Callable

from xfc_notify.datasets import acting, choosing, packing, replicas, unpacking, views
from xfc_notify.datasets.commanding import Commanding
from xfc_notify.datasets.errors import Conflict, DatasetError
from xfc_notify.datasets.journal import Work
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import MoveRow, ReplicaRow
from xfc_notify.datasets.transfer import Plan
from xfc_notify.paths import parse


class Archiving(Commanding):
    """Datasets in archives."""

    def archive(
        self, uid: str, new_root: AnyPath, old_root: AnyPath | None = None, *, dry_run: bool = False
    ) -> views.TransferView:
        """Pack the copy under `old_root`, by default the nearest, into one tar under a root of an archive; when that
        was read back, and all its members are what they should be, the copy goes as in a move.

        WrongInput if that store is no archive, Conflict if something stands there; raises as `move`.
        """

        def plan() -> Plan:
            source = (
                choosing.nearest(self.stores, uid)
                if old_root is None
                else choosing.plain(self.stores, uid, old_root)
            )
            return packing.plan(self.stores, source, *self._free(uid, new_root))

        asked = {"old_root": self._typed(old_root), "new_root": self._typed(new_root)}
        if dry_run:
            return views.transfer(Command.ARCHIVE, plan(), self.stores)
        return self._repacked(Command.ARCHIVE, uid, asked, plan, packing.prepare)

    def activate(
        self, uid: str, new_root: AnyPath | None = None, *, dry_run: bool = False
    ) -> views.TransferView:
        """Bring a dataset back out of its archive as a copy under `new_root`, by default where it was packed. The tar
        stays.

        DatasetError if it is in no archive; raises as `copy`.
        """

        def plan() -> Plan:
            source = choosing.packed(self.stores, uid)
            root = _packed_from(source) if new_root is None else new_root
            return unpacking.plan(self.stores, source, *self._free(uid, root))

        if dry_run:
            planned = plan()
            unpacking.compare(self.stores, planned, self._watch("reading", 0))
            return views.transfer(Command.ACTIVATE, planned, self.stores)
        return self._repacked(
            Command.ACTIVATE, uid, {"new_root": self._typed(new_root)}, plan, unpacking.prepare
        )

    def _repacked(
        self,
        command: Command,
        uid: str,
        asked: dict[str, str | None],
        plan: Callable[[], Plan],
        prepare: Callable[[Work, Plan], None],
    ) -> views.TransferView:
        with self._working(command, uid, asked) as work:
            planned = plan()
            view = views.transfer(command, planned, self.stores)
            prepare(work, planned)
            what = "packing" if command is Command.ARCHIVE else "unpacking"
            acting.go_on(work, self.stores, self._watch(what, 2 * planned.size))
        return view

    def _free(self, uid: str, root: AnyPath) -> tuple[str, bytes]:
        """A root as store and path; Conflict if a copy of the dataset is there."""
        store, path = self.stores.holding(root)
        there = replicas.at(uid, store.name, path)
        if there is not None:
            raise Conflict(
                f"Dataset {uid}: there is a copy already: {views.root(there, self.stores)}",
                "To let another copy go: xfc-notify datasets remove",
            )
        return store.name, path


def _packed_from(source: ReplicaRow) -> AnyPath:
    """Where the files lay when they were packed."""
    rows = MoveRow.select().where(
        MoveRow.dataset == source.dataset_id, MoveRow.command == Command.ARCHIVE, MoveRow.new == replicas.where(source)
    )  # fmt: skip
    last = rows.order_by(MoveRow.id.desc()).first()
    if last is None:
        raise DatasetError(
            f"Where dataset {source.dataset_id} lay before is not known.", "Give a root for it."
        )
    store, _, root = last.old.partition(":")
    return f"{store}:".encode() + parse(root)
