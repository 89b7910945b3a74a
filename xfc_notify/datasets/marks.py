"""The identity of a store: a mark of its own in its root, by which an empty mount point is told from an empty store."""

import re
from datetime import datetime
from uuid import uuid4

from xfc_notify.datasets.errors import DatasetError, Missing, NotAFile, StoreAway, StoreRefusal
from xfc_notify.datasets.folder import Folder, Sink
from xfc_notify.datasets.names import MARK
from xfc_notify.datasets.seen import Seen
from xfc_notify.datasets.tables import StoreRow
from xfc_notify.people.users import inserted

_UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n?")
_LONGEST = 100


def read(folder: Folder) -> str | None:
    """The mark of what is open; None if it has none. StoreAway if that cannot be said."""
    found = bytearray()
    try:
        seen = folder.look(MARK)
        if seen is not None and seen.size <= _LONGEST:
            folder.read(MARK, found.extend)
    except (Missing, NotAFile, StoreRefusal):
        return None
    return found.decode().strip() if _UUID.fullmatch(found) else None


def check(folder: Folder) -> None:
    """Raise StoreAway unless what is open is the store that it should be."""
    store = folder.store
    row = StoreRow.get_or_none(StoreRow.name == store)
    if row is None:
        raise StoreAway(f"store {store} has no identity yet", f"Run: xfc-notify stores init {store}")
    found = read(folder)
    if found != row.mark:
        what = "another store is there" if found else "its mark .xfc-store is not there"
        raise StoreAway(f"store {store} is away: {what}", "Is it mounted? Nothing was concluded or changed.")


def give(folder: Folder, now: datetime) -> bool:
    """Give a store its mark unless it has it; whether it is new. DatasetError if it is that of another store.

    A mark that nobody knows is taken over: the database was lost, or is another.
    """
    store = folder.store
    row = StoreRow.get_or_none(StoreRow.name == store)
    if row is not None:
        check(folder)
        return False
    mark = read(folder) or _written(folder, now)
    if not inserted(StoreRow.insert(name=store, mark=mark, marked_at=now)):
        owner = StoreRow.get_or_none(StoreRow.mark == mark)
        raise DatasetError(
            f"store {store}: its mark is that of the store {owner.name if owner else 'that another one made'}",
            "Two stores cannot be one place; correct [[stores]].",
        )
    return True


def _written(folder: Folder, now: datetime) -> str:
    mark = str(uuid4())
    line = f"{mark}\n".encode()

    def fill(sink: Sink) -> Seen:
        sink(memoryview(line))
        return Seen(
            0, 0, len(line), int(now.timestamp()) * 10**9, 0, 0o644
        )  # whoever works here must read it

    if _is_taken(folder):
        raise DatasetError(
            f"store {folder.store}: something that is no mark is called .xfc-store there",
            "Look at it, and remove it.",
        )
    folder.write(MARK, fill)
    folder.force([MARK])
    folder.sync(b"")
    return mark


def _is_taken(folder: Folder) -> bool:
    try:
        return folder.look(MARK) is not None
    except NotAFile:
        return True
