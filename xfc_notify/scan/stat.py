"""Reads a directory entry, never through a link, with its birth time if the platform has one.

Python's own `os.stat` knows no birth times on Linux; statx(2) does, and is called here through libc.
"""

import ctypes
import os
import struct
from collections.abc import Callable
from errno import EINTR
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from xfc_notify.usage import Clock

_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800
_STATX_BASIC_STATS = 0x7FF
_STATX_BTIME = 0x800
# struct statx of statx(2): mask, nlink, uid, mode, ino, size, blocks, btime, ctime, mtime, device.
_STATX = struct.Struct("=I12xII4xH2xQQQ8x16xq8xq8xq8x8xII")
_STATX_BYTES = 256


class Stat(NamedTuple):
    """What is looked at of an entry.

    size, allocated   apparent bytes, bytes on disk (512 × st_blocks)
    links             the link count, at least 1
    arrival           the time that the clock asks for, in whole seconds since the epoch
    born              whether that is a birth time
    """

    mode: int
    size: int
    allocated: int
    links: int
    owner: int
    device: int
    inode: int
    arrival: int
    born: bool


Reader: TypeAlias = Callable[[int, bytes], Stat]
"""(directory descriptor, name) → Stat; raises OSError with errno."""


def reader(clock: Clock) -> Reader:
    """The best reader that this platform has. It owns a buffer, so make one per thread."""
    return statx_reader(clock) if has_statx() else portable_reader(clock)


@cache
def has_statx() -> bool:
    """Whether libc has statx and the kernel, or a container's filter before it, lets it through."""
    try:
        statx_reader(Clock.ARRIVAL)(-1, b"/")
    except (AttributeError, OSError):
        return False
    return True


def statx_reader(clock: Clock) -> Reader:
    """A reader by statx; AttributeError if libc has none."""
    statx: Any = ctypes.CDLL(None, use_errno=True).statx  # CDLL lets go of the GIL during the call
    statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)
    statx.restype = ctypes.c_int
    buffer = ctypes.create_string_buffer(_STATX_BYTES)
    address, view, unpack = ctypes.addressof(buffer), memoryview(buffer), _STATX.unpack_from
    wanted = _STATX_BASIC_STATS | (_STATX_BTIME if clock is Clock.ARRIVAL else 0)
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT
    by_birth, by_mtime, device = clock is Clock.ARRIVAL, clock is Clock.MTIME, os.makedev

    def read(directory: int, name: bytes) -> Stat:
        while statx(directory, name, flags, wanted, address):
            code = ctypes.get_errno()
            if code != EINTR:
                raise OSError(code, os.strerror(code), name)
        (mask, links, owner, mode, inode, size, blocks, birth, ctime, mtime, major, minor) = unpack(view)
        # A birth time of zero was never written: the file system learned birth times later.
        born = by_birth and mask & _STATX_BTIME != 0 and birth != 0
        arrival = birth if born else mtime if by_mtime else ctime
        return Stat(mode, size, blocks * 512, links or 1, owner, device(major, minor), inode, arrival, born)

    return read


def portable_reader(clock: Clock) -> Reader:
    """A reader by `os.stat`, which has birth times on some platforms other than Linux."""

    def read(directory: int, name: bytes) -> Stat:
        found = os.stat(name, dir_fd=directory, follow_symlinks=False)
        birth = getattr(found, "st_birthtime", 0) if clock is Clock.ARRIVAL else 0
        nanoseconds = found.st_mtime_ns if clock is Clock.MTIME else found.st_ctime_ns
        return Stat(
            found.st_mode,
            found.st_size,
            found.st_blocks * 512,
            found.st_nlink or 1,
            found.st_uid,
            found.st_dev,
            found.st_ino,
            int(birth // 1) if birth else nanoseconds // 1_000_000_000,
            bool(birth),
        )

    return read
