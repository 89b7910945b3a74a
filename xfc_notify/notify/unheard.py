"""A message that no server took reached nobody: what it said counts as not told, and the operators hear of it.

A mailbox that does not exist is another matter: who has none cannot be told, however often it is tried.
"""

from collections.abc import Sequence
from datetime import datetime

from xfc_notify.notify import episode_rows, exemption_rows, heard_rows
from xfc_notify.notify.words.notices import unheard_message
from xfc_notify.outbox import lost as lost_ones
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people import users
from xfc_notify.people.tables import SubjectRow, UserRow
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
        users.locked(message.user)
        _forget_message(
            message, f"no server took the message, so it counts as not told: {message.subject}", now
        )
    lost_ones.mark_lost(lost)
    errors = lost_ones.errors_of(lost)
    send_to_operators(unheard_message(len(lost), errors, service.settings, now), service)
    return True


def take_back(user: UserRow, subject: SubjectRow, now: datetime) -> int:
    """Take back what a user is still to be told of a subject, for it holds no more; how many messages.

    All that they said is due again. What a worker is sending, or has sent, cannot be taken back.
    """
    waiting = lost_ones.not_gone(user, heard_rows.speaks_of(subject.id))
    for message in waiting:
        _forget_message(message, f"taken back before it was delivered: {message.subject}", now)
    lost_ones.take_back(waiting)
    return len(waiting)


def _forget_message(message: MessageRow, why: str, now: datetime) -> None:
    """Let its reader know no more of anything than before it."""
    for subject, episode in heard_rows.forget_message(message):
        if episode.finding.lifted is not None:
            exemption_rows.mark_untold(subject, episode.policy, now)
        episode_rows.note(subject, episode, EventKind.LOST, why, now)
