"""Everything that is due now, once. May run at any time, anywhere, twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service
from xfc_notify.store import clock, marks


def tick(
    duties: Iterable[Duty], service: Service, now: datetime, there: datetime | None = None
) -> Counter[str]:
    """Do the duties that are due, one after the other; what they did, counted. `there` is the time of the database.

    Nothing is forgotten for a day after the clock has jumped: see `store.clock`.
    What is owed to the queues then is sent by the caller: see `Pipeline.send_what_is_owed`.
    """
    done: Counter[str] = Counter()
    steady = clock.is_steady(now, there)
    for duty in duties:
        if duty.forgets and not steady:
            continue
        if duty.interval is None or marks.passed(duty.name, now, duty.interval):
            done.update(duty.do(service, now))
    return done
