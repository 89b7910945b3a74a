"""The form of an archive: one tar, in pax form, which any tar unpacks. Nothing here knows tables.

Its first member is a list of checksums, as `cksum` takes it. Whoever reads a tar asks for its members in the order in
which they lie, so that none of it is ever kept.
"""

import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import IO

from xfc_notify.datasets import hashes
from xfc_notify.datasets.errors import Changed, DatasetError, Missing
from xfc_notify.datasets.folder import Folder, Sink
from xfc_notify.datasets.seen import Seen
from xfc_notify.paths import show

CHECKSUMS = b".xfc-checksums"
"""The name of the list: none of a dataset's."""
BLOCK = 2**20
"""Bytes that are read at once."""
MODE = 0o600
"""Of a tar: what is in it may be for nobody else."""
_BROKEN = (tarfile.TarError, ValueError, ArithmeticError)
"""What the library raises for bytes that are no tar."""


class Unread(Exception):
    """Nobody wants the rest of a tar."""


class Writing:
    """A tar on its way into a sink; its hash is that of all that was handed over."""

    def __init__(self, sink: Sink, algorithm: str) -> None:
        self._sink, self._algorithm, self._hash = sink, algorithm, hashes.new(algorithm)
        self.size = 0

    def begin(self, name: bytes, seen: Seen) -> None:
        """Begin a member of so many bytes, of this time and mode."""
        info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
        info.size, info.mode, info.mtime = seen.size, seen.mode & 0o777, max(seen.mtime // 10**9, 0)
        info.pax_headers = {"mtime": f"{Decimal(seen.mtime) / 10**9:f}"}
        self.put(memoryview(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")))

    def put(self, block: memoryview) -> None:
        """Hand bytes over."""
        self._hash.update(block)
        self._sink(block)
        self.size += len(block)

    def fill_up(self, to: int = tarfile.BLOCKSIZE) -> None:
        """End a member."""
        self.put(memoryview(bytes(-self.size % to)))

    def end(self) -> str:
        """End the tar; its hash."""
        self.put(memoryview(bytes(2 * tarfile.BLOCKSIZE)))
        self.fill_up(tarfile.RECORDSIZE)
        return f"{self._algorithm}:{self._hash.hexdigest()}"


def line(name: bytes, hash_: str) -> bytes:
    """A line of the list of checksums: `SHA256 (name) = …`, with a backslash before it if the name was escaped."""
    algorithm, _, digest = hash_.partition(":")
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"" if escaped == name else b"\\"
    return mark + algorithm.upper().encode() + b" (" + escaped + b") = " + digest.encode() + b"\n"


class Tar:
    """The members of a tar, as files that are read one after the other: what was passed over does not come again."""

    near = True

    def __init__(self, store: str, path: bytes, source: IO[bytes], whole: "Future[tuple[str, Seen]]") -> None:
        self.store = store
        self._path, self._source, self._whole = path, source, whole
        self._tar: tarfile.TarFile | None = None
        self._here: tarfile.TarInfo | None = None
        self._seen: Seen | None = None

    def following(self) -> bytes | None:
        """The name of the next member, at which it stands then; None after the last one."""
        try:
            if self._tar is None:
                self._tar = tarfile.open(  # noqa: SIM115 - it keeps nothing open
                    mode="r|", fileobj=self._source, bufsize=BLOCK, encoding="utf-8", errors="surrogateescape"
                )
            self._here = self._tar.next()
            self._seen = None if self._here is None else _seen(self._here)
        except _BROKEN:
            raise self._broken() from None
        vars(self._tar)["members"].clear()  # or all would be kept
        return None if self._here is None else _name(self._here)

    def look(self, path: bytes) -> Seen | None:
        """What the member of this name is, None if it does not come any more."""
        while self._here is None or _name(self._here) != path:
            if self.following() is None:
                return None
        return self._seen

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand the bytes of a member over; Missing if it does not come any more, Changed if it is not whole."""
        seen = self.look(path)
        if seen is None or self._here is None or self._tar is None or not self._here.isreg():
            raise Missing(f"store {self.store}: {show(self._path)}: has no member {show(path)}")
        size = 0
        try:
            opened = self._tar.extractfile(self._here)
            while opened is not None and (block := opened.read(BLOCK)):
                size += len(block)
                if size > start:
                    sink(memoryview(block)[max(0, len(block) - (size - start)) :])
        except _BROKEN:
            raise self._broken() from None
        if size != seen.size:
            raise self._broken()
        return seen

    def at_once(self, size: int) -> int:  # noqa: ARG002
        """One member comes after the other."""
        return 0

    def whole(self) -> tuple[str, Seen]:
        """The hash of the tar itself, read to its end, and what it was; errors as `Folder.read`."""
        while self._source.read(BLOCK):
            pass
        return self._whole.result()

    def _broken(self) -> Changed:
        return Changed(f"store {self.store}: {show(self._path)}: is no whole tar")


@contextmanager
def opened(folder: Folder, path: bytes, algorithm: str) -> Iterator[Tar]:
    """A tar of a store, to be read from its beginning; meanwhile nothing else is asked of the store."""
    end, begin = os.pipe()
    with ThreadPoolExecutor(1) as thread, open(end, "rb", BLOCK) as source:  # noqa: PTH123 - a descriptor
        whole = thread.submit(_pour, folder, path, algorithm, begin)
        try:
            yield Tar(folder.store, path, source, whole)
        except DatasetError:
            source.close()
            if isinstance(failed := whole.exception(), DatasetError):
                raise failed from None  # what comes of it says less
            raise


def _pour(folder: Folder, path: bytes, algorithm: str, pipe: int) -> tuple[str, Seen]:
    with open(pipe, "wb", 0) as into:
        return hashes.pour(folder, path, algorithm, partial(_write, into.write), lambda _: None)


def _write(write: Callable[[memoryview], int], block: memoryview) -> None:
    try:
        while block:
            block = block[write(block) :]
    except BrokenPipeError:
        raise Unread from None


def _name(info: tarfile.TarInfo) -> bytes:
    return info.name.encode("utf-8", "surrogateescape")


def _seen(info: tarfile.TarInfo) -> Seen:
    """What a header says; ValueError or ArithmeticError for a time that no file has."""
    mtime = int(Decimal(info.pax_headers.get("mtime", info.mtime)) * 10**9)
    if abs(mtime) >= 2**63:
        raise ValueError(mtime)
    return Seen(0, 0, info.size, mtime, 0, info.mode & 0o777)
