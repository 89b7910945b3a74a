"""Verification: every file of a copy is read, and its hash is compared with what it should be. Sizes prove nothing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from xfc_notify.datasets import hashes, members, replicas
from xfc_notify.datasets.at_once import each
from xfc_notify.datasets.errors import DatasetError, Missing
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.items import apart, rows
from xfc_notify.datasets.items import reading as items
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
NAMED = 10
"""How many files that are not what they should be are named in the journal."""


class _Read(NamedTuple):
    """A file that was read: what it was, how its members differ from what they should be, and how it begins."""

    hash: str
    seen: Seen
    differs: str = ""
    head: bytes = b""


Look = Callable[[File, Tell], _Read]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one file: `why` it is not good, and what it was when it was read."""

    file: File
    state: FileState
    why: str = ""
    seen: Seen | None = None
    head: bytes = b""


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
    """What is found of each file of a copy; of a tar, also of each of its members. Of a good file its items are noted,
    unless they are known; of a bad one it is said which of them differ."""
    if replica.packed:  # who looks at members asks the database
        return [_found(partial(_members, folder, replica), file, tell) for file in files]
    found = each(
        partial(_found, partial(_bytes, folder)), files, sum(file.size for file in files), [folder], tell
    )
    return _with_items(folder, replica.dataset_id, found)


def _with_items(folder: Folder, dataset: str, found: Sequence[Found]) -> list[Found]:
    known = rows.known(dataset, {one.file.hash for one in found if apart.is_known(one.head)})
    wanted = {
        one.file.id: one
        for one in found
        if one.seen and apart.is_known(one.head) and (one.state is FileState.BAD) == (one.file.hash in known)
    }
    differ: dict[int, str] = {}
    for file, said in items.read(folder, [(one.file, one.seen) for one in wanted.values() if one.seen]):
        if wanted[file.id].state is FileState.GOOD:
            rows.put(dataset, file.hash, said)
        else:
            differ[file.id] = rows.differences(dataset, file.hash, said)
    return [
        replace(one, why=f"{one.why}; {differ[one.file.id]}") if one.file.id in differ else one
        for one in found
    ]


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


def _bytes(folder: Folder, file: File, tell: Tell) -> _Read:
    hash_, seen, head = hashes.read_with_head(
        folder, file.path, hashes.algorithm_of(file.hash), tell, apart.HEAD
    )
    return _Read(hash_, seen, head=head)


def _members(folder: Folder, replica: ReplicaRow, file: File, tell: Tell) -> _Read:
    algorithm = hashes.algorithm_of(file.hash)
    return _Read(*members.check(folder, file.path, algorithm, members.of(replica), tell))


def _found(look: Look, file: File, tell: Tell) -> Found:
    try:
        hash_, seen, differs, head = look(file, tell)
    except Missing:
        return Found(file, FileState.MISSING, "is not there")
    except DatasetError as error:
        return Found(file, FileState.UNREAD, error.what)
    good = hash_ == file.hash and not differs
    why = "" if good else differs or f"is not what it was: {hash_} instead of {file.hash}"
    return Found(file, FileState.GOOD if good else FileState.BAD, why, seen, head)


def _changes(one: Found, now: datetime) -> dict[str, Any]:
    if one.state is FileState.UNREAD:
        return {"state": one.state}
    return {"state": one.state, "stamp": one.seen.stamp if one.seen else "", "verified_at": now}
