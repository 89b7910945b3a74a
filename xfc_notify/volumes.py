"""Whole volumes: judged by what the scans of their areas found; their episodes are those of the operators."""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.domain import Volume
from xfc_notify.evaluate import judge_volume
from xfc_notify.notify.episodes import withdrawn
from xfc_notify.notify.follow import follow
from xfc_notify.notify.guard import made_if_possible
from xfc_notify.notify.operators import operators
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, episodes
from xfc_notify.store import volumes as rows


def judge_volumes(settings: Settings, plugins: Plugins, now: datetime) -> None:
    """Move the episodes of all volumes that have a capacity, and withdraw those of volumes that are gone.

    What the areas hold is a sum of scans of different times, some of which could not read everything: it is taken
    as it is, or no episode of a volume would ever end.
    """
    volumes = [volume.volume() for volume in settings.volumes if volume.capacity is not None]
    for volume in volumes:
        _judge_if_possible(volume, settings, plugins, now)
    made_if_possible(lambda: _withdraw_gone(volumes, now), "end of episodes", "volumes that are gone")


def _judge_if_possible(volume: Volume, settings: Settings, plugins: Plugins, now: datetime) -> None:
    """Move the episodes of one volume; where that fails, the others and the rest of the tick go on."""
    judgement = judge_volume(volume, plugins, now)

    def move() -> None:
        who = areas.locked(operators(settings, now))
        follow(rows.area_of(volume, who, now), judgement, complete=True, now=now)

    made_if_possible(move, "judgement", f"volume {volume.name}")


def _withdraw_gone(volumes: Sequence[Volume], now: datetime) -> None:
    for area in rows.areas_but_of(volumes):
        for episode in episodes.unsettled_in(area):
            gone = episodes.save(area, withdrawn(episode, now))
            episodes.note(area, gone, "withdrawn", "the volume is not in the settings any more", now)
