"""A facility in the middle of its work: a long scan, somebody over quota, two scanners and two services."""

from datetime import UTC, datetime
from pathlib import Path

from acceptance.facility import GB, Facility
from servers.process import until

from faults import journal
from faults.invariants import Outcome, assert_nothing_lost
from faults.keeper import QUEUES, TESTS, journalled
from faults.passing_time import PassingTime
from faults.settling import Settling
from faults.steps import AHEAD

WORKERS = (
    ("scanner1", "scanner"),
    ("scanner2", "scanner"),
    ("service1", "service"),
    ("service2", "service"),
)


class Busy:
    """Ada has many directories, Ben and Cleo are over quota; Dora is there, and nobody has ordered her scan.

    heartbeat   seconds after which broker and workers miss each other
    scan_takes  seconds that a scanner takes longer for every order
    ahead       days by which the clock of everybody is ahead
    """

    def __init__(
        self, facility: Facility, file: Path, heartbeat: int = 60, scan_takes: float = 0, ahead: float = 0
    ) -> None:
        self.facility = facility
        self.due = {"ben": ["began"], "cleo": ["began"]}
        for settings in (facility.scanner_settings, facility.service_settings):
            url = f"{facility.amqp_url}?heartbeat={heartbeat}"
            settings.write_text(settings.read_text().replace(facility.amqp_url, url))
        self._journal, self._began = file, datetime.now(UTC)
        self.time = PassingTime(facility)
        facility.add_user("ada", {f"{i}/{j}/data.nc": GB // 100 for i in range(10) for j in range(6)})
        facility.add_over_user("ben")
        facility.add_over_user("cleo")
        facility.add_user("dora", {"data.nc": GB})
        facility.run("discover")
        self._start(scan_takes, ahead)

    def _start(self, scan_takes: float, ahead: float) -> None:
        self._more = {"XFC_TEST_SCAN_TAKES": str(scan_takes), AHEAD: str(ahead)}
        for name, kind in WORKERS:
            self.facility.start(name, QUEUES[kind], **journalled(self._journal, QUEUES[kind]), **self._more)

    def correct_the_clock(self) -> None:
        """All workers die, and come back with the right time."""
        for worker in self.facility.workers:
            worker.kill()
        self.facility.workers.clear()
        self._start(scan_takes=0, ahead=0)

    def begin(self, measured: int = 10) -> None:
        """Order all scans; returns in the middle of them."""
        ordered = ("enqueue", "ada", "ben", "cleo")
        self.facility.run(*ordered, module="faults.killing", PYTHONPATH=TESTS, **self._more)
        scanners = self.facility.workers[:2]
        until(lambda: sum(it.log.count("measured ") for it in scanners) >= measured, "scanners at work")

    def tick_in_vain(self) -> None:
        """The timer orders Dora's scan, but finds nobody who would take the order."""
        ran = self.facility.run("tick", code=1)
        assert "does not answer" in ran.err
        assert len(ran.err.splitlines()) <= 2

    def settle(self, seconds: float = 90, *, dead_letters: bool = False) -> Outcome:
        """All comes to its end, with the help of the timer where it needs any; and nothing is lost.

        `dead_letters` may be left of what was done all the same, or again.
        """
        self.facility.run("tick")
        settling = Settling(self.facility, self._journal, self.time)
        settling.settle(seconds, tick=lambda: self.facility.run("tick"))
        since = dict.fromkeys(("ada", "ben", "cleo", "dora"), self._began)
        kills = journal.read(self._journal).kills
        return assert_nothing_lost(self.facility, since, self.due, kills, dead_letters=dead_letters)
