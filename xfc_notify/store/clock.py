"""Whether a clock can be believed. One that is wrong for a moment must do nothing that cannot be undone."""

from datetime import datetime, timedelta

from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.store import marks
from xfc_notify.units import at

JUMP = timedelta(days=1)
"""A clock that is further ahead of the last tick has jumped, or nobody has ticked meanwhile."""
JUMPED = "clock jumped"
"""When a tick last found that."""


def doubt(now: datetime, last: datetime | None, there: datetime | None) -> str:
    """Why a clock is not believed; "" if it is. `last` is the last tick, `there` the time of the database. Pure."""
    if there is not None and abs(now - there) > CLOCK_SKEW:
        return f"the clock of this host says {at(now)} UTC, that of the database {at(there)} UTC"
    if last is not None and now < last - CLOCK_SKEW:
        return f"the clock says {at(now)} UTC, and the last tick was at {at(last)} UTC"
    if last is not None and now - last > JUMP:
        return f"the last tick was at {at(last)} UTC, more than a day before {at(now)} UTC"
    return ""


def is_steady(now: datetime, there: datetime | None) -> bool:
    """Whether ticks have found nothing wrong with the clock for a day, this one included."""
    if doubt(now, marks.at(marks.TICKED), there):
        marks.put(JUMPED, now)
        return False
    jumped = marks.at(JUMPED)
    return jumped is None or now - jumped >= JUMP
