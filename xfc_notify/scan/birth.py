"""When a file system was born: no time of a file in it can be earlier."""

import os

from xfc_notify.scan import native
from xfc_notify.usage import Clock
from xfc_notify.usage.summary import EARLIEST

_MOUNTS = "/proc/self/mountinfo"


def earliest(root: int) -> int:
    """The earliest time, in seconds since the epoch, that a file below an open directory can have.

    The birth of its file system, as that of the file system's own root tells it; the beginning of 1980 where that is
    not to be seen: the mount shows only a part of it, there are no mount ids, birth times or /proc.
    """
    try:
        mount, _ = _identity(root)
        place = None if mount is None else _mount_point(mount)
        if place is None:
            return EARLIEST
        top = os.open(place, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            found, birth = _identity(top)
        finally:
            os.close(top)
    except OSError:
        return EARLIEST
    return max(EARLIEST, birth or 0) if found == mount else EARLIEST


def _identity(directory: int) -> tuple[int | None, int | None]:
    """The id of the mount that an open directory is on, and its birth time; None for what is not known."""
    if native.is_available():
        return native.identity(directory)
    from xfc_notify.scan.stat import reader  # which needs ctypes

    found = reader(Clock.ARRIVAL, 0)(directory, b"")
    return found.mount[1] if found.mount[0] else None, found.arrival if found.born else None


def _mount_point(mount: int) -> bytes | None:
    """Where a mount of a whole file system is; None for one of a part of it."""
    with open(_MOUNTS, "rb") as mounts:  # noqa: PTH123
        for line in mounts:
            number, _, _, part, place, *_ = line.split(b" ")
            if int(number) == mount:
                return _unescaped(place) if part == b"/" else None
    return None


def _unescaped(place: bytes) -> bytes:
    for code, letter in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        place = place.replace(code, letter)
    return place
