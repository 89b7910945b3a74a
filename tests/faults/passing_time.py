"""Time that need not be waited for: to wait for a lease is nothing but waiting, so the leases are moved instead."""

import math
import time
from datetime import UTC, datetime, timedelta

from acceptance.facility import Facility

TIMER = timedelta(minutes=5)
"""How often the operator's timer calls `xfc-notify tick` (deploy/systemd)."""
NEXT = (
    "SELECT min(at) FROM (SELECT lease_until AS at FROM slice UNION ALL"
    " SELECT due_at FROM delivery WHERE state IN ('queued', 'retry')) AS leases"
)
SENDING = "SELECT count(*) FROM delivery WHERE state = 'sending'"
"""Whoever waits for the end of such a lease does so in the queue of retries, where time cannot be skipped."""


class PassingTime:
    """The time as it would be had all that was skipped been waited for."""

    def __init__(self, facility: Facility) -> None:
        self._facility = facility
        self._skipped = timedelta()

    def now(self) -> float:
        """Unix time, with all that was skipped."""
        return time.time() + self._skipped.total_seconds()

    def at(self, unix: float) -> float:
        """A moment that was, told by the clock on the wall, as it would be if nothing had been skipped since."""
        return unix + self._skipped.total_seconds()

    def skip_to_the_next_tick(self) -> bool:
        """Let time pass until the first call of the timer after the end of the first lease, if there is one.

        What was being sent when its worker died is taken over without the timer: for that it is waited. Returns whether
        the timer has to be called.
        """
        if self._facility.query(SENDING) != [(0,)]:
            return False
        ((first,),) = self._facility.query(NEXT)
        left = (first.replace(tzinfo=UTC) - datetime.now(UTC)) / TIMER if first is not None else 0
        if left <= 0:
            return True
        skipped = TIMER * math.ceil(left)
        self._facility.query("UPDATE slice SET lease_until = lease_until - %s", skipped)
        self._facility.query("UPDATE delivery SET due_at = due_at - %s WHERE state <> 'sent'", skipped)
        self._skipped += skipped
        return True
