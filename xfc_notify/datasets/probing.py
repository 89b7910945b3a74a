"""What a store can do, found by trying it: what copies need in order to lose nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from xfc_notify.datasets.errors import Conflict, DatasetError
from xfc_notify.datasets.folder import Folder, Sink
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.stores import Stores


@dataclass(frozen=True, slots=True)
class Abilities:
    """What was found.

    exclusive     a name that is taken is never given to another file: without it, nothing is copied there
    lasting       files and names can be forced to disk
    case          two names that differ in case only are two files
    longest_name  in bytes
    """

    exclusive: bool
    lasting: bool
    case: bool
    longest_name: int

    @property
    def follows(self) -> list[str]:
        """What follows for those who use the store; nothing if it can do all."""
        said = []
        if not self.exclusive:
            said.append("nothing can be copied there: hard links, by which files are placed, do not work")
        if not self.lasting:
            said.append("nothing can be copied there: files cannot be forced to disk")
        if not self.case:
            said.append("datasets with names that differ in case only are refused")
        return said


def probe(stores: Stores, name: str) -> Abilities:
    """Try it with two small files of our own, which are gone afterwards. StoreAway if the store is."""
    trial = b".xfc-trial-" + uuid4().hex.encode()
    with stores.opened(name) as folder:
        try:
            lasting = _try(lambda: _write(folder, trial + b"-1"))
            exclusive = lasting and _try(lambda: _place(folder, trial))
            return Abilities(exclusive, lasting, not folder.folds_case(), folder.longest_name())
        finally:
            for number in (b"-1", b"-2", b"-3"):
                folder.unlink(trial + number)


def _place(folder: Folder, trial: bytes) -> None:
    """Place a file, and see another one refused at that name."""
    folder.place(trial + b"-1", trial + b"-2")
    _write(folder, trial + b"-3")
    try:
        folder.place(trial + b"-3", trial + b"-2")
    except Conflict:
        return
    raise DatasetError("a name was given to a second file")


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
