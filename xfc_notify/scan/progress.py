"""What the two scanners share: how far a walk has come, and how much of it may remain."""

from typing import NamedTuple

MOST_REMAINING = 20_000
MOST_REMAINING_BYTES = 600_000
"""With more than this open a walk goes on past its budget: what remains has to fit into a message.

A byte of a path is at most five of a message, as in `\\\\xff`: 3 MB of the 4 MB of an answer or an order.
"""


class Progress(NamedTuple):
    """How far a walk has come: directories listed, files and bytes found."""

    directories: int
    files: int
    size: int
