"""2. Decide: what was measured, and what was measured before → what the policies say."""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.domain import PastScan, Volume
from xfc_notify.plugins import Judgement, Plugins
from xfc_notify.store import areas, volumes
from xfc_notify.store.tables import Area
from xfc_notify.usage import Usage


def judge(area: Area, usage: Usage, past: Sequence[PastScan], plugins: Plugins, now: datetime) -> Judgement:
    """Ask every policy about an area after a whole scan; `past` are those before it."""
    return plugins.evaluate(areas.area(area), usage, past, now)


def judge_volume(volume: Volume, plugins: Plugins, now: datetime) -> Judgement:
    """Ask every policy about a whole volume, as the last scans of its areas found it."""
    return plugins.evaluate_volume(volume, volumes.last_scans(volume.name), now)
