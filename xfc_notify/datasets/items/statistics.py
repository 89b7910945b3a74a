"""What is said of many numbers that come block by block. Little is kept of them."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

KINDS = frozenset("biuf")
"""Of numpy's kinds, those that are real numbers: truth values, integers and floating-point numbers."""


class Statistics:
    """The least, the greatest, the mean and the standard deviation of all finite numbers, and how many are not finite.

    Mean and squares of blocks are merged as Chan, Golub and LeVeque do (Updating formulae and a pairwise algorithm for
    computing sample variances, 1979), so that large numbers close together lose no digits.
    """

    def __init__(self) -> None:
        self.count = 0
        self.not_finite = 0
        self.least: float | None = None
        self.greatest: float | None = None
        self.mean = 0.0
        self.squares = 0.0

    def add(self, block: "np.ndarray[Any, Any]") -> None:
        """Take more of them, of one of KINDS."""
        import numpy as np

        if block.dtype.kind == "f":
            finite = block[np.isfinite(block)]
            self.not_finite += block.size - finite.size
            block = finite
        if not block.size:
            return
        kind = float if block.dtype.kind == "f" else int
        least, greatest = kind(block.min()), kind(block.max())
        self.least = least if self.least is None else min(self.least, least)
        self.greatest = greatest if self.greatest is None else max(self.greatest, greatest)
        with np.errstate(all="ignore"):
            mean = float(block.mean(dtype=np.float64))
            squares = float(np.square(block - np.float64(mean), dtype=np.float64).sum())
        count = self.count + block.size
        apart = mean - self.mean
        self.squares += squares + apart * apart * self.count * block.size / count
        self.mean += apart * block.size / count
        self.count = count

    def said(self) -> dict[str, int | float | None]:
        """What they come to; None where there is no number, or it is beyond what a float holds."""
        deviation = math.sqrt(self.squares / self.count) if self.count else math.nan
        found = {
            "least": self.least,
            "greatest": self.greatest,
            "mean": self.mean if self.count else None,
            "deviation": deviation,
        }
        known = {
            key: value if value is not None and math.isfinite(value) else None for key, value in found.items()
        }
        return {**known, "not_finite": self.not_finite}
