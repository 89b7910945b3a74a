"""Whole volumes: judged by what the scans of their areas found; their episodes are those of the operators."""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.areas.settings import Limits
from xfc_notify.areas.volumes import last_scans
from xfc_notify.domain import Volume
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episodes import Measurement, withdrawn
from xfc_notify.notify.follow import follow
from xfc_notify.people import subjects, users
from xfc_notify.people.operators import operators
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind, Kind
from xfc_notify.store.isolation import made_if_possible


def judge_volumes(service: Service, now: datetime) -> None:
    """Move the episodes of all volumes that have a capacity, and withdraw those of volumes that are gone.

    What the areas hold is a sum of scans of different times, some of which could not read everything: it is taken
    as it is, or no episode of a volume would ever end. It is as of the time by which half of them had begun, and young
    enough to be spoken of for one round of scans.
    """
    volumes = [volume.volume() for volume in service.settings.volumes if volume.capacity is not None]
    for volume in volumes:
        _judge_if_possible(volume, service, now)
    made_if_possible(lambda: _withdraw_gone(volumes, now), "end of episodes", "volumes that are gone")


def _judge_if_possible(volume: Volume, service: Service, now: datetime) -> None:
    """Move the episodes of one volume; where that fails, the others and the rest of the tick go on."""
    scans = last_scans(volume.name, service.settings.of(Limits).counts)
    times = sorted(scan.as_of for _, scan in scans if scan is not None)
    if not times:
        return
    judgement = service.plugins.evaluate_volume(volume, scans, now)
    as_of = times[(len(times) - 1) // 2]
    measured = Measurement(as_of, as_of + service.settings.scan.every)

    def move() -> None:
        who = users.locked(operators(service.settings, now))
        subject = subjects.put(Kind.VOLUME, volume.name, volume.name, who)
        follow(subject, judgement, measured, now)

    made_if_possible(move, "judgement", f"volume {volume.name}")


def _withdraw_gone(volumes: Sequence[Volume], now: datetime) -> None:
    for subject in subjects.others(Kind.VOLUME, [volume.name for volume in volumes]):
        for episode in episode_rows.unsettled_in(subject):
            gone = episode_rows.save(subject, withdrawn(episode, now))
            what = "the volume is not in the settings any more"
            episode_rows.note(subject, gone, EventKind.WITHDRAWN, what, now)
