"""The states that loads pass through."""

from enum import StrEnum


class LoadState(StrEnum):
    """A load is owed until its figures are taken, or its capture turns out to be of no use."""

    OPEN = "open"
    LOADED = "loaded"
    FAILED = "failed"
