"""Times to remember by name."""

from datetime import datetime, timedelta

from xfc_notify.store.tables import Mark


def passed(name: str, now: datetime, interval: timedelta) -> bool:
    """Whether so much time has gone by since this was last true; it is for one caller at a time."""
    if Mark.insert(name=name, at=now).on_conflict_ignore().as_rowcount().execute():
        return True
    ago = Mark.update(at=now).where(Mark.name == name, Mark.at <= now - interval)
    return bool(ago.execute())
