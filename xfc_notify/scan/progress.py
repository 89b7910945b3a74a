"""What the two scanners share: how far a walk has come, and how much of it may remain."""

from typing import NamedTuple

MOST_REMAINING = 20_000
MOST_REMAINING_BYTES = 16_000_000
"""With more than this open a walk goes on past its budget: what remains has to fit into a message."""


class Progress(NamedTuple):
    """How far a walk has come: directories listed, files and bytes found."""

    directories: int
    files: int
    size: int
