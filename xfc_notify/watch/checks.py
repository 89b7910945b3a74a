"""Looks whether the service is kept going."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.store import database, marks, migrate
from xfc_notify.units import at
from xfc_notify.watch.host import look_at_disk, look_at_versions

TICKS_LATE = timedelta(minutes=30)


def look_at_ticks(asked: Inspection) -> Iterator[Checked]:
    """Whether something calls `tick`."""
    if asked.has_database:
        yield check_ticks(asked.now)


def check_ticks(now: datetime) -> Checked:
    """Whether something calls `tick`; a notice at most: restarting what was checked would not help."""
    do = "let a timer call xfc-notify tick every few minutes, such as deploy/systemd/xfc-notify-tick.timer"
    with database.connected():
        last = None if migrate.pending() else marks.at(marks.TICKED)
    if last is None:
        return Checked("ticks", "notice", "none has done everything due yet", do)
    what = f"the last good one at {at(last)} UTC"
    return Checked("ticks", "notice", what, do) if now - last > TICKS_LATE else Checked("ticks", "ok", what)


CHECKS = (
    Check(("ticks",), look_at_ticks, needs_database=True),
    Check(("versions",), look_at_versions, needs_database=True),
    Check(("disk",), look_at_disk),
)
