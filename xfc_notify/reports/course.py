"""The course of a group: where it stood at each capture, and when its quota will be full. Sizes are bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from xfc_notify import units
from xfc_notify.domain import Level
from xfc_notify.people import groups
from xfc_notify.people.tables import GroupRow
from xfc_notify.reports import history
from xfc_notify.reports.outlook import full_date
from xfc_notify.reports.shown import age_days, group_name, head_name, time_of
from xfc_notify.reports.tables import GroupStandingRow

POINTS = 3
"""So many captures of a volume tell when a quota will be full."""
_MORE = 200
"""Earlier points that are read beside those that are shown, where they are of several volumes."""


@dataclass(frozen=True, slots=True)
class StandingView:
    """Where a group stood on a volume at one capture. `bases` is base directory → bytes, "" for what lies below none.

    full_at, files_full_at  when the quota will be full by this capture and those before; None: not within five years
    quota, quota_files  None: none was known; quota_source: lfs, a file, an operator
    """

    volume: str
    group: str
    gid: int
    head: str
    as_of: datetime
    bytes: int
    files: int
    quota: int | None
    quota_files: int | None
    quota_source: str
    last_modified: datetime
    age_days: float
    level: Level
    full_at: datetime | None
    files_full_at: datetime | None
    bases: Mapping[str, int]

    @property
    def percent(self) -> int | None:
        """The share of the quota that is used, as people are told it; None without a quota."""
        return None if self.quota is None else units.percent(self.bytes, self.quota)

    @property
    def percent_files(self) -> int | None:
        """The same of the quota of files."""
        return None if self.quota_files is None else units.percent(self.files, self.quota_files)


def standing_views(gid: int, volume: str | None = None, count: int | None = None) -> list[StandingView]:
    """Where a group stood, newest first."""
    known = groups.by_gid([gid])
    more = _MORE if volume is None else POINTS - 1
    rows = history.of_group(gid, volume, None if count is None else count + more)
    found: list[StandingView] = []
    for place, row in enumerate(rows[:count]):
        earlier = [other for other in rows[place:] if other.volume == row.volume][:POINTS]
        found.append(standing_view(row, earlier[::-1], known))
    return found


def standing_view(
    row: GroupStandingRow, points: Sequence[GroupStandingRow], known: Mapping[int, GroupRow]
) -> StandingView:
    """Where a group stood; `points` are that one and at most two before it, the oldest first."""
    return StandingView(
        volume=row.volume,
        group=group_name(known, row.gid),
        gid=row.gid,
        head=head_name(known, row.gid),
        as_of=row.as_of,
        bytes=row.bytes,
        files=row.files,
        quota=row.quota or None,
        quota_files=row.quota_files or None,
        quota_source=row.quota_source,
        last_modified=time_of(row.newest),
        age_days=age_days(row.newest, row.as_of),
        level=Level(row.level),
        full_at=full_date([(point.as_of, point.bytes) for point in points], row.quota),
        files_full_at=full_date([(point.as_of, point.files) for point in points], row.quota_files),
        bases=row.bases,
    )
