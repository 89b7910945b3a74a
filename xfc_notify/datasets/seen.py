"""What a look at a file tells."""

import os
import stat
from typing import NamedTuple, Self

from xfc_notify.datasets.errors import NotAFile


class Seen(NamedTuple):
    """A file as it was at one time: times are nanoseconds since the epoch. Device 0 stands for none: the store does not
    tell which names are one file. `links` is how many names it has, if that is told."""

    device: int
    inode: int
    size: int
    mtime: int
    ctime: int
    mode: int
    links: int = 1

    @classmethod
    def of(cls, found: os.stat_result) -> Self:
        """What the system tells; NotAFile if it is something else."""
        if not stat.S_ISREG(found.st_mode):
            raise NotAFile("is no file: a folder, a link or a device")
        return cls(
            found.st_dev,
            found.st_ino,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
            stat.S_IMODE(found.st_mode),
            found.st_nlink,
        )

    @property
    def stamp(self) -> str:
        """What changes whenever the file does. Without the device, which may have another number tomorrow."""
        return f"{self.inode} {self.size} {self.mtime} {self.ctime}"

    @property
    def body(self) -> str:
        """The same without the ctime, which also changes when a file gets another name."""
        return self.stamp.rpartition(" ")[0]

    def is_same_as(self, other: "Seen | None") -> bool:
        """Whether both are one file, whatever names led to it."""
        return (
            other is not None
            and self.device != 0
            and (self.device, self.inode) == (other.device, other.inode)
        )
