"""Everything that is due now, once. May run at any time, anywhere, twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service
from xfc_notify.store import marks


def tick(duties: Iterable[Duty], service: Service, now: datetime) -> Counter[str]:
    """Do the duties that are due, one after the other; what they did, counted.

    What is owed to the queues then is sent by the caller: see `Pipeline.send_what_is_owed`.
    """
    done: Counter[str] = Counter()
    for duty in duties:
        if duty.interval is None or marks.passed(duty.name, now, duty.interval):
            done.update(duty.do(service, now))
    return done
