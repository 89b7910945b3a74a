"""A store that is open, whatever holds it: a folder here, one behind sftp, a part of a bucket.

Paths are bytes below its root, without `.`, `..` or empty parts: see `names.checked`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from xfc_notify.datasets.errors import StoreRefusal
from xfc_notify.datasets.seen import Seen
from xfc_notify.paths import show

Sink = Callable[[memoryview], object]
"""Takes a file's bytes, block by block."""


class Readable(Protocol):
    """What files are read of: a store, or a tar in one."""

    store: str

    @property
    def near(self) -> bool:
        """Whether reading it again costs little: it is on this machine, or on a file system."""

    def look(self, path: bytes) -> Seen | None:
        """What a file is now, None where nothing is."""

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand a file's bytes over, from one of them on; what it was."""

    def at_once(self, size: int) -> int:
        """How many files of about so many bytes are read or written fastest at the same time; 0 if only one after the
        other can be, whatever other stores like."""


class Folder(Readable, Protocol):
    """What copies need of a store. Each method asks the store itself: nothing is answered from memory.

    store           its name
    tells_changes   whether a stamp shows every change; else bytes are read again before anything depends on them
    forces          whether what `force` and `sync` were called for is on disk then
    reads_again     whether a file has to be read once more under its own name: it got there by a copy, or nobody
                    could force it to disk

    Raises the errors of `datasets.errors`, each naming the store and the path; StoreAway when it cannot be reached.
    """

    store: str

    @property
    def tells_changes(self) -> bool: ...

    @property
    def forces(self) -> bool: ...

    @property
    def reads_again(self) -> bool: ...

    def close(self) -> None:
        """Close what is open."""

    def look(self, path: bytes) -> Seen | None:
        """What a file is now, None where nothing is; NotAFile if it is something else, or lies behind a link."""

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand a file's bytes over, from one of them on; what it was. Changed if it is not the same before and after,
        Missing …"""

    def descriptor(self, path: bytes) -> int | None:
        """A file, open to be read, which the caller closes; None where only its bytes are to be had."""

    def write(
        self, path: bytes, fill: Callable[[Sink], Seen], like: Seen | None = None, begun: int = 0
    ) -> None:
        """Make a file of the bytes that `fill` hands over, on disk after `force`. It is gone if this raises, unless
        because a store is away.

        `fill` returns the file whose mode and mtime it gets; `like` is that file before, for those who have to say
        them beforehand. Nothing may stand there; or `begun` bytes that `inherit` has found, which these follow.
        """

    def inherit(self, old: bytes, new: bytes) -> int:
        """Give what stands under a temporary name another one in its folder; how many bytes of it can be gone on with.
        Where that is none, nothing is left of it."""

    def force(self, paths: Sequence[bytes]) -> None:
        """Let files be on disk, and be read from there: many at once take little longer than one."""

    def place(self, part: bytes, path: bytes) -> None:
        """Give a file another name in its folder; Conflict if something stands there, whatever was seen before."""

    def is_one(self, part: bytes, path: bytes) -> bool:
        """Whether two names that are there are one file: `place` gave it the second."""

    def claims(self, one: bytes, other: bytes) -> bool:
        """Whether `place` takes no name from another file, even one that comes in the last moment. It is tried with
        two names of our own, of which the first is a file; StoreRefusal if nothing can be placed at all."""

    def unlink(self, path: bytes) -> None:
        """Take a name away; nothing where none is."""

    def walk(self, path: bytes) -> Iterator[bytes]:
        """The files below a folder, or the file itself, in the order of their names; NotAFile at a link or device."""

    def is_folder(self, path: bytes) -> bool:
        """Whether there is such a folder, or none is needed."""

    def make(self, path: bytes) -> None:
        """Make a folder, unless it is there, in one that is there."""

    def unmake(self, path: bytes) -> None:
        """Remove a folder if it is empty."""

    def sync(self, path: bytes) -> None:
        """Let the names in a folder be on disk."""

    def refuse_name(self, path: bytes) -> None:
        """Raise StoreRefusal for a path that cannot be held here."""

    def longest_name(self) -> int:
        """How many bytes a name may have here."""

    def folds_case(self) -> bool:
        """Whether two names that differ in case only are one file here, as the name of the mark shows."""


def refuse_long(store: str, path: bytes, longest: int) -> None:
    """Raise StoreRefusal for a path with a name of more bytes than a store can hold."""
    if max(map(len, path.split(b"/"))) > longest:
        raise StoreRefusal(f"store {store}: {show(path)}: a name of over {longest} bytes does not fit")
