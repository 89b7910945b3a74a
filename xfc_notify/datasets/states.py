"""What datasets, their copies and their commands can be, as it stands in tables, JSON and on the screen."""

from enum import StrEnum


class DatasetState(StrEnum):
    """A dataset is kept until its last copy was removed on purpose; then only its history is.

    One that is binned waits to be removed: nothing new is made of it.
    """

    KEPT = "kept"
    BINNED = "binned"
    REMOVED = "removed"


class ReplicaState(StrEnum):
    """A copy arrives, is good or bad as it was last verified, unverified where it could not be read, or is leaving."""

    ARRIVING = "arriving"
    GOOD = "good"
    BAD = "bad"
    UNVERIFIED = "unverified"
    LEAVING = "leaving"


class FileState(StrEnum):
    """What was found of a file when it was last read."""

    UNREAD = "unread"
    GOOD = "good"
    BAD = "bad"
    MISSING = "missing"


class Command(StrEnum):
    """What the journal keeps."""

    REGISTER = "register"
    COPY = "copy"
    MOVE = "move"
    REMOVE = "remove"
    VERIFY = "verify"
    REBUILD = "rebuild"
    REPAIR = "repair"
    SHIFT_ROOT = "shift_root"
    DESCRIBE = "describe"
    RECEIVE = "receive"
    ARCHIVE = "archive"
    ACTIVATE = "activate"


class Step(StrEnum):
    """How far a command has come. Killed while it reads or copies it is undone, else finished; an ordered one goes on.

    reading    nothing was changed yet but rows that say what is meant
    copying    files are written under temporary names
    verifying  files are read by workers
    placing    all are verified; they get their names
    removing   files go, one by one
    undoing    it failed; what it has written is taken away
    """

    READING = "reading"
    COPYING = "copying"
    VERIFYING = "verifying"
    PLACING = "placing"
    REMOVING = "removing"
    UNDOING = "undoing"
