"""What a dataset's life can be, as it stands in tables, JSON and on the screen."""

from enum import StrEnum


class Phase(StrEnum):
    """A dataset is open, while files are added, then closed. Whose removal was agreed lies in the bin for a time."""

    OPEN = "open"
    CLOSED = "closed"
    BIN = "bin"
    REMOVING = "removing"
    REMOVED = "removed"


class Decision(StrEnum):
    """What people are asked to agree to."""

    CLOSE = "close"
    REMOVE = "remove"


class End(StrEnum):
    """How a notice ended: by votes, by a new date, or because nobody is left to ask."""

    AGREED = "agreed"
    CANCELLED = "cancelled"
    EXHAUSTED = "exhausted"


class Happening(StrEnum):
    """What an event of a life says.

    began      the dataset became known
    opened     by a person; closed: by a person, or by votes
    dated      the lifespan of its group gave it a date; extended: a person did
    asked      a notice began, or was passed on to the group above
    told       all who are asked at this level, and can be reached, know of it: their time runs
    exhausted  there is no group left to ask: nothing follows
    binned     its removal was agreed; removing: the bin has ended
    ordered    workers are to remove a copy; failed: it could not be removed yet
    parked     … nor later: an operator has to look; resumed: one has
    shifted    what waits goes on later, by the time that the service has missed
    """

    BEGAN = "began"
    OPENED = "opened"
    CLOSED = "closed"
    DATED = "dated"
    EXTENDED = "extended"
    ASKED = "asked"
    TOLD = "told"
    VOTED = "voted"
    WITHDREW = "withdrew"
    EXHAUSTED = "exhausted"
    BINNED = "binned"
    RESTORED = "restored"
    REMOVING = "removing"
    ORDERED = "ordered"
    FAILED = "failed"
    PARKED = "parked"
    RESUMED = "resumed"
    REMOVED = "removed"
    SHIFTED = "shifted"
