"""Verification: every file of a copy is read, and its hash is compared with what it should be. Sizes prove nothing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from xfc_notify.datasets import hashes, members, replicas
from xfc_notify.datasets.at_once import each
from xfc_notify.datasets.errors import DatasetError, Missing
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import FileRow, ReplicaRow
from xfc_notify.paths import parse, show

WHY = {
    FileState.BAD: "is not what it was",
    FileState.MISSING: "is not there",
    FileState.UNREAD: "could not be read",
}
Look = Callable[[File, Tell], tuple[str, Seen, str]]
"""Reads a file: its hash, what it was, and how its members differ from what they should be, if they do."""
NAMED = 10
"""How many files that are not what they should be are named in the journal."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one file: `why` it is not good, and what it was when it was read."""

    file: File
    state: FileState
    why: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found of a copy.

    wrong  path → why, of files that are not what they should be, or could not be read
    seen   name → what a good file was when it was read
    """

    state: ReplicaState
    wrong: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[bytes, Seen] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether every file is what it should be."""
        return self.state is ReplicaState.GOOD


def verify(stores: Stores, replica: ReplicaRow, now: datetime, tell: Tell) -> Verdict:
    """Read all files of a copy, and note what was found. StoreAway if its store is: then nothing is noted."""
    with stores.opened(replica.store) as folder:
        found = [one for some in replicas.known_batches(replica) for one in read(folder, replica, some, tell)]
    verdict = Verdict(
        state_of({one.state for one in found}),
        {show(one.file.path): one.why for one in found if one.why},
        {one.file.name: one.seen for one in found if one.seen and one.state is FileState.GOOD},
    )
    note(found, now)
    replicas.put(replica, verdict.state, now if verdict.state is not ReplicaState.UNVERIFIED else None)
    return verdict


def read(folder: Folder, replica: ReplicaRow, files: Sequence[File], tell: Tell) -> list[Found]:
    """What is found of each file of a copy; of a tar, also of each of its members."""
    if replica.packed:  # who looks at members asks the database
        return [_found(partial(_members, folder, replica), file, tell) for file in files]
    return each(
        partial(_found, partial(_bytes, folder)), files, sum(file.size for file in files), [folder], tell
    )


def note(found: Iterable[Found], now: datetime) -> None:
    """Note what was found."""
    replicas.note((one.file.id, _changes(one, now)) for one in found)


def conclude(replica: ReplicaRow, now: datetime) -> Mapping[str, str]:
    """Let a copy be what was found of all its files; path → why, of some that are not what they should be."""
    states = {
        row.state for row in FileRow.select(FileRow.state).where(FileRow.replica == replica.id).distinct()
    }
    state = state_of(states)
    replicas.put(replica, state, now if state is not ReplicaState.UNVERIFIED else None)
    wrong = FileRow.select().where(FileRow.replica == replica.id, FileRow.state != FileState.GOOD)
    rows = wrong.order_by(FileRow.id).limit(NAMED)
    return {show(replicas.path_of(replica, parse(row.name))): WHY[FileState(row.state)] for row in rows}


def state_of(states: Collection[str]) -> ReplicaState:
    """What a copy is whose files are all of these."""
    if not {FileState.BAD, FileState.MISSING}.isdisjoint(states):
        return ReplicaState.BAD
    return ReplicaState.GOOD if set(states) == {FileState.GOOD} else ReplicaState.UNVERIFIED


def _bytes(folder: Folder, file: File, tell: Tell) -> tuple[str, Seen, str]:
    return *hashes.read(folder, file.path, hashes.algorithm_of(file.hash), tell), ""


def _members(folder: Folder, replica: ReplicaRow, file: File, tell: Tell) -> tuple[str, Seen, str]:
    algorithm = hashes.algorithm_of(file.hash)
    return members.check(folder, file.path, algorithm, members.of(replica), tell)


def _found(look: Look, file: File, tell: Tell) -> Found:
    try:
        hash_, seen, differs = look(file, tell)
    except Missing:
        return Found(file, FileState.MISSING, "is not there")
    except DatasetError as error:
        return Found(file, FileState.UNREAD, error.what)
    good = hash_ == file.hash and not differs
    why = "" if good else differs or f"is not what it was: {hash_} instead of {file.hash}"
    return Found(file, FileState.GOOD if good else FileState.BAD, why, seen)


def _changes(one: Found, now: datetime) -> dict[str, Any]:
    if one.state is FileState.UNREAD:
        return {"state": one.state}
    return {"state": one.state, "stamp": one.seen.stamp if one.seen else "", "verified_at": now}
