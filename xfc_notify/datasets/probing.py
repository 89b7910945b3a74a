"""What a store can do, found by trying it: what copies need in order to lose nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.folder import Folder, Sink
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.stores import Stores


@dataclass(frozen=True, slots=True)
class Abilities:
    """What was found.

    copies        files can be placed there at all
    exclusive     a name that is taken is never given to another file, even one that comes in the last moment
    lasting       files and names can be forced to disk
    case          two names that differ in case only are two files
    longest_name  in bytes
    """

    copies: bool
    exclusive: bool
    lasting: bool
    case: bool
    longest_name: int

    @property
    def follows(self) -> list[str]:
        """What follows for those who use the store; nothing if it can do all."""
        said = []
        if not self.copies:
            said.append("nothing can be copied there: files cannot be forced to disk, or given their names")
        elif not self.exclusive:
            said.append(
                "not safe against other writers: a name is looked at right before it is taken, no more"
            )
        if self.copies and not self.lasting:
            said.append("files cannot be forced to disk: another session reads them before a source goes")
        if not self.case:
            said.append("datasets with names that differ in case only are refused")
        return said


def probe(stores: Stores, name: str) -> Abilities:
    """Try it with two small files of our own, which are gone afterwards. StoreAway if the store is."""
    trial = b".xfc-trial-" + uuid4().hex.encode()
    with stores.opened(name) as folder:
        try:
            lasting = _try(lambda: _write(folder, trial + b"-1")) and folder.forces
            copies, exclusive = _claims(folder, trial)
            return Abilities(copies, exclusive, lasting, not folder.folds_case(), folder.longest_name())
        finally:
            for number in (b"-1", b"-2"):
                folder.unlink(trial + number)


def _claims(folder: Folder, trial: bytes) -> tuple[bool, bool]:
    """Whether files can be placed, and whether that never takes a name from another."""
    try:
        return True, folder.claims(trial + b"-1", trial + b"-2")
    except DatasetError:
        return False, False


def _write(folder: Folder, path: bytes) -> None:
    def fill(sink: Sink) -> Seen:
        sink(memoryview(b"a trial of xfc-notify"))
        return Seen(0, 0, 0, 0, 0, 0o600)

    folder.write(path, fill)
    folder.force([path])
    folder.sync(b"")


def _try(work: Callable[[], object]) -> bool:
    try:
        work()
    except DatasetError:
        return False
    return True
