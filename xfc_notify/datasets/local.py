"""A store that is a folder. Every path is walked by descriptors from its root, and no link is followed.

Paths are bytes below the root, without `.`, `..` or empty parts: see `names.checked`.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import local

from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, Missing, NotAFile, StoreRefusal, full
from xfc_notify.datasets.folder import Sink, refuse_long
from xfc_notify.datasets.mounts import mount_of
from xfc_notify.datasets.names import MARK, is_ours, join
from xfc_notify.datasets.seen import Seen
from xfc_notify.paths import show

BLOCK = 2**20
"""Bytes that are read and written at once."""
AT_ONCE = 4
"""Files that are read or written at the same time …"""
FORCED_AT_ONCE = 8
"""… and forced to disk."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


class _Held:
    """A folder that is open for as long as somebody refers to it."""

    def __init__(self, path: bytes, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Last(local):
    """The folder that a thread asked for last: closed when it asks for another, or ends."""

    held: _Held | None = None


class Folder:
    """A store whose root is open as a descriptor. `refuse` raises if a folder on another mount may not be entered.

    Raises the errors of `datasets.errors`, each naming the store and the path. See `folder.Folder`.
    """

    tells_changes = True
    forces = True
    reads_again = False

    def __init__(self, store: str, root: int, refuse: Callable[[int, str], None]) -> None:
        self.store = store
        self.root = root
        self._mount = mount_of(root)
        self._refuse = refuse
        self._last = _Last()

    def close(self) -> None:
        """Close what is open but the root."""
        self._last = _Last()

    def look(self, path: bytes) -> Seen | None:
        """What a file is now, None where nothing is; NotAFile if it is something else, or lies behind a link."""
        with self._telling(path):
            try:
                return Seen.of(os.stat(_name(path), dir_fd=self._parent(path), follow_symlinks=False))
            except (FileNotFoundError, Missing):
                return None

    def read(self, path: bytes, sink: Sink) -> Seen:
        """Hand a file's bytes over; what it was. Changed if it is not the same before and after, Missing …"""
        with self._telling(path):
            file = self.descriptor(path)
            try:
                before = Seen.of(os.fstat(file))
                buffer = memoryview(bytearray(min(BLOCK, before.size + 1)))
                size = 0
                while size <= before.size and (count := os.readv(file, [buffer])):
                    sink(buffer[:count])
                    size += count
                if size != before.size or Seen.of(os.fstat(file)) != before:
                    raise Changed("changed while it was read")
                return before
            finally:
                os.close(file)

    def descriptor(self, path: bytes) -> int:
        """A file, open to be read, which the caller closes."""
        with self._telling(path):
            return os.open(_name(path), os.O_RDONLY | _FILE, dir_fd=self._parent(path))

    def write(self, path: bytes, fill: Callable[[Sink], Seen], like: Seen | None = None) -> None:
        """Make a file of the bytes that `fill` hands over; it is gone if this raises, and on disk after `force`.

        `fill` returns the file whose mode and mtime it gets. Nothing may stand there.
        """
        with self._telling(path):
            folder, flags = self._parent(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
            file = os.open(_name(path), flags, 0o600, dir_fd=folder)
            try:
                try:
                    like = fill(lambda block: _write_all(file, block))
                    os.fchmod(file, like.mode & 0o777 | stat.S_IRUSR)
                    os.utime(file, ns=(like.mtime, like.mtime))
                finally:
                    os.close(file)
            except BaseException:
                os.unlink(_name(path), dir_fd=folder)
                raise

    def at_once(self, size: int) -> int:
        """Small files take the interpreter's time, of which there is one."""
        return AT_ONCE if size >= BLOCK else 1

    def force(self, paths: Sequence[bytes]) -> None:
        """Let files be on disk, and be read from there: many at once take little longer than one."""
        opened: list[int] = []
        try:
            for path in paths:
                with self._telling(path):
                    opened.append(os.open(_name(path), os.O_RDONLY | _FILE, dir_fd=self._parent(path)))
            with self._telling(paths[0] if paths else b""), ThreadPoolExecutor(FORCED_AT_ONCE) as threads:
                list(threads.map(_force, opened))
        finally:
            for file in opened:
                os.close(file)

    def place(self, part: bytes, path: bytes) -> None:
        """Give a file another name in its folder; Conflict if something stands there, whatever was seen before."""
        with self._telling(path):
            folder = self._parent(path)
            try:
                os.link(_name(part), _name(path), src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
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

    def unlink(self, path: bytes) -> None:
        """Take a name away; nothing where none is."""
        with self._telling(path), suppress(FileNotFoundError, Missing):
            os.unlink(_name(path), dir_fd=self._parent(path))

    def walk(self, path: bytes) -> Iterator[bytes]:
        """The files below a folder, or the file itself, in the order of their names; NotAFile at a link or device."""
        pending = [path]
        while pending:
            here = pending.pop()
            with self._telling(here):
                found = self._kind(here)
                if stat.S_ISREG(found):
                    yield here
                elif stat.S_ISDIR(found):
                    names = [os.fsencode(name) for name in os.listdir(self._open(here))]  # noqa: PTH208
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
        with self._telling(path):
            parent = self._parent(path)
            try:
                os.mkdir(_name(path), dir_fd=parent)
            except FileExistsError:
                return
            os.fsync(parent)

    def unmake(self, path: bytes) -> None:
        """Remove a folder if it is empty."""
        with self._telling(path):
            try:
                os.rmdir(_name(path), dir_fd=self._parent(path))
            except (FileNotFoundError, NotADirectoryError, Missing):
                pass
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY}:
                    raise

    def sync(self, path: bytes) -> None:
        """Let the names in a folder be on disk."""
        with self._telling(path):
            os.fsync(self._open(path))

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
        with self._telling(path):
            return os.stat(_name(path), dir_fd=self._parent(path), follow_symlinks=False).st_mode

    def _parent(self, path: bytes) -> int:
        return self._open(path.rpartition(b"/")[0])

    def _open(self, path: bytes) -> int:
        """A folder, as a descriptor that is good until this thread asks for the next."""
        if not path:
            return self.root
        if self._last.held is None or self._last.held.path != path:
            self._last.held = _Held(path, self._walked(path))
        return self._last.held.descriptor

    def _walked(self, path: bytes) -> int:
        here = os.dup(self.root)
        try:
            for part in path.split(b"/"):
                below = self._below(part, here)
                os.close(here)
                here = below
        except BaseException:
            os.close(here)
            raise
        return here

    def _below(self, part: bytes, here: int) -> int:
        try:
            below = os.open(part, _FOLDER, dir_fd=here)
        except FileNotFoundError:
            raise Missing("is not there") from None
        except OSError as error:
            if error.errno in {errno.ENOTDIR, errno.ELOOP}:
                raise NotAFile(f"lies behind {show(part)!r}, which is a link or a file") from None
            raise
        try:
            if mount_of(below) != self._mount:
                self._refuse(below, f"store {self.store}: what is mounted at {show(part)!r}")
        except BaseException:
            os.close(below)
            raise
        return below

    @contextmanager
    def _telling(self, path: bytes) -> Iterator[None]:
        """Let errors say where, once."""
        where = f"store {self.store}: {show(path) or 'its root'}"
        try:
            yield
        except DatasetError as error:
            error.say_where(where)
            raise
        except OSError as error:
            if error.errno in _FULL:
                raise full(where) from error
            if error.errno == errno.ENOENT:
                raise Missing(f"{where}: is not there") from error
            if error.errno == errno.ELOOP:
                raise NotAFile(f"{where}: is a link") from error
            raise StoreRefusal(f"{where}: {error.strerror}") from error


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]


def _force(file: int) -> None:
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)


def _write_all(file: int, block: memoryview) -> None:
    while block:
        block = block[os.write(file, block) :]
