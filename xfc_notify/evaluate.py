"""2. Decide: what was measured, and what was measured before → what the policies say."""

from datetime import datetime

from xfc_notify.domain import Volume
from xfc_notify.plugins import Judgement, Plugins
from xfc_notify.store import areas, scans, volumes
from xfc_notify.store.tables import Area, Scan
from xfc_notify.usage import Usage


def judge(scan: Scan, area: Area, usage: Usage, plugins: Plugins, now: datetime) -> Judgement:
    """Ask every policy about an area after a whole scan."""
    return plugins.evaluate(areas.area(area), usage, scans.past(area, before=scan.as_of), now)


def judge_volume(volume: Volume, plugins: Plugins, now: datetime) -> Judgement:
    """Ask every policy about a whole volume, as the last scans of its areas found it."""
    return plugins.evaluate_volume(volume, volumes.last_scans(volume.name), now)
