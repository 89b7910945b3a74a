"""Paths behind sftp: every part of one is looked at before it is followed, as no folder can be held fast."""

import asyncio
import stat
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from xfc_notify.datasets.errors import DatasetError, Missing, NotAFile, StoreAway
from xfc_notify.datasets.names import MARK, folders_of, join
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.paths import show

FRESH = 0.1
"""Seconds for which a folder counts as looked at: the files of a batch lie in few, and each look takes its time."""


class Paths:
    """What stands below a folder that a session shows. `root` is its path there; StoreAway if it is none.

    What a server tells of a path is an `SFTPAttrs` of asyncssh.
    """

    def __init__(self, session: Session, root: bytes) -> None:
        self._session, self._sftp = session, session.sftp
        self._looked: dict[bytes, float] = {}
        with session.telling(b""):
            self.root: bytes = session.wait(self._sftp.realpath, root)
            if not stat.S_ISDIR(session.wait(self._sftp.stat, self.root).permissions or 0):
                raise StoreAway(f"store {session.store} is away: {show(root)} is no folder there")

    def at(self, path: bytes) -> bytes:
        """A path as the server has it."""
        return join(self.root.rstrip(b"/"), path) if self.root != b"/" else b"/" + path

    def found(self, path: bytes) -> Any:
        """What stands at a path, links not followed; None where nothing is. NotAFile if it lies behind a link."""
        with suppress(Missing):
            return self.there(path)
        return None

    def there(self, path: bytes) -> Any:
        """The same; Missing where nothing is."""
        with self._session.telling(path):
            return self._session.wait(self.look, path)

    def parents(self, path: bytes, *, anew: bool = False) -> None:
        """Raise NotAFile unless all that is above is a folder and no link; Missing if it is not there.

        anew  also what was looked at right before
        """
        if above := [one for one in folders_of([path]) if anew or not self._is_fresh(one)]:
            self._session.wait(self._look, above)

    async def look(self, path: bytes) -> Any:
        """What stands at a path, links not followed, and that all above it is as `parents` says."""
        above = [one for one in folders_of([path]) if not self._is_fresh(one)]
        return (await self._look(above, path))[-1]

    async def _look(self, above: Sequence[bytes], *more: bytes) -> list[Any]:
        """What stands at these paths, asked at once; `above` are to be folders."""
        asked = (self._sftp.lstat(self.at(one)) for one in (*above, *more))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for one, found in zip((*above, *more), answers, strict=True):
            if isinstance(found, BaseException):
                raise found
            if one in above:
                if not stat.S_ISDIR(found.permissions):
                    name = one.rpartition(b"/")[2]
                    raise NotAFile(f"lies behind {show(name)!r}, which is a link or a file")
                self._looked[one] = monotonic()
        return answers

    def _is_fresh(self, folder: bytes) -> bool:
        return monotonic() - self._looked.get(folder, -FRESH) < FRESH

    def regular(self, path: bytes) -> Any:
        """What is told of a file; NotAFile if something else stands there, Missing if nothing does."""
        found = self.there(path)
        seen_of(found)
        return found

    def force(self, path: bytes) -> bool:
        """Whether a file, or the names in a folder, could be forced to disk."""

        async def force() -> bool:
            async with self._sftp.open(path, "rb") as file:
                await file.fsync()
            return True

        return bool(self._session.try_(force))

    def refuse_inside(self) -> None:
        """Raise DatasetError if the mark of another store is above the root."""
        above = [b"/", *(b"/" + one for one in folders_of([self.root.lstrip(b"/")]))]
        for folder in above if self.root != b"/" else ():
            with self._session.telling(b""):
                if self._session.try_(self._sftp.lstat, folder.rstrip(b"/") + b"/" + MARK) is not None:
                    raise DatasetError(
                        f"store {self._session.store} lies in another store: its mark is in {show(folder)}",
                        "Correct [[stores]].",
                    )


def seen_of(found: Any) -> Seen:
    """What a server tells of a file: NotAFile if it is something else."""
    if not stat.S_ISREG(found.permissions or 0):
        raise NotAFile("is no file: a folder, a link or a device")
    return Seen(0, 0, found.size or 0, (found.mtime or 0) * 10**9, 0, stat.S_IMODE(found.permissions))
