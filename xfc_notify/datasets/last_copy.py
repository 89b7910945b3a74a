"""The last copy stays: a copy goes only while another one stands, whose every file was just read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from xfc_notify.datasets import members, replicas
from xfc_notify.datasets.errors import DatasetError, LastCopy
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.leaving import Keeper, Likes
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.stores import Stores
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.datasets.verify import Verdict, verify
from xfc_notify.paths import show


def keeper_of_move(leaving: ReplicaRow, target: ReplicaRow) -> Keeper:
    """The copy that a move has just made and read back."""
    if target.packed:
        return _keeper(leaving, target, {file.name: file.stamp for file in replicas.files(target)})
    arrived = (file for some in replicas.in_batches(target) for file in some)  # in the order of what goes

    def likes(some: Sequence[File]) -> Likes:
        pairs = zip(some, islice(arrived, len(some)), strict=True)
        return {old.name: {new.path: new.stamp} for old, new in pairs}

    return Keeper(target.store, likes)


def keeper_beside(stores: Stores, leaving: ReplicaRow, now: datetime, tell: Tell) -> Keeper:
    """Another copy, read from its first to its last byte just now, that is no other name of the one that goes.

    LastCopy if there is none; it says which were looked at, and why each does not count.
    """
    why: list[str] = []
    wanted = members.hashes_of(leaving)
    for other in replicas.of(leaving.dataset_id):
        if other.id == leaving.id or other.state in {ReplicaState.ARRIVING, ReplicaState.LEAVING}:
            continue
        where = replicas.where(other)
        try:
            verdict = verify(stores, other, now, tell)
        except DatasetError as error:
            why.append(f"{where}: {error.what}")
            continue
        if not verdict.good:
            path, reason = next(iter(verdict.wrong.items()))
            why.append(f"{where} is {verdict.state}: {path} {reason}")
        elif lacking := wanted.items() - members.hashes_of(other).items():
            why.append(f"{where} has no {show(min(lacking)[0])}")
        elif _is_one_place(stores, leaving, verdict):
            why.append(f"{where} is the same place")
        else:
            return _keeper(leaving, other, {name: seen.stamp for name, seen in verdict.seen.items()})
    looked = "; ".join(why) or "there is no other"
    raise LastCopy(
        f"This is the last good copy of dataset {leaving.dataset_id}. Others: {looked}",
        "To lose it all the same: --force-last.",
    )


def _keeper(leaving: ReplicaRow, other: ReplicaRow, stamps: Mapping[bytes, str]) -> Keeper:
    """Either of them may be packed: its tar goes with the likes of all its members, or is that of many files."""
    kept, files = members.holders(other), dict[bytes, dict[bytes, str]]()
    for name, goes in members.holders(leaving).items():
        files.setdefault(goes.name, {})[kept[name].path] = stamps[kept[name].name]
    return Keeper(other.store, lambda _: files)


def _is_one_place(stores: Stores, leaving: ReplicaRow, verdict: Verdict) -> bool:
    """Whether a file of one is a file of the other, by device and inode: by links, by mounts."""
    kept: set[tuple[int, int]] = {(seen.device, seen.inode) for seen in verdict.seen.values() if seen.device}
    with stores.opened(leaving.store) as folder:
        seen: list[Seen | None] = [folder.look(file.path) for file in replicas.files(leaving)]
    return any(one is not None and (one.device, one.inode) in kept for one in seen)
