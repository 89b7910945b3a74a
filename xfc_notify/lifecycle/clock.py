"""Whether the clock can be believed. While it cannot, nothing ends, nobody is asked, and nothing leaves the bin.

A clock that is behind the last tick was wrong then or is wrong now. One that is more than a day ahead of it may have
jumped, or the service has slept: nobody's time runs out while it does. An operator looks, and `resume` lets everything
that waits wait longer by what was missed. A clock that comes back by itself needs nobody: nothing was done meanwhile.
"""

from datetime import datetime, timedelta

from xfc_notify.lifecycle import lives
from xfc_notify.lifecycle.life import Event
from xfc_notify.lifecycle.notices import stopped_message
from xfc_notify.lifecycle.states import Happening
from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.plugins.service import Service
from xfc_notify.store import marks
from xfc_notify.store.clock import JUMP, doubt
from xfc_notify.store.database import db
from xfc_notify.store.tables import MarkRow

TICK = "lifecycle"
"""When the last tick was whose clock was believed."""
STOPPED = "lifecycle stopped"
"""Since when the clock is not believed."""


def is_believed(now: datetime, there: datetime | None) -> bool:
    """Whether this time can be believed."""
    return not doubt(now, marks.at(TICK), there)


def goes_on(service: Service, now: datetime, there: datetime | None) -> bool:
    """Whether this tick may let time pass; if not, the operators are told once."""
    why = doubt(now, marks.at(TICK), there)
    with db.atomic():
        if why:
            if marks.put_first(STOPPED, now):
                send_to_operators(stopped_message(why, service.settings, now), service)
            return False
        MarkRow.delete().where(MarkRow.name == STOPPED).execute()
        marks.put(TICK, now)
    return True


def resume(now: datetime) -> timedelta:
    """Believe the clock as it is; what waits goes on later by what was missed, which is returned.

    Killed half-way and called again, it shifts nothing twice.
    """
    last = marks.at(TICK)
    missed = max(timedelta(), now - last) if last is not None else timedelta()
    if last is not None and missed > JUMP:
        waiting = LifeRow.select(LifeRow.dataset).where((LifeRow.deciding != "") | (LifeRow.phase == "bin"))
        for uid in [row.dataset for row in waiting.order_by(LifeRow.dataset)]:
            _shift(uid, last, missed, now)
    with db.atomic():
        MarkRow.delete().where(MarkRow.name == STOPPED).execute()
        marks.put(TICK, now)
    return missed if missed > JUMP else timedelta()


def _shift(uid: str, last: datetime, missed: timedelta, now: datetime) -> None:
    with lives.held(uid) as held:
        rows = LifeEventRow.select().where(
            LifeEventRow.dataset == uid, LifeEventRow.what == Happening.SHIFTED
        )
        if any(row.data["after"] == last.isoformat() for row in rows):
            return
        data = {"after": last.isoformat(), "seconds": missed.total_seconds()}
        held.add(Event(Happening.SHIFTED, now, data=data))
        held.look_again(now)
