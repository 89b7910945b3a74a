"""A message that no server took reached nobody: what it said counts as not told, and the operators hear of it.

A mailbox that does not exist is another matter: who has none cannot be told, however often it is tried.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify.notify import episode_rows
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.words.notices import unheard_message
from xfc_notify.outbox import lost as lost_ones
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.plugins.service import Service
from xfc_notify.states import EventKind
from xfc_notify.store.isolation import made_if_possible


def forget_unheard(service: Service, now: datetime) -> int:
    """Let what reached nobody be due again; how many messages were written to the operators, at most one."""
    lost = lost_ones.given_up(now)
    if not lost:
        return 0
    return int(made_if_possible(lambda: _forget(lost, service, now), "record", "messages given up") or 0)


def _forget(lost: Sequence[MessageRow], service: Service, now: datetime) -> bool:
    for message in lost:
        user = users.locked(message.user)
        for subject, episode in episode_rows.told_by(user, message.created_at):
            episode_rows.save(subject, unheard(episode))
            what = f"no server took the message, so it counts as not told: {message.subject}"
            episode_rows.note(subject, episode, EventKind.LOST, what, now)
    lost_ones.mark_lost(lost)
    errors = lost_ones.errors_of(lost)
    send_to_operators(unheard_message(len(lost), errors, service.settings, now), service)
    return True


def unheard(episode: Episode) -> Episode:
    """The episode as if the last message had not spoken of it: its begin, or its end, is told again."""
    if episode.ended_at is not None:
        return replace(episode, settled=False, told_at=episode.began_at)
    return replace(
        episode,
        told_level=None,
        told_at=None,
        told_limit=None,
        told_milestone=None,
        told_obscured=False,
        repeats=0,
    )
