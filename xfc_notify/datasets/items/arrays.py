"""What is said of one array, whatever file holds it."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xfc_notify.datasets.items.statistics import KINDS, Statistics

if TYPE_CHECKING:
    import numpy as np

Said = dict[str, Any]
"""An item as JSON has it, with the keys of `rows.Item`."""


class Unreadable(Exception):
    """Why something is not read, in words for people."""


def item(name: str, shape: Sequence[int], dtype: str, why: str = "") -> Said:
    """An item of which no value was read."""
    return {"name": name, "shape": list(shape), "dtype": dtype, "hash": "", "statistics": {}, "why": why}


def summed(
    name: str, shape: Sequence[int], dtype: "np.dtype[Any]", blocks: "Iterable[np.ndarray[Any, Any]]"
) -> Said:
    """An item with the hash of its values, and their statistics if they are numbers; each block is read when the one
    before is done with."""
    made, statistics = hashlib.sha256(), Statistics()
    is_numbers = dtype.kind in KINDS
    for block in blocks:
        made.update(block.tobytes())
        if is_numbers:
            statistics.add(block)
    said = {"hash": f"sha256:{made.hexdigest()}", "statistics": statistics.said() if is_numbers else {}}
    return item(name, shape, dtype.str) | said
