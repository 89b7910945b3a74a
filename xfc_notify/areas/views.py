"""What is shown of areas. Sizes are bytes, temporal amounts byte-days, times UTC."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.areas.finding_views import AreaFinding, area_finding
from xfc_notify.areas.tables import AreaRow, ScanRow
from xfc_notify.domain import Level
from xfc_notify.people.tables import UserRow
from xfc_notify.store.json_values import Json
from xfc_notify.units import at
from xfc_notify.usage import Counted, Source


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an area stands; None for what only a scan tells, before the first.

    The figures are those of the last whole scan; a level is kept up while that scan may not lower it.

    area      its path
    counts    which bytes the hard quota counts, those of size or those that are allocated
    complete  False: not everything could be read, and what was measured is a lower bound
    left_out  how many places were not measured, by kind: other_file_system, excluded
    source    who walked it: scan, wrstat; then last_scanned is the time of its capture
    """

    user: str
    area: str
    volume: str
    last_scanned: datetime | None
    size: int | None
    allocated: int | None
    hard_quota: int
    counts: Counted
    temporal_usage: float | None
    temporal_quota: float
    files: int | None
    level: Level | None
    complete: bool | None
    left_out: Mapping[str, int]
    source: Source | None
    findings: tuple[AreaFinding, ...]

    @property
    def counted(self) -> int | None:
        """The bytes that the hard quota counts; None before the first scan."""
        return self.allocated if self.counts is Counted.ALLOCATED else self.size

    def of_policy(self, policy: str) -> AreaFinding | None:
        """What a policy says; None if it says nothing."""
        return next((found for found in self.findings if found.policy == policy), None)


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area of a user with its limits. `contact` is the address of somebody beside the user."""

    path: str
    volume: str
    contact: str | None
    hard_quota: int
    temporal_quota: float
    last_scanned: datetime | None


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area and whose it is.

    uid      of its user
    gone_at  when discover found its directory gone
    mark     what an operator should look at; empty if nothing
    """

    path: str
    user: str
    uid: int | None
    volume: str
    hard_quota: int
    temporal_quota: float
    last_scanned: datetime | None
    gone_at: datetime | None
    mark: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of areas, beside what was measured, by (subject, policy): the levels that stand, the limits that
    are lifted."""

    levels: Mapping[tuple[int, str], Level]
    lifted: Collection[tuple[int, str]]


def standings(
    told: Told,
    counts: Counted,
    user: UserRow | None = None,
    least: Level | None = None,
    count: int | None = None,
) -> Iterator[Standing]:
    """Where areas stand, the worst first: of one user, at this level or worse, at most so many.

    `counts` is that of [limits].
    """
    return (_standing(area, scan, told, counts) for area, scan in areas.with_last_scan(user, least, count))


def area_views(user: UserRow) -> tuple[AreaView, ...]:
    """A user's areas, by path."""
    return tuple(
        AreaView(
            path=row.path,
            volume=row.volume,
            contact=row.subject.contact,
            hard_quota=row.hard_quota,
            temporal_quota=row.temporal_quota,
            last_scanned=row.last_scanned,
        )
        for row in areas.areas_of(user)
    )


def known_areas(volumes: Collection[str]) -> Iterator[KnownArea]:
    """All areas, by path. `volumes`: the names of those that are in the settings."""
    for row in areas.everywhere():
        yield KnownArea(
            path=row.path,
            user=row.user.name,
            uid=row.user.uid,
            volume=row.volume,
            hard_quota=row.hard_quota,
            temporal_quota=row.temporal_quota,
            last_scanned=row.last_scanned,
            gone_at=row.gone_at,
            mark=_mark(row, volumes),
        )


def overdue_in_words(late: areas.Overdue) -> str:
    """That areas were not measured for two rounds of scans."""
    which = "1 area was" if late.count == 1 else f"{late.count:,} areas were"
    since = "never" if late.since is None else f"last at {at(late.since)} UTC"
    return f"{which} not measured for two rounds of scans; {late.path} {since}"


def _mark(row: AreaRow, volumes: Collection[str]) -> str:
    if row.volume not in volumes:
        return f"the volume {row.volume} is not in the settings"
    return row.remark if row.gone_at is None else f"gone since {at(row.gone_at)} UTC"


def _standing(area: AreaRow, scan: ScanRow | None, told: Told, counts: Counted) -> Standing:
    findings = (scan.findings or ()) if scan else ()
    return Standing(
        user=area.user.name,
        area=area.path,
        volume=area.volume,
        last_scanned=area.last_scanned,
        size=scan.size if scan else None,
        allocated=scan.allocated if scan else None,
        hard_quota=area.hard_quota,
        counts=counts,
        temporal_usage=scan.temporal_usage if scan else None,
        temporal_quota=area.temporal_quota,
        files=scan.files if scan else None,
        level=None if area.level is None else Level(area.level),
        complete=scan.complete if scan else None,
        left_out=(scan.left_out or {}) if scan else {},
        source=Source(scan.source) if scan else None,
        findings=tuple(_standing_finding(found, area.subject_id, told) for found in findings),
    )


def _standing_finding(stored: Json, subject: int, told: Told) -> AreaFinding:
    """The same at the level that stands."""
    found, key = area_finding(stored), (subject, stored["policy"])
    due = None if key in told.lifted else found.due
    return replace(found, level=told.levels.get(key, Level.OK), due=due)
