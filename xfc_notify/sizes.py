"""Whether sizes are shown in TB or in TiB.

A site shows them all alike: `show_in` says how to this process, when it has read the settings.
"""

from enum import StrEnum

SI = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
IEC = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


class Sizes(StrEnum):
    """How sizes are shown: 1 TB is 1000⁴ bytes, 1 TiB is 1024⁴."""

    DECIMAL = "decimal"
    BINARY = "binary"

    @property
    def base(self) -> int:
        """How many of a unit the next larger one is."""
        return 1000 if self is Sizes.DECIMAL else 1024

    @property
    def units(self) -> tuple[str, ...]:
        """Their names, by the power of the base."""
        return SI if self is Sizes.DECIMAL else IEC


_shown = Sizes.DECIMAL


def show_in(sizes: Sizes) -> None:
    """Show all sizes so from here on."""
    global _shown  # noqa: PLW0603 - of the whole process, as its settings are
    _shown = sizes


def shown_in() -> Sizes:
    """How sizes are shown in this process."""
    return _shown
