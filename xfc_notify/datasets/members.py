"""What is in a packed copy: the files of the dataset, as rows of members of its one tar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from peewee import chunked

from xfc_notify.datasets import hashes, replicas, tars
from xfc_notify.datasets.errors import Changed, Missing
from xfc_notify.datasets.folder import Folder
from xfc_notify.datasets.hashes import Tell
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.tables import ReplicaRow, TarMemberRow
from xfc_notify.paths import parse, show


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a tar: its name below the root, its size in bytes, and its hash."""

    id: int
    name: bytes
    size: int
    hash: str


def add(replica: ReplicaRow, files: Iterable[File]) -> None:
    """Let a packed copy have these files, in this order."""
    lines = (
        {"replica": replica.id, "name": show(file.name), "size": file.size, "hash": file.hash}
        for file in files
    )
    for some in chunked(lines, TarMemberRow.at_once()):
        TarMemberRow.insert_many(some).execute()


def of(replica: ReplicaRow, count: int = 500) -> Iterator[Member]:
    """The members of a packed copy, in the order in which they lie; so many are read at once."""
    last = 0
    while True:
        rows = TarMemberRow.select().where(TarMemberRow.replica == replica.id, TarMemberRow.id > last)
        found = list(rows.order_by(TarMemberRow.id).limit(count))
        if not found:
            return
        for row in found:
            yield Member(row.id, parse(row.name), row.size, row.hash)
        last = found[-1].id


def hashes_of(replica: ReplicaRow) -> dict[bytes, str]:
    """Name → hash of the dataset's files, packed or not."""
    rows: Iterable[Member | File] = of(replica) if replica.packed else replicas.files(replica)
    return {one.name: one.hash for one in rows}


def holders(replica: ReplicaRow) -> dict[bytes, File]:
    """Name of each of the dataset's files → the file of this copy that holds its bytes: itself, or the tar."""
    files = replicas.files(replica)
    if not replica.packed:
        return {file.name: file for file in files}
    (tar,) = files
    return {member.name: tar for member in of(replica)}


def check(
    folder: Folder, path: bytes, algorithm: str, wanted: Iterable[Member], tell: Tell
) -> tuple[str, Seen, str]:
    """Read a tar from its first to its last byte: its hash, what it was, and why its members are not these; "" if
    they are. Errors as `Folder.read`."""
    with tars.opened(folder, path, algorithm) as tar:
        try:
            why = _differs(tar, wanted, tell)
        except (Missing, Changed) as error:
            why = error.what.rpartition(": ")[2]
        hash_, seen = tar.whole()
    return hash_, seen, why


def _differs(tar: tars.Tar, wanted: Iterable[Member], tell: Tell) -> str:
    """Why the members of a tar are not these, in this order, after the list of checksums."""
    if tar.following() != tars.CHECKSUMS:
        return "has no list of checksums"
    for member in wanted:
        if tar.following() != member.name:
            return f"has no member {show(member.name)} where it should be"
        found, seen = hashes.read(tar, member.name, hashes.algorithm_of(member.hash), tell)
        if (seen.size, found) != (member.size, member.hash):
            return f"its member {show(member.name)} is not what it was: {found} instead of {member.hash}"
    return "" if tar.following() is None else "has more members than it should"
