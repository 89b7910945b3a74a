"""Whole volumes: judged by what the scans of their areas found; their episodes are those of the operators."""

import logging
from collections.abc import Sequence
from datetime import datetime

from xfc_notify.domain import Volume
from xfc_notify.evaluate import judge_volume
from xfc_notify.notify.episodes import withdrawn
from xfc_notify.notify.follow import follow
from xfc_notify.notify.operators import operators
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, episodes
from xfc_notify.store import volumes as rows
from xfc_notify.store.database import db

log = logging.getLogger(__name__)


def judge_volumes(settings: Settings, plugins: Plugins, now: datetime) -> None:
    """Move the episodes of all volumes that have a capacity, and withdraw those of volumes that are gone.

    What the areas hold is a sum of scans of different times, some of which could not read everything: it is taken
    as it is, or no episode of a volume would ever end.
    """
    volumes = [volume.volume() for volume in settings.volumes if volume.capacity is not None]
    for volume in volumes:
        judgement = judge_volume(volume, plugins, now)
        with db.atomic():
            who = areas.locked(operators(settings, now))
            follow(rows.area_of(volume, who, now), judgement, complete=True, now=now)
    _withdraw_gone(volumes, now)


def _withdraw_gone(volumes: Sequence[Volume], now: datetime) -> None:
    with db.atomic():
        for area in rows.areas_but_of(volumes):
            for episode in episodes.unsettled_in(area):
                gone = episodes.save(area, withdrawn(episode, now))
                episodes.note(area, gone, "withdrawn", "the volume is not in the settings any more", now)
