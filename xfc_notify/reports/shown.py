"""How ids and the times of files are shown."""

import pwd
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def time_of(seconds: int) -> datetime:
    """A time of a file, which may be any number, as one that a calendar has."""
    if seconds <= _FIRST.timestamp():
        return _FIRST
    return _LAST if seconds >= _LAST.timestamp() else datetime.fromtimestamp(seconds, UTC)


def age_days(newest: int, as_of: datetime) -> float:
    """Days, to a tenth, from the newest modification to the capture; never negative."""
    return max(0.0, round((int(as_of.timestamp()) - newest) / 86_400, 1))


@lru_cache(maxsize=100_000)
def user_name(uid: int) -> str:
    """The name of a user; the number, where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def group_name(known: Mapping[int, GroupRow], gid: int) -> str:
    """The name of a group; the number, where it is not known."""
    return str(known[gid].name) if gid in known else str(gid)


def head_name(known: Mapping[int, GroupRow], gid: int) -> str:
    """The username of the head of a group; "" if nobody is known."""
    return groups.head_of(known[gid]) if gid in known else ""
