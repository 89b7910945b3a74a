"""When a temporal quota will be passed. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xfc_notify import PastScan, Usage, day_of_passing, pace_of_byte_days

WINDOW = timedelta(days=28)


def passing(
    used: float, quota: float, usage: Usage, history: Sequence[PastScan]
) -> tuple[datetime | None, bool]:
    """The day, or None if there is none, and whether the scans of the last four weeks tell it.

    Without such scans, or after one that could not read everything, it is the day if nothing is deleted.
    """
    known = [scan for scan in history if scan.complete and usage.as_of - WINDOW <= scan.as_of < usage.as_of]
    pace = pace_of_byte_days(
        [*((scan.as_of, scan.size) for scan in known), (usage.as_of, usage.size)],
        [*((scan.as_of, scan.temporal_usage) for scan in known), (usage.as_of, used)],
    )
    if pace is None or not usage.complete:
        return day_of_passing(used, quota, usage.size, usage.as_of), False
    return day_of_passing(used, quota, pace[0], usage.as_of, growth=pace[1]), True
