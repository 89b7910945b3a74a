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
from xfc_notify.usage.summary import EARLIEST

_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800
_STATX_BASIC_STATS = 0x7FF
_STATX_BTIME = 0x800
_STATX_MNT_ID = 0x1000
_AT_EMPTY_PATH = 0x1000
# struct statx of statx(2): mask, nlink, uid, mode, ino, size, blocks, btime, ctime, mtime, device, mount.
_STATX = struct.Struct("=I12xII4xH2xQQQ8x16xq8xq8xq8x8xIIQ")
_STATX_BYTES = 256


class Stat(NamedTuple):
    """What is looked at of an entry.

    size, allocated   apparent bytes, bytes on disk (512 × st_blocks)
    links             the link count, at least 1
    mount             of which mount it is, (True, its id); where there are none, by its device: (False, device)
    arrival           the time that the clock asks for, in whole seconds since the epoch; where that is not a time
                      that can be, the birth time, else the ctime, else None
    born              whether that is a birth time which the clock asks for
    odd               whether the time that the clock asks for cannot be
    """

    mode: int
    size: int
    allocated: int
    links: int
    owner: int
    device: int
    inode: int
    mount: tuple[bool, int]
    arrival: int | None
    born: bool
    odd: bool


Reader: TypeAlias = Callable[[int, bytes], Stat]
"""(directory descriptor, name; b"" for the directory itself) → Stat; raises OSError with errno."""


def reader(clock: Clock, earliest: int = EARLIEST) -> Reader:
    """The best reader that this platform has. It owns a buffer, so make one per thread.

    A time before `earliest`, in seconds since the epoch, cannot be.
    """
    return statx_reader(clock, earliest) if has_statx() else portable_reader(clock, earliest)


@cache
def has_statx() -> bool:
    """Whether libc has statx and the kernel, or a container's filter before it, lets it through."""
    try:
        statx_reader(Clock.ARRIVAL)(-1, b"/")
    except (AttributeError, OSError):
        return False
    return True


def statx_reader(clock: Clock, earliest: int = EARLIEST) -> Reader:
    """A reader by statx; AttributeError if libc has none."""
    statx: Any = ctypes.CDLL(None, use_errno=True).statx  # CDLL lets go of the GIL during the call
    statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)
    statx.restype = ctypes.c_int
    buffer = ctypes.create_string_buffer(_STATX_BYTES)
    address, view, unpack = ctypes.addressof(buffer), memoryview(buffer), _STATX.unpack_from
    wanted = _STATX_BASIC_STATS | _STATX_BTIME | _STATX_MNT_ID
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT | _AT_EMPTY_PATH
    device = os.makedev

    def read(directory: int, name: bytes) -> Stat:
        while statx(directory, name, flags, wanted, address):
            code = ctypes.get_errno()
            if code != EINTR:
                raise OSError(code, os.strerror(code), name)
        (mask, links, owner, mode, inode, size, blocks, birth, ctime, mtime, major, minor, number) = unpack(
            view
        )
        # A birth time of zero was never written: the file system learned birth times later.
        times = _Times(birth if mask & _STATX_BTIME and birth != 0 else None, ctime, mtime)
        dev = device(major, minor)
        mount = (True, number) if mask & _STATX_MNT_ID else (False, dev)
        dated = _dated(clock, times, earliest)
        return Stat(mode, size, blocks * 512, links or 1, owner, dev, inode, mount, *dated)

    return read


def portable_reader(clock: Clock, earliest: int = EARLIEST) -> Reader:
    """A reader by `os.stat`, which has birth times on some platforms other than Linux."""

    def read(directory: int, name: bytes) -> Stat:
        found = os.stat(name, dir_fd=directory, follow_symlinks=False) if name else os.fstat(directory)
        birth = int(getattr(found, "st_birthtime", 0) // 1) or None
        times = _Times(birth, found.st_ctime_ns // 1_000_000_000, found.st_mtime_ns // 1_000_000_000)
        return Stat(
            found.st_mode,
            found.st_size,
            found.st_blocks * 512,
            found.st_nlink or 1,
            found.st_uid,
            found.st_dev,
            found.st_ino,
            (False, found.st_dev),
            *_dated(clock, times, earliest),
        )

    return read


class _Times(NamedTuple):
    """The times of an entry, in seconds since the epoch."""

    birth: int | None
    ctime: int
    mtime: int


def _dated(clock: Clock, times: _Times, earliest: int) -> tuple[int | None, bool, bool]:
    """Arrival, born, odd, as Stat has them."""
    by_birth = clock is Clock.ARRIVAL and times.birth is not None
    asked = times.birth if by_birth else times.mtime if clock is Clock.MTIME else times.ctime
    if asked is not None and asked >= earliest:
        return asked, by_birth, False
    better = (time for time in (times.birth, times.ctime) if time is not None and time >= earliest)
    return next(better, None), False, True
