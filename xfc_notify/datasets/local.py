"""A store that is a folder. Every path is walked by descriptors from its root, and no link is followed.

Paths are bytes below the root, without `.`, `..` or empty parts: see `names.checked`.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from xfc_notify.datasets.errors import (
    Changed,
    Conflict,
    DatasetError,
    Missing,
    NotAFile,
    StoreAway,
    StoreRefusal,
)
from xfc_notify.datasets.folder import Sink, refuse_long
from xfc_notify.datasets.local_paths import Paths, last_of
from xfc_notify.datasets.names import MARK, is_ours, join
from xfc_notify.datasets.seen import Seen

BLOCK = 2**20
"""Bytes that are read and written at once."""
AT_ONCE = 4
"""Files that are read or written at the same time …"""
FORCED_AT_ONCE = 8
"""… and forced to disk."""
AHEAD = 2**20
"""Bytes of each that are asked of the disk then: they are read next."""
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


class Folder:
    """A store whose root is open as a descriptor. `refuse` raises if a folder on another mount may not be entered.

    Raises the errors of `datasets.errors`, each naming the store and the path. See `folder.Folder`.
    """

    near = True
    tells_changes = True
    forces = True
    reads_again = False

    def __init__(self, store: str, root: int, refuse: Callable[[int, str], None]) -> None:
        self.store = store
        self.root = root
        self._paths = Paths(store, root, refuse)

    def close(self) -> None:
        """Close what is open but the root."""
        self._paths.close()

    def look(self, path: bytes) -> Seen | None:
        """What a file is now, None where nothing is; NotAFile if it is something else, or lies behind a link."""
        with self._paths.telling(path):
            try:
                return Seen.of(os.stat(last_of(path), dir_fd=self._paths.parent(path), follow_symlinks=False))
            except (FileNotFoundError, Missing):
                return None

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand a file's bytes over; what it was. Changed if it is not the same before and after, Missing …"""
        with self._paths.telling(path):
            file = self.descriptor(path)
            try:
                before = Seen.of(os.fstat(file))
                buffer = memoryview(bytearray(min(BLOCK, before.size + 1)))
                size = os.lseek(file, start, os.SEEK_SET)
                while size <= before.size and (count := os.readv(file, [buffer])):
                    sink(buffer[:count])
                    size += count
                    if size == before.size and count < len(buffer):
                        break  # there was room for more
                if size != before.size or Seen.of(os.fstat(file)) != before:
                    raise Changed("changed while it was read")
                return before
            finally:
                os.close(file)

    def descriptor(self, path: bytes) -> int:
        """A file, open to be read, which the caller closes."""
        with self._paths.telling(path):
            return os.open(last_of(path), os.O_RDONLY | _FILE, dir_fd=self._paths.parent(path))

    def write(
        self, path: bytes, fill: Callable[[Sink], Seen], like: Seen | None = None, begun: int = 0
    ) -> None:
        """Make a file of the bytes that `fill` hands over; it is gone if this raises, and on disk after `force`.

        `fill` returns the file whose mode and mtime it gets. Nothing may stand there, or the bytes that are begun.
        """
        with self._paths.telling(path):
            folder = self._paths.parent(path)
            flags = os.O_WRONLY | _FILE | (0 if begun else os.O_CREAT | os.O_EXCL)
            file = os.open(last_of(path), flags, 0o600, dir_fd=folder)
            try:
                try:
                    os.lseek(file, begun, os.SEEK_SET)
                    like = fill(lambda block: _write_all(file, block))
                    os.fchmod(file, like.mode & 0o777 | stat.S_IRUSR)
                    os.utime(file, ns=(like.mtime, like.mtime))
                finally:
                    os.close(file)
            except StoreAway:  # the other one: this is gone on with when it is back
                raise
            except BaseException:
                os.unlink(last_of(path), dir_fd=folder)
                raise

    def at_once(self, size: int) -> int:
        """Small files take the interpreter's time, of which there is one."""
        return AT_ONCE if size >= BLOCK else 1

    def force(self, paths: Sequence[bytes]) -> None:
        """Let files be on disk, and be read from there: many at once take little longer than one."""
        opened: list[int] = []
        try:
            for path in paths:
                opened.append(self.descriptor(path))  # noqa: PERF401 - those before are closed if one fails
            with (
                self._paths.telling(paths[0] if paths else b""),
                ThreadPoolExecutor(FORCED_AT_ONCE) as threads,
            ):
                list(threads.map(_force, opened))
        finally:
            for file in opened:
                os.close(file)

    def place(self, part: bytes, path: bytes) -> None:
        """Give a file another name in its folder; Conflict if something stands there, whatever was seen before."""
        with self._paths.telling(path):
            folder = self._paths.parent(path)
            try:
                os.link(
                    last_of(part), last_of(path), src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False
                )
            except FileExistsError:
                raise Conflict("something else stands there") from None
            except OSError as error:
                if error.errno in _NO_LINKS:
                    raise StoreRefusal(
                        "hard links, by which files are placed safely, do not work here"
                    ) from None
                raise

    def is_one(self, part: bytes, path: bytes) -> bool:
        """Whether two names that are there are one file, by device and inode."""
        one = self.look(part)
        return one is not None and one.is_same_as(self.look(path))

    def claims(self, one: bytes, other: bytes) -> bool:
        """Whether a second link to a name that is taken is refused."""
        self.place(one, other)
        try:
            self.place(one, other)
        except Conflict:
            return True
        return False

    def inherit(self, old: bytes, new: bytes) -> int:
        """Give what stands under a temporary name another one; how many bytes of it there are."""
        seen = self.look(old)
        if seen is None or not seen.size:
            self.unlink(old)
            return 0
        with self._paths.telling(old):
            folder = self._paths.parent(old)
            os.rename(last_of(old), last_of(new), src_dir_fd=folder, dst_dir_fd=folder)
        return seen.size

    def unlink(self, path: bytes) -> None:
        """Take a name away; nothing where none is."""
        with self._paths.telling(path), suppress(FileNotFoundError, Missing):
            os.unlink(last_of(path), dir_fd=self._paths.parent(path))

    def walk(self, path: bytes) -> Iterator[bytes]:
        """The files below a folder, or the file itself, in the order of their names; NotAFile at a link or device."""
        pending = [path]
        while pending:
            here = pending.pop()
            with self._paths.telling(here):
                found = self._kind(here)
                if stat.S_ISREG(found):
                    yield here
                elif stat.S_ISDIR(found):
                    names = [os.fsencode(name) for name in os.listdir(self._paths.open(here))]  # noqa: PTH208
                    if here and MARK in names:
                        raise DatasetError("another store lies there")
                    below = (join(here, name) for name in names if not is_ours(name))
                    pending += sorted(below, reverse=True)
                else:
                    raise NotAFile("is no file or folder: a link, or a device")

    def is_folder(self, path: bytes) -> bool:
        """Whether there is such a folder."""
        try:
            return stat.S_ISDIR(self._kind(path))
        except Missing:
            return False

    def make(self, path: bytes) -> None:
        """Make a folder, unless it is there, in one that is there."""
        with self._paths.telling(path):
            parent = self._paths.parent(path)
            try:
                os.mkdir(last_of(path), dir_fd=parent)
            except FileExistsError:
                return
            os.fsync(parent)

    def unmake(self, path: bytes) -> None:
        """Remove a folder if it is empty."""
        with self._paths.telling(path):
            try:
                os.rmdir(last_of(path), dir_fd=self._paths.parent(path))
            except (FileNotFoundError, NotADirectoryError, Missing):
                pass
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY}:
                    raise

    def sync(self, path: bytes) -> None:
        """Let the names in a folder be on disk."""
        with self._paths.telling(path):
            os.fsync(self._paths.open(path))

    def refuse_name(self, path: bytes) -> None:
        """Raise StoreRefusal for a path that cannot be held here."""
        refuse_long(self.store, path, self.longest_name())

    def longest_name(self) -> int:
        """How many bytes a name may have here."""
        return os.fpathconf(self.root, "PC_NAME_MAX")

    def folds_case(self) -> bool:
        """Whether two names that differ in case only are one file here, as the name of the mark shows."""
        return self.look(MARK.upper()) is not None

    def _kind(self, path: bytes) -> int:
        if not path:
            return stat.S_IFDIR
        with self._paths.telling(path):
            return os.stat(last_of(path), dir_fd=self._paths.parent(path), follow_symlinks=False).st_mode


def _force(file: int) -> None:
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.posix_fadvise(file, 0, AHEAD, os.POSIX_FADV_WILLNEED)


def _write_all(file: int, block: memoryview) -> None:
    while block:
        block = block[os.write(file, block) :]
