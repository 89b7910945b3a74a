"""Verification: every file of a copy is read, and its hash is compared with what it should be. Sizes prove nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xfc_notify.datasets import hashes, replicas
from xfc_notify.datasets.errors import DatasetError, Missing
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import FileState, ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.paths import show


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
        found = list(read(folder, replica, tell))
    verdict = Verdict(
        _state(found),
        {show(one.file.path): one.why for one in found if one.why},
        {one.file.name: one.seen for one in found if one.seen and one.state is FileState.GOOD},
    )
    replicas.note((one.file.id, _changes(one, now)) for one in found)
    replicas.put(replica, verdict.state, now if verdict.state is not ReplicaState.UNVERIFIED else None)
    return verdict


def read(folder: Folder, replica: ReplicaRow, tell: Tell) -> Iterator[Found]:
    """What is found of each file."""
    for file in replicas.known_files(replica):
        try:
            hash_, seen = hashes.read(folder, file.path, hashes.algorithm_of(file.hash), tell)
        except Missing:
            yield Found(file, FileState.MISSING, "is not there")
        except DatasetError as error:
            yield Found(file, FileState.UNREAD, error.what)
        else:
            good = hash_ == file.hash
            why = "" if good else f"is not what it was: {hash_} instead of {file.hash}"
            yield Found(file, FileState.GOOD if good else FileState.BAD, why, seen)


def _state(found: list[Found]) -> ReplicaState:
    states = {one.state for one in found}
    if states & {FileState.BAD, FileState.MISSING}:
        return ReplicaState.BAD
    return ReplicaState.GOOD if states == {FileState.GOOD} else ReplicaState.UNVERIFIED


def _changes(one: Found, now: datetime) -> dict[str, Any]:
    if one.state is FileState.UNREAD:
        return {"state": one.state}
    return {"state": one.state, "stamp": one.seen.stamp if one.seen else "", "verified_at": now}
