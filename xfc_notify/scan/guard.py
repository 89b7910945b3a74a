"""The guard of a volume shows that it is mounted. An empty mount point looks as if everybody had cleaned up."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from stat import S_ISREG
from typing import TYPE_CHECKING

from xfc_notify.errors import ScanRefused
from xfc_notify.paths import harmless, show

if TYPE_CHECKING:
    from xfc_notify.domain import Volume

NO_ID = "0" * 16
"""What NFS and FUSE may give: it tells nothing."""


def filesystem_id(descriptor: int) -> str:
    """The id of the file system on which an open file lies: `f_fsid` of statvfs(3), 16 hexadecimal digits."""
    return f"{os.fstatvfs(descriptor).f_fsid:016x}"


@contextmanager
def opened(volume: "Volume") -> Iterator[int]:
    """The folder of a volume, to be listed. Raises OSError if it cannot be opened, else as `check`."""
    here = os.open(volume.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        check(volume, here)
        yield here
    finally:
        os.close(here)


def check(volume: "Volume", here: int) -> None:
    """Raise ScanRefused if the folder that is open as `here` is not the volume that is meant, by its guard."""
    where = f"volume {harmless(volume.name)}: {show(volume.path)}"
    try:
        if volume.filesystem is not None and (found := filesystem_id(here)) != volume.filesystem:
            raise ScanRefused(
                f"{where} lies on file system {found}, not on {volume.filesystem}; is the volume mounted?"
            )
        if volume.marker is not None and not _is_file(volume.marker, here):
            raise ScanRefused(f"{where} holds no file {show(volume.marker)}; is the volume mounted?")
    except OSError as error:
        raise ScanRefused(f"{where} cannot be looked at: {error.strerror}") from None


def _is_file(name: bytes, here: int) -> bool:
    try:
        return S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False
