"""What is shown of scans. Sizes are bytes, temporal amounts byte-days, times UTC."""

from dataclasses import dataclass
from datetime import datetime

from xfc_notify.areas import areas, history, scans
from xfc_notify.areas.finding_views import AreaFinding, area_finding
from xfc_notify.areas.tables import ScanRow
from xfc_notify.domain import Level
from xfc_notify.paths import harmless
from xfc_notify.people.tables import UserRow
from xfc_notify.states import ScanState
from xfc_notify.store.finding_json import worst_level


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan that has ended; None for what only a whole one tells. The level of an old one is no longer known.

    seconds  how long it was measured, all slices together
    failure  why it failed
    """

    area: str
    as_of: datetime
    state: ScanState
    size: int | None
    allocated: int | None
    temporal_usage: float | None
    files: int | None
    complete: bool | None
    level: Level | None
    findings: tuple[AreaFinding, ...]
    seconds: float
    slices: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class FailedScan:
    """The last scan of an area, which failed."""

    area: str
    as_of: datetime
    failure: str


def scan_views(user: UserRow, count: int) -> dict[str, list[ScanView]]:
    """The path of every area of a user, with at most so many of its last scans, newest first."""
    return {
        area.path: [scan_view(area.path, row) for row in history.latest(area, count)]
        for area in areas.areas_of(user)
    }


def failed_scans(user: UserRow | None, count: int) -> list[FailedScan]:
    """At most so many areas, of one user or all, whose last scan failed; the latest first."""
    return [
        FailedScan(row.area.path, row.as_of, harmless(row.failure or ""))
        for row in scans.failures(user, count)
    ]


def scan_view(area: str, row: ScanRow) -> ScanView:
    """A scan of the area of this path that has ended."""
    whole = row.state == ScanState.WHOLE
    return ScanView(
        area=area,
        as_of=row.as_of,
        state=ScanState(row.state),
        size=row.size if whole else None,
        allocated=row.allocated if whole else None,
        temporal_usage=row.temporal_usage if whole else None,
        files=row.files if whole else None,
        complete=row.complete if whole else None,
        level=None if row.findings is None else worst_level(row.findings),
        findings=tuple(area_finding(found) for found in row.findings or ()) if whole else (),
        seconds=row.seconds,
        slices=row.slices,
        failure=None if row.failure is None else harmless(row.failure),
    )
