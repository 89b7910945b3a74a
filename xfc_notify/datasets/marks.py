"""The identity of a store: a mark of its own in its root, by which an empty mount point is told from an empty store."""

import os
import re
from datetime import datetime
from uuid import uuid4

from xfc_notify.datasets.errors import DatasetError, StoreAway
from xfc_notify.datasets.names import MARK
from xfc_notify.datasets.tables import StoreRow
from xfc_notify.people.users import inserted

_UUID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n?")


def read(root: int) -> str | None:
    """The mark in the folder that is open as `root`; None if it has none."""
    try:
        file = os.open(MARK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=root)
    except OSError:
        return None
    try:
        found = os.read(file, 100)
    except OSError:
        return None
    finally:
        os.close(file)
    return found.decode().strip() if _UUID.fullmatch(found) else None


def check(store: str, root: int) -> None:
    """Raise StoreAway unless the folder that is open as `root` is the store of this name."""
    row = StoreRow.get_or_none(StoreRow.name == store)
    if row is None:
        raise StoreAway(f"store {store} has no identity yet", f"Run: xfc-notify stores init {store}")
    found = read(root)
    if found != row.mark:
        what = "another store is there" if found else "its mark .xfc-store is not there"
        raise StoreAway(f"store {store} is away: {what}", "Is it mounted? Nothing was concluded or changed.")


def give(store: str, root: int, now: datetime) -> bool:
    """Give the store its mark unless it has it; whether it is new. DatasetError if it is that of another store.

    A mark that nobody knows is taken over: the database was lost, or is another.
    """
    row = StoreRow.get_or_none(StoreRow.name == store)
    if row is not None:
        check(store, root)
        return False
    mark = read(root) or _written(store, root)
    if not inserted(StoreRow.insert(name=store, mark=mark, marked_at=now)):
        owner = StoreRow.get_or_none(StoreRow.mark == mark)
        raise DatasetError(
            f"store {store}: its mark is that of the store {owner.name if owner else 'that another one made'}",
            "Two stores cannot be one place; correct [[stores]].",
        )
    return True


def _written(store: str, root: int) -> str:
    mark, flags = str(uuid4()), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(MARK, flags, 0o644, dir_fd=root)
        try:
            os.write(file, f"{mark}\n".encode())
            os.fchmod(file, 0o644)  # whoever works here must be able to read it, whatever the umask says
            os.fsync(file)
        finally:
            os.close(file)
        os.fsync(root)
    except FileExistsError:
        raise DatasetError(
            f"store {store}: something that is no mark is called .xfc-store there",
            "Look at it, and remove it.",
        ) from None
    except OSError as error:
        raise DatasetError(f"store {store}: its mark cannot be written: {error.strerror}") from None
    return mark
