"""Times to remember by name."""

from datetime import datetime, timedelta

from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.store.tables import MarkRow

LIVE = "live"
"""Since when messages are sent, and not only recorded."""
TICKED = "ticked"
"""When a tick last did all that was due."""


def passed(name: str, now: datetime, interval: timedelta) -> bool:
    """Whether so much time has gone by since this was last true; it is for one caller at a time."""
    if put_first(name, now):
        return True
    is_over = (MarkRow.at <= now - interval) | (MarkRow.at > now + CLOCK_SKEW)
    return bool(MarkRow.update(at=now).where(MarkRow.name == name, is_over).execute())


def at(name: str) -> datetime | None:
    """The time of that name, if it was ever set."""
    mark = MarkRow.get_or_none(MarkRow.name == name)
    return None if mark is None else mark.at


def put(name: str, time: datetime) -> None:
    """Set the time of that name, whatever it was before."""
    row = MarkRow.insert(name=name, at=time)
    row.on_conflict(conflict_target=[MarkRow.name], update={MarkRow.at: time}).execute()


def put_first(name: str, time: datetime) -> bool:
    """Set the time of that name unless it is set; whether this call has set it."""
    return bool(MarkRow.insert(name=name, at=time).on_conflict_ignore().as_rowcount().execute())
