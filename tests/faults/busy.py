"""A facility in the middle of its work: a long scan, somebody over quota, two scanners and two services."""

from datetime import UTC, datetime
from pathlib import Path

from acceptance.facility import GB, Facility
from acceptance.processes import until

from faults import journal
from faults.invariants import Outcome, assert_nothing_lost
from faults.keeper import QUEUES, journalled
from faults.passing_time import PassingTime
from faults.settling import Settling


class Busy:
    """Ada has many directories, Ben and Cleo are over quota. `more` is what the workers' environment has more."""

    def __init__(self, facility: Facility, file: Path, **more: str) -> None:
        self.facility = facility
        self.due = {"ben": ["began"], "cleo": ["began"]}
        self._journal, self._began = file, datetime.now(UTC)
        self.time = PassingTime(facility)
        facility.add_user("ada", {f"{i}/{j}/data.nc": GB // 100 for i in range(10) for j in range(6)})
        facility.add_over_user("ben")
        facility.add_over_user("cleo")
        facility.run("discover")
        kinds = (
            ("scanner1", "scanner"),
            ("scanner2", "scanner"),
            ("service1", "service"),
            ("service2", "service"),
        )
        for name, kind in kinds:
            facility.start(name, QUEUES[kind], **journalled(file, QUEUES[kind]), **more)

    def begin(self, measured: int = 10) -> None:
        """Order all scans; returns in the middle of them."""
        self.facility.run("enqueue", "--all")
        scanners = self.facility.workers[:2]
        until(lambda: sum(it.log.count("measured ") for it in scanners) >= measured, "scanners at work")

    def settle(self, seconds: float = 90) -> Outcome:
        """All comes to its end, with the help of the timer where it needs any; and nothing is lost."""
        settling = Settling(self.facility, self._journal, self.time)
        settling.settle(seconds, tick=lambda: self.facility.run("tick"))
        since = dict.fromkeys(("ada", "ben", "cleo"), self._began)
        return assert_nothing_lost(self.facility, since, self.due, journal.read(self._journal).kills)
