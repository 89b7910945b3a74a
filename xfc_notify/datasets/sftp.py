"""A store behind sftp, whatever its server can do.

Servers tell neither inodes nor the time of a change, and times to the second: so what depends on a file being the same
is decided by its bytes, read again.
"""

import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from xfc_notify.datasets.errors import (
    Changed,
    Conflict,
    DatasetError,
    Missing,
    NotAFile,
    StoreRefusal,
    full,
)
from xfc_notify.datasets.folder import Sink, refuse_long
from xfc_notify.datasets.names import MARK, is_ours, join, part_of
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.sftp_paths import Paths, seen_of
from xfc_notify.datasets.sftp_session import Session
from xfc_notify.paths import show

BLOCK = 4 * 2**20
"""Bytes that are asked for at once, in many small requests."""
SMALL_AT_ONCE, AT_ONCE = 16, 4
"""Files of one block, and larger ones, that are read or written at the same time, over one connection."""
LONGEST_PATH = 4095
LONGEST_NAME = 255
"""Bytes, where the server does not say it."""


class Folder:
    """A folder behind a session. `root` is its path there, absolute. See `folder.Folder`."""

    near = False
    tells_changes = False

    def __init__(self, session: Session, root: bytes) -> None:
        self.store = session.store
        self._session, self._sftp = session, session.sftp
        self._paths = Paths(session, root)
        self._was_full = False
        self._paths.refuse_inside()

    @cached_property
    def forces(self) -> bool:
        """Whether the server can force a file to disk."""
        return self._paths.force(self._paths.at(MARK))

    @property
    def reads_again(self) -> bool:
        """Whether it cannot: then another session has to read it."""
        return not self.forces

    def close(self) -> None:
        """Nothing is open but the session."""

    def look(self, path: bytes) -> Seen | None:
        """What a file is now, None where nothing is; NotAFile if it is something else, or lies behind a link."""
        with self._session.telling(path):
            found = self._paths.found(path)
            return None if found is None else seen_of(found)

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand a file's bytes over; what it was. Changed if it is not the same before and after, Missing …"""
        with self._session.telling(path):
            if (whole := self._session.wait(self._small, path)) is not None:
                before, block, after = whole
                sink(memoryview(block)[start:])
                if len(block) != before.size or after != before:
                    raise Changed("changed while it was read")
                return before
            file = self._session.wait(self._sftp.open, self._paths.at(path), "rb")
            try:
                before, size = seen_of(self._session.wait(file.stat)), start
                while size <= before.size and (block := self._session.wait(file.read, BLOCK, size)):
                    sink(memoryview(block))
                    size += len(block)
                if size != before.size or seen_of(self._session.wait(file.stat)) != before:
                    raise Changed("changed while it was read")
                return before
            finally:
                self._session.try_(file.close)

    def descriptor(self, path: bytes) -> None:
        """There is none from afar."""

    def write(
        self,
        path: bytes,
        fill: Callable[[Sink], Seen],
        like: Seen | None = None,  # noqa: ARG002
        begun: int = 0,
    ) -> None:
        """Make a file of the bytes that `fill` hands over, and force it to disk; it is gone if this raises."""
        wait = self._session.wait
        with self._session.telling(path):
            self._paths.parents(path)
            mode = "r+b" if begun else "xb"
            file = wait(self._sftp.open, self._paths.at(path), mode, self._attributes(permissions=0o600))
            try:
                size = begun

                def sink(block: memoryview) -> None:
                    nonlocal size
                    wait(file.write, bytes(block), size)
                    size += len(block)

                source = fill(sink)
                seconds = source.mtime // 10**9
                permissions = source.mode & 0o777 | stat.S_IRUSR
                wait(self._end, file, self._attributes(permissions=permissions, atime=seconds, mtime=seconds))
            except BaseException as error:
                is_full = self._session.is_refusal(error) and self._is_full()
                self._drop(path, file)
                if is_full:
                    raise full(f"store {self.store}: {show(path)}") from error
                raise

    def at_once(self, size: int) -> int:
        """Most of the time goes to waiting for answers."""
        return SMALL_AT_ONCE if size <= BLOCK else AT_ONCE

    def force(self, paths: Sequence[bytes]) -> None:
        """Nothing: what was written was forced to disk, where the server can."""

    def place(self, part: bytes, path: bytes) -> None:
        """Give a file another name in its folder, by a hard link; Conflict if something stands there.

        Where the server has none, it is renamed, after one more look: some servers replace then what came meanwhile.
        """
        with self._session.telling(path):
            self._paths.regular(part)
            here, there = self._paths.at(part), self._paths.at(path)
            try:
                self._session.wait(self._sftp.link, here, there)
            except Exception as error:
                if not self._session.is_refusal(error):
                    raise
                if self._paths.found(path) is not None:
                    raise Conflict("something else stands there") from None
                self._session.wait(self._sftp.rename, here, there)

    def is_one(self, part: bytes, path: bytes) -> bool:
        """Whether two names are one file: the time of one is changed, and does the other's follow? `part` is ours."""
        with self._session.telling(path):
            one, other = self._paths.regular(part), self._paths.regular(path)
            if seen_of(one) != seen_of(other):
                return False
            trial = self._attributes(atime=one.atime, mtime=one.mtime ^ 1)
            self._session.wait(self._sftp.setstat, self._paths.at(part), trial)
            try:
                return bool(self._paths.regular(path).mtime == trial.mtime)
            finally:
                back = self._attributes(atime=one.atime, mtime=one.mtime)
                self._session.wait(self._sftp.setstat, self._paths.at(part), back)

    def claims(self, one: bytes, other: bytes) -> bool:
        """Whether hard links are made, or a rename onto a name that is taken is refused."""
        self.place(one, other)
        links = self.look(one) is not None
        if not links:
            self.write(one, lambda _: Seen(0, 0, 0, 0, 0, 0o600))
        call = self._sftp.link if links else self._sftp.rename
        with self._session.telling(other):
            try:
                self._session.wait(call, self._paths.at(one), self._paths.at(other))
            except Exception as error:
                if self._session.is_refusal(error):
                    return True
                raise
        return False

    def inherit(self, old: bytes, new: bytes) -> int:
        """Give what stands under a temporary name another one; how many bytes of it there are."""
        seen = self.look(old)
        if seen is None or not seen.size:
            self.unlink(old)
            return 0
        with self._session.telling(old):
            self._session.wait(self._sftp.rename, self._paths.at(old), self._paths.at(new))
        return seen.size

    def unlink(self, path: bytes) -> None:
        """Take a name away; nothing where none is."""
        with suppress(Missing), self._session.telling(path):
            self._paths.parents(path, anew=True)
            self._session.wait(self._sftp.remove, self._paths.at(path))

    def walk(self, path: bytes) -> Iterator[bytes]:
        """The files below a folder, or the file itself, in the order of their names; NotAFile at a link or device."""
        pending = [path]
        while pending:
            here = pending.pop()
            with self._session.telling(here):
                found = self._paths.there(here)
                if stat.S_ISREG(found.permissions):
                    yield here
                elif stat.S_ISDIR(found.permissions):
                    names = [
                        it.filename for it in self._session.wait(self._sftp.readdir, self._paths.at(here))
                    ]
                    if here and MARK in names:
                        raise DatasetError("another store lies there")
                    below = (join(here, it) for it in names if it not in {b".", b".."} and not is_ours(it))
                    pending += sorted(below, reverse=True)
                else:
                    raise NotAFile("is no file or folder: a link, or a device")

    def is_folder(self, path: bytes) -> bool:
        """Whether there is such a folder."""
        with self._session.telling(path):
            found = self._paths.found(path)
            return found is not None and stat.S_ISDIR(found.permissions)

    def make(self, path: bytes) -> None:
        """Make a folder, unless it is there, in one that is there."""
        with self._session.telling(path):
            if self._paths.found(path) is None:
                self._session.wait(self._sftp.mkdir, self._paths.at(path))

    def unmake(self, path: bytes) -> None:
        """Remove a folder if it is empty."""
        with self._session.telling(path), suppress(Missing):
            if self.is_folder(path):
                self._session.try_(self._sftp.rmdir, self._paths.at(path))

    def sync(self, path: bytes) -> None:
        """Let the names in a folder be on disk, where the server can do that."""
        with self._session.telling(path):
            self._paths.parents(join(path, b"."))
            self._paths.force(self._paths.at(path))

    def refuse_name(self, path: bytes) -> None:
        """Raise StoreRefusal for a path that cannot be held here."""
        refuse_long(self.store, path, self.longest_name())
        beside = join(path.rpartition(b"/")[0], part_of("0" * 36, 2**63, 2**31))
        if max(len(self._paths.at(path)), len(self._paths.at(beside))) > LONGEST_PATH:
            raise StoreRefusal(
                f"store {self.store}: {show(path)}: a path of over {LONGEST_PATH} bytes does not fit"
            )

    def longest_name(self) -> int:
        """How many bytes a name may have here."""
        return self._longest_name

    @cached_property
    def _longest_name(self) -> int:
        with self._session.telling(b""):
            room = self._session.try_(self._sftp.statvfs, self._paths.root)
        return int(room.namemax) if room is not None and room.namemax else LONGEST_NAME

    def folds_case(self) -> bool:
        """Whether two names that differ in case only are one file here, as the name of the mark shows."""
        return self.look(MARK.upper()) is not None

    async def _small(self, path: bytes) -> tuple[Seen, bytes, Seen] | None:
        """A file of one block, read with a single wait for all answers: what it was before, its bytes, what it is then.
        None of a larger one."""
        before = seen_of(await self._paths.look(path))
        if before.size > BLOCK:
            return None
        file = await self._sftp.open(self._paths.at(path), "rb")
        try:
            block = await file.read(before.size, 0) if before.size else b""
            return before, block, seen_of(await file.stat())
        finally:
            await self._session.tried(file.close)

    async def _end(self, file: Any, attributes: Any) -> None:
        """The end of a file that was written: on disk, where the server can do that."""
        await file.setstat(attributes)
        await self._session.tried(file.fsync)
        await file.close()

    def _drop(self, path: bytes, file: Any) -> None:
        """Take away what was written in part; without a session the tick does it."""
        with suppress(Exception):
            self._session.try_(file.close)
            self._session.wait(self._sftp.remove, self._paths.at(path))

    def _is_full(self) -> bool:
        """Whether it is, or was before another file that did not fit was taken away."""
        with suppress(Exception):
            room = self._session.try_(self._sftp.statvfs, self._paths.root)
            if room is not None and (room.bavail * room.frsize < BLOCK or not room.favail):
                self._was_full = True
        return self._was_full

    def _attributes(self, **named: Any) -> Any:
        from asyncssh import SFTPAttrs

        return SFTPAttrs(**named)
