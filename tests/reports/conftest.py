"""A facility with volumes whose data a test writes."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from facility import Facility

from reports import wrstat
from reports.wrstat import Entry
from xfc_notify.reports import find, loads
from xfc_notify.reports.load import carry_out
from xfc_notify.reports.settings import Reports


@dataclass
class Site:
    """Volumes `one` and `two`, mounted at /v/one and /v/two; wrstat writes into `data`."""

    folder: Path
    facility: Facility
    now: datetime

    @property
    def reports(self) -> Reports:
        return self.facility.settings.of(Reports)

    @property
    def service(self) -> Any:
        return self.facility.service

    def capture(self, volume: str, entries: list[Entry], when: datetime, text: bytes | None = None) -> Path:
        """Write the data of a volume as of a time, as wrstat 6 does."""
        folder = self.folder / "data" / f"{when:%Y%m%d-%H%M%S}_／v／{volume}"
        file = wrstat.write(folder / "stats.gz", wrstat.lines(entries) if text is None else text)
        os.utime(folder, (when.timestamp(), when.timestamp()))
        return file

    def owe(self) -> int:
        """Owe what is new; how many captures."""
        return sum(
            loads.owe(
                find.wanted(find.captures(volume, self.reports, self.now), loads.known(volume.name)), self.now
            )
            for volume in self.reports.volumes
        )

    def load(self) -> int:
        """Load all that is new; how many captures were loaded."""
        self.owe()
        return sum(
            carry_out(row.id, self.service, lambda: self.now, lambda _: None) for row in loads.claim(self.now)
        )


@pytest.fixture
def site(store: str, tmp_path: Path, now: datetime) -> Site:
    """A site with an open database; the test runs once on each kind."""
    (tmp_path / "data").mkdir()
    volumes = [{"name": name, "mount": f"/v/{name}"} for name in ("one", "two")]
    facility = Facility.at(tmp_path, reports={"data": "data", "volumes": volumes})
    return Site(tmp_path, facility, now)
