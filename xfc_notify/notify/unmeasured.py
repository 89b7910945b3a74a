"""What cannot be measured: nobody is told old figures, and the operators hear of it once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from xfc_notify.areas import areas, volumes
from xfc_notify.areas.volumes import Away
from xfc_notify.domain import Volume
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.episodes import withdrawn
from xfc_notify.notify.words.notices import away_message, obscured_message
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.people import events, subjects, users
from xfc_notify.people.operators import operators
from xfc_notify.people.tables import SubjectRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind, Kind
from xfc_notify.store.isolation import made_if_possible

PATIENCE = timedelta(days=14)
"""How long a level is kept up that no scan shows, because not everything can be read."""

_MEASURED = "measured"
"""In place of a policy, in the events of a volume."""


def tell_operators(service: Service, now: datetime) -> int:
    """Tell the operators, once, of volumes that are away and of areas that cannot be read; how many messages."""
    away = {found.volume: found for found in volumes.away(now - service.settings.scan.every)}
    told = 0
    for volume in (table.volume() for table in service.settings.volumes):
        tell = partial(_tell_of_volume, volume, away.get(volume.name), service, now)
        told += bool(made_if_possible(tell, "message", f"volume {volume.name}"))
    return told + bool(made_if_possible(lambda: _tell_of_unread(service, now), "message", "what is unread"))


def _tell_of_volume(volume: Volume, away: Away | None, service: Service, now: datetime) -> bool:
    who = users.locked(operators(service.settings, now))
    subject = subjects.put(Kind.VOLUME, volume.name, volume.name, who)
    was_away = events.last_kind(subject, _MEASURED) is EventKind.AWAY
    if away is None and was_away:
        events.note(subject, EventKind.BACK, "its areas can be measured again", now, policy=_MEASURED)
    if away is None or was_away:
        return False
    events.note(subject, EventKind.AWAY, away.failure, now, policy=_MEASURED)
    send_to_operators(
        away_message(away.volume, away.areas, away.since, away.failure, service.settings, now), service
    )
    return True


def _tell_of_unread(service: Service, now: datetime) -> bool:
    """What has not been seen for two weeks is kept up no longer."""
    unread = episode_rows.obscured_before(now - PATIENCE)
    if not unread:
        return False
    _withdraw(unread, now)
    about = [(subject.user.name, subject.key, episode) for subject, episode in unread]
    send_to_operators(obscured_message(about, service.settings, now), service)
    return True


def _withdraw(unread: Sequence[tuple[SubjectRow, Episode]], now: datetime) -> None:
    of_subject = areas.of_subjects(subject.id for subject, _ in unread)
    for area in of_subject.values():
        areas.locked(area)
    for subject, episode in unread:
        users.locked(subject.user)
        ended = episode_rows.save(subject, withdrawn(episode, now))
        what = "not everything could be read for two weeks, and what could be does not show it"
        episode_rows.note(subject, ended, EventKind.WITHDRAWN, what, now)
    for area in of_subject.values():
        areas.show_level(area, episode_rows.worst_in(area.subject_id))
