"""A file on its way: written under a temporary name that is nobody else's, forced to disk, and read back.

What somebody who had a large file before has left of it is gone on with, under a name of our own. They may be stopped,
and not dead: so whoever writes asks, between reading a block and writing it, whether the file may be somebody else's
by now. What is written late was read in time, and is what we would write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xfc_notify.datasets import arriving, hashes
from xfc_notify.datasets.at_once import each
from xfc_notify.datasets.errors import DatasetError, StoreRefusal
from xfc_notify.datasets.folder import Folder, Readable
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.journal import Hand
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.tables import FileRow, JournalRow
from xfc_notify.paths import show

LARGE = 64 * 2**20
"""Bytes from which on what was left of a file is worth going on with."""


@dataclass(frozen=True, slots=True)
class New:
    """A file that will be written under the name `part`, of which so many bytes are begun."""

    source: File
    target: File
    part: bytes
    begun: int = 0


def begin(hand: Hand, row: JournalRow, there: Folder, todo: Sequence[arriving.Pair]) -> Sequence[New]:
    """The files with temporary names that nobody else writes to. What who had them before has left of large ones is
    gone on with, the rest is taken away."""
    with hand.holding():
        left = {target.id: _left(row, there, target) for _, target in todo if target.part}
        FileRow.update(part=hand.turn).where(FileRow.id.in_([target.id for _, target in todo])).execute()
        for number, turn in left.items():
            if turn:
                FileRow.update(left=turn).where(FileRow.id == number).execute()
    new = []
    for source, target in todo:
        mine = replace(target, part=hand.turn, left=left.get(target.id, 0))
        part, begun = arriving.part(row, mine), 0
        if mine.left:
            with hand.holding():
                begun = there.inherit(arriving.left(row, mine), part)
                if begun > target.size:
                    there.unlink(part)
                    begun = 0
        new.append(New(source, mine, part, begun))
    return new


def write(
    hand: Hand, here: Readable, there: Folder, new: Sequence[New], tell: Tell
) -> tuple[Sequence[Seen], Sequence[Seen]]:
    """Write files under their temporary names, force them to disk together, and read them back: what the sources were,
    and what they are."""
    size = sum(one.target.size for one in new)

    def copied(one: New, tell: Tell) -> Seen:
        return _copied(hand, here, there, one, tell)

    def read_back(one: New, tell: Tell) -> Seen:
        try:
            return _read_back(there, one, tell)
        except StoreRefusal:
            if not one.begun:
                raise
        # What was left was not what had been written: that is no fault of the store.
        there.unlink(one.part)
        anew = replace(one, begun=0)
        _copied(hand, here, there, anew, tell)
        there.force([one.part])
        return _read_back(there, anew, tell)

    read = each(copied, new, size, [here, there], tell)
    there.force([one.part for one in new])
    return read, each(read_back, new, size, [there], tell)


def changed(here: Readable, file: File, why: str) -> DatasetError:
    """What is said of a source that is not what was registered."""
    return DatasetError(
        f"store {here.store}: {show(file.path)}: is not what was registered: {why}",
        "Run: xfc-notify datasets verify",
    )


def other_bytes(there: Folder, file: File, why: str = "") -> StoreRefusal:
    """What is said of a store that does not give back what was written."""
    what = f"store {there.store}: {show(file.path)}: other bytes were read back than were written"
    return StoreRefusal(
        f"{what}: {why}" if why else what, "The source is untouched. Have the store looked at."
    )


def _left(row: JournalRow, there: Folder, target: File) -> int:
    """The turn under whose name there is something to go on with; 0 where nothing is, or it was taken away."""
    if target.size < LARGE:
        there.unlink(arriving.part(row, target))
        return 0
    return target.part if there.look(arriving.part(row, target)) is not None else target.left


def _copied(hand: Hand, here: Readable, there: Folder, new: New, tell: Tell) -> Seen:
    """What the source was when it was copied, with the hash that it should have."""
    algorithm = hashes.algorithm_of(new.source.hash)
    late = hand.refuse_late
    found, seen = hashes.copy(here, new.source.path, there, new.part, algorithm, tell, new.begun, late)
    if found != new.source.hash and new.begun:
        there.unlink(new.part)
        return _copied(hand, here, there, replace(new, begun=0), tell)
    if found != new.source.hash:
        raise changed(here, new.source, f"{found} instead of {new.source.hash}")
    return seen


def _read_back(there: Folder, new: New, tell: Tell) -> Seen:
    """What the new file was when it was read, with the hash that it should have."""
    found, seen = hashes.read(there, new.part, hashes.algorithm_of(new.target.hash), tell)
    if found != new.target.hash:
        raise other_bytes(there, new.target)
    return seen
