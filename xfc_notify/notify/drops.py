"""A sudden drop: a scan that found less than half of what was there. It counts when it was seen twice. Pure.

A folder from which a volume is missing looks as if its user had cleaned up, and mostly it is there again at the next
scan. Until then such a scan is a lower bound: an episode may begin or rise by it, and neither falls nor ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from xfc_notify.domain import PastScan

SHARE = 0.5


@dataclass(frozen=True, slots=True)
class BelievedSize:
    """What the scans of an area have shown, one after the other.

    size     bytes that are taken to be there
    doubted  whether the last scan that read everything found less than half of that, which was seen once only
    """

    size: int = 0
    doubted: bool = False

    def after(self, size: int, complete: bool) -> "BelievedSize":
        """What is known after the next scan; one that did not read everything may speak against a drop, not for it."""
        if size >= SHARE * self.size:
            return BelievedSize(size if complete else max(size, self.size))
        if not complete:
            return self
        return BelievedSize(size) if self.doubted else BelievedSize(self.size, doubted=True)


def believed(scans: Iterable[PastScan]) -> BelievedSize:
    """What these scans have shown, oldest first."""
    return reduce(lambda before, scan: before.after(scan.size, scan.complete), scans, BelievedSize())
