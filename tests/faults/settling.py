"""Whether all is done; and if nothing moves any more although it is not, the operator's timer helps."""

import time
from collections.abc import Callable
from pathlib import Path

from acceptance.facility import DEAD_LETTERS, Facility
from servers.rabbitmq import queue_lengths

from faults import journal
from faults.passing_time import PassingTime

NOT_DONE = (
    "SELECT (SELECT count(*) FROM scan WHERE state = 'open')"
    " + (SELECT count(*) FROM delivery WHERE state <> 'sent')"
)


class Settling:
    """Looks at a facility whose workers keep a journal."""

    def __init__(self, facility: Facility, told: Path, passing: PassingTime) -> None:
        self._facility, self._journal, self._passing = facility, told, passing

    def settle(
        self, seconds: float, tick: Callable[[], object], meanwhile: Callable[[], object] = int
    ) -> None:
        """Return when all is done. Where only time helps it passes, and the timer calls `tick`."""
        deadline = time.monotonic() + seconds
        while not self.is_done():
            assert time.monotonic() < deadline, f"it does not end: {self.what_is_left()}"
            meanwhile()
            if self.is_quiet() and self._passing.skip_to_the_next_tick():
                tick()
        meanwhile()

    def is_done(self) -> bool:
        """Whether no scan is open, and nothing is unsent or under way."""
        return self._all_is_stored() and self.is_quiet() and self._all_is_stored()

    def is_quiet(self) -> bool:
        """Whether no message is in a queue, and nobody has one in hand; then only time helps."""
        for _ in range(2):
            before = journal.read(self._journal)
            alive = {pid for worker in self._facility.workers for pid in worker.pids}
            lengths = queue_lengths(self._facility.amqp_url)
            if before.busy & alive or any(lengths[queue] for queue in lengths.keys() - {*DEAD_LETTERS}):
                return False
            time.sleep(0.2)
            if journal.read(self._journal).lines != before.lines:
                return False
        return True

    def what_is_left(self) -> object:
        """For who wonders why it does not end."""
        unsent = "SELECT id, state, attempts, due_at, error FROM delivery WHERE state <> 'sent'"
        slices = self._facility.query("SELECT * FROM slice")
        return queue_lengths(self._facility.amqp_url), slices, self._facility.query(unsent)

    def _all_is_stored(self) -> bool:
        return self._facility.query(NOT_DONE) == [(0,)]
