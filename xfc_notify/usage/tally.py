"""Regular files counted and added up. Standard library only."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Tally:
    """Files with their sums: apparent bytes, bytes on disk (512 × st_blocks), bytes × seconds of age.

    Every name of a file counts as a file; the bytes of an inode count once, at one of its names.
    """

    files: int = 0
    size: int = 0
    allocated: int = 0
    byte_seconds: int = 0

    @classmethod
    def of(cls, files: int, size: int, byte_seconds: int = 0, allocated: int | None = None) -> Self:
        """A tally of files that take as much on disk as they are long, unless something else is said."""
        return cls(files, size, size if allocated is None else allocated, byte_seconds)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.files + other.files,
            self.size + other.size,
            self.allocated + other.allocated,
            self.byte_seconds + other.byte_seconds,
        )

    def __sub__(self, other: Self) -> Self:
        """What is left; ValueError if it is less than nothing."""
        left = type(self)(
            self.files - other.files,
            self.size - other.size,
            self.allocated - other.allocated,
            self.byte_seconds - other.byte_seconds,
        )
        if min(left.files, left.size, left.allocated, left.byte_seconds) < 0:
            raise ValueError("a part that is more than the whole")
        return left
