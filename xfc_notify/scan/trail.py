"""Where a walk stands: a directory reached component by component, never through a link.

Every directory is opened relative to the descriptor of its parent, so that neither PATH_MAX nor a directory
that somebody swaps for a link matters. Only the innermost descriptors are kept open, however deep it goes;
the outer ones are opened again, from the root down, when the walk comes back to them.
"""

import os
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from xfc_notify.errors import ScanRefused
from xfc_notify.paths import show

MOST_OPEN = 64
OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def components(path: bytes) -> tuple[bytes, ...]:
    """The names that make up a relative path, none for b""; ScanRefused for one that could lead elsewhere."""
    names = tuple(path.split(b"/")) if path else ()
    if any(name in {b"", b".", b".."} or b"\0" in name for name in names):
        raise ScanRefused(f"{show(path)} is not a plain path: without '..', '.' or a doubled slash")
    return names


class Trail:
    """The way from `root`, a descriptor that stays the caller's, to the directory `names`."""

    def __init__(self, root: int) -> None:
        self.names: list[bytes] = []
        self.length = 0  # of the path, each name with its slash
        self._root = root
        self._open: deque[int] = deque()  # descriptors of the innermost names

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def descriptor(self) -> int:
        """The open directory; OSError if the way back to it is gone."""
        if not self.names:
            return self._root
        if not self._open:
            self._reopen()
        return self._open[-1]

    def enter(self, name: bytes) -> None:
        """Go into a directory; on OSError the trail stays where it is."""
        self._hold(os.open(name, OPEN_DIRECTORY, dir_fd=self.descriptor()))
        self.names.append(name)
        self.length += len(name) + 1

    def leave(self) -> None:
        """Go back to the parent."""
        self.length -= len(self.names.pop()) + 1
        if self._open:
            os.close(self._open.pop())

    def move(self, names: Sequence[bytes]) -> None:
        """Go to another directory, keeping what both paths share; on OSError the trail stops on the way."""
        shared = 0
        for here, there in zip(self.names, names, strict=False):
            if here != there:
                break
            shared += 1
        while len(self.names) > shared:
            self.leave()
        for name in names[shared:]:
            self.enter(name)

    def _reopen(self) -> None:
        try:
            for name in self.names:
                parent = self._open[-1] if self._open else self._root
                self._hold(os.open(name, OPEN_DIRECTORY, dir_fd=parent))
        except OSError:
            self._close()
            raise

    def _hold(self, descriptor: int) -> None:
        self._open.append(descriptor)
        if len(self._open) > MOST_OPEN:
            os.close(self._open.popleft())

    def _close(self) -> None:
        while self._open:
            os.close(self._open.pop())
