"""How a path of a store that is a folder is come to: by descriptors from its root, through no link or other mount."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local

from xfc_notify.datasets.errors import DatasetError, Missing, NotAFile, StoreRefusal, full
from xfc_notify.datasets.mounts import mount_of
from xfc_notify.paths import show

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL = {errno.ENOSPC, errno.EDQUOT}


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


class Paths:
    """The paths below a root that is open as a descriptor. `refuse` raises if a folder on another mount may not be
    entered."""

    def __init__(self, store: str, root: int, refuse: Callable[[int, str], None]) -> None:
        self._store = store
        self._root = root
        self._mount = mount_of(root)
        self._refuse = refuse
        self._last = _Last()

    def close(self) -> None:
        """Close what is open but the root."""
        self._last = _Last()

    def parent(self, path: bytes) -> int:
        """The folder in which a path lies, as a descriptor that is good until this thread asks for the next."""
        return self.open(path.rpartition(b"/")[0])

    def open(self, path: bytes) -> int:
        """A folder, as a descriptor that is good until this thread asks for the next."""
        if not path:
            return self._root
        if self._last.held is None or self._last.held.path != path:
            self._last.held = _Held(path, self._walked(path))
        return self._last.held.descriptor

    def _walked(self, path: bytes) -> int:
        here = os.dup(self._root)
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
                self._refuse(below, f"store {self._store}: what is mounted at {show(part)!r}")
        except BaseException:
            os.close(below)
            raise
        return below

    @contextmanager
    def telling(self, path: bytes) -> Iterator[None]:
        """Let errors say where, once."""
        where = f"store {self._store}: {show(path) or 'its root'}"
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


def last_of(path: bytes) -> bytes:
    """The last part of a path, its name in its folder."""
    return path.rpartition(b"/")[2]
