"""The commands of the catalogue that pack a dataset into an archive, and bring it back."""

from xfc_notify.datasets import views
from xfc_notify.datasets.commanding import Commanding
from xfc_notify.datasets.names import AnyPath
from xfc_notify.datasets.states import Command


class Archiving(Commanding):
    """Datasets in archives."""

    def archive(
        self, uid: str, new_root: AnyPath, old_root: AnyPath | None = None, *, dry_run: bool = False
    ) -> views.TransferView:
        """Pack the copy under `old_root`, by default the nearest, into one tar under a root of an archive; when that
        was read back, and all its members are what they should be, the copy goes as in a move.

        WrongInput if that store is no archive, Conflict if something stands there; raises as `move`.
        """
        return self._transfer(Command.ARCHIVE, uid, old_root, new_root, dry_run)

    def activate(
        self, uid: str, new_root: AnyPath | None = None, *, dry_run: bool = False
    ) -> views.TransferView:
        """Bring a dataset back out of its archive as a copy under `new_root`, by default where it was packed. The tar
        stays.

        DatasetError if it is in no archive; raises as `copy`.
        """
        return self._transfer(Command.ACTIVATE, uid, None, new_root, dry_run)
