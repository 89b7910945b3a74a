"""In which unit, and with how many digits, sizes are shown to people. Sizes are bytes, or byte-days."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Self

from xfc_notify.sizes import Sizes, shown_in


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit and a number of decimals in which sizes are shown, so that they can be compared.

    power  of the base of `sizes`: 4 is TB, or TiB
    """

    power: int
    decimals: int
    sizes: Sizes = field(default_factory=shown_in)

    @property
    def unit(self) -> int:
        """Bytes."""
        unit: int = self.sizes.base**self.power
        return unit

    @property
    def step(self) -> Fraction:
        """What the last digit stands for, in bytes."""
        return Fraction(self.unit, 10**self.decimals)

    def nearest(self, size: float | Fraction) -> Fraction:
        """The size as it is shown: half of the last digit is rounded up, as people round."""
        return math.floor(Fraction(size) / self.step + Fraction(1, 2)) * self.step

    def above(self, size: float | Fraction) -> Fraction:
        """The least that can be shown and is no less than the size."""
        return math.ceil(Fraction(size) / self.step) * self.step

    def show(self, size: float | Fraction) -> str:
        """ "3.2 TB" """
        shown = self.nearest(size) / self.unit
        whole, part = divmod(round(abs(shown) * 10**self.decimals), 10**self.decimals)
        digits = (
            f"{whole:,}.{part:0{self.decimals}}".rstrip("0").rstrip(".") if self.decimals else f"{whole:,}"
        )
        return f"{'-' if shown < 0 else ''}{digits} {self.sizes.units[self.power]}"


def scale_of(size: float | Fraction) -> Scale:
    """The scale of a size that is compared with nothing: the largest unit that fits, at most one decimal."""
    sizes = shown_in()
    for power in range(len(sizes.units)):
        scale = Scale(power, 1 if power else 0, sizes)
        above = sizes.base ** (power + 1)
        if abs(size) < above and abs(scale.nearest(size)) < above:  # the first alone is quick
            break
    return scale


@dataclass(frozen=True, slots=True)
class Compared:
    """What is used and a limit, as they are shown side by side, in bytes.

    They stand in one unit, with digits enough to see the difference, and `rest` is that of the figures shown.
    """

    used: Fraction
    limit: Fraction
    rest: Fraction
    scale: Scale

    @classmethod
    def of(cls, used: float, limit: float) -> Self:
        """The comparison in the first scale that shows it truly: up to 3 decimals, then smaller units."""
        exact, bound = Fraction(used), Fraction(limit)
        apart = abs(exact - bound)
        alone = scale_of(max(used, limit))
        if 100 * min(exact, bound) < alone.unit:  # next to nothing: nobody mistakes one for the other
            return cls(exact, bound, apart, alone)
        scales = _scales(alone.power, apart, min(exact, bound))
        rests = (abs(scale.nearest(exact) - scale.nearest(bound)) for scale in scales)
        agreeing = (scale for scale, rest in zip(scales, rests, strict=True) if rest == scale.nearest(apart))
        scale = next(agreeing, scales[-1])
        shown, of = scale.nearest(exact), scale.nearest(bound)
        return cls(shown, of, abs(shown - of), scale)

    def show(self, size: float | Fraction) -> str:
        """A size in this scale, or in its own if it is too small for this one: "34.4 TB", "2 kB"."""
        exact = Fraction(size)
        small = 0 < abs(exact) < _FEW * self.scale.step
        return scale_of(exact).show(exact) if small else self.scale.show(exact)

    def show_enough(self, size: Fraction) -> str:
        """The least that can be shown so and is no less than the size."""
        scale = scale_of(size) if abs(size) < _FEW * self.scale.step else self.scale
        return self.show(scale.above(size))

    @property
    def used_shown(self) -> str:
        """What is used."""
        return self.show(self.used)

    @property
    def limit_shown(self) -> str:
        """The limit."""
        return self.show(self.limit)

    @property
    def rest_shown(self) -> str:
        """How far they lie apart."""
        return self.show(self.rest)


_FEW = 10
"""A size is shown with so many of the last digit at least: then it is right to a twentieth."""


def _scales(largest: int, apart: Fraction, smaller: Fraction) -> list[Scale]:
    """Where two sizes that lie so far apart can be told from each other, best where the smaller can be read too."""
    for power in range(largest, 0, -1):
        scales = [Scale(power, decimals) for decimals in (1, 2, 3)]
        found = [scale for scale in scales if _FEW * scale.step <= apart] if apart else scales
        if found:
            return [scale for scale in found if _FEW * scale.step <= smaller] or found
    return [Scale(0, 0)]
