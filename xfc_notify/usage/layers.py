"""Since when what an area holds has been there, as far as the sizes that its scans found tell. Pure.

What is there now has been there for as long as the area was never smaller; what goes is taken to be what came last.
Daily sizes of 100, 100, 40 and 60 come to 180 byte-days: 40 for four days, and 20 for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from xfc_notify.domain import PastScan

MOST = 500
"""How many layers are kept apart. Of more, two are taken for as young as the younger of them: a lower bound."""

DAY = timedelta(days=1)

Layer = tuple[datetime, int]
"""A time, and the bytes that have been there at least since then."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The oldest layer first; time and size both grow from one to the next, and the last has all that is there."""

    steps: tuple[Layer, ...] = ()

    @classmethod
    def of(cls, scans: "Iterable[PastScan]") -> Self:
        """What these scans tell, oldest first; one that knows its layers stands for all before it."""
        known = cls()
        for scan in scans:
            known = (
                cls(scan.layers.steps) if scan.layers else known.after(scan.as_of, scan.size, scan.complete)
            )
        return known

    def after(self, as_of: datetime, size: int, complete: bool = True) -> Self:
        """What is known after a scan; one that could not read everything takes nothing away."""
        steps = _up_to(self.steps, size) if complete else self.steps
        if size > (steps[-1][1] if steps else 0):
            steps = (*steps, (as_of, size))
        return type(self)(_bounded(steps))

    def byte_days(self, as_of: datetime, size: int) -> float:
        """Of `size` bytes found by a scan: each layer by its age and, as every byte does, for one day more."""
        total, below = float(size), 0
        for since, up_to in _up_to(self.steps, size):
            total += (up_to - below) * (max(as_of - since, timedelta(0)) / DAY)
            below = up_to
        return total


def _up_to(steps: tuple[Layer, ...], size: int) -> tuple[Layer, ...]:
    """The layers of the first `size` bytes."""
    whole = tuple(step for step in steps if step[1] < size)
    cut = tuple((since, size) for since, _ in steps[len(whole) : len(whole) + 1] if size > 0)
    return whole + cut


def _bounded(steps: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """At most so many layers; the one that goes counts with the next, where that loses the fewest byte-days."""
    while len(steps) > MOST:
        below = (0, *(size for _, size in steps))
        lost = [
            (steps[place][1] - below[place]) * ((steps[place + 1][0] - steps[place][0]) / DAY)
            for place in range(len(steps) - 1)
        ]
        place = lost.index(min(lost))
        steps = steps[:place] + steps[place + 1 :]
    return steps
