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
        user = users.locked(message.user)
        for subject, episode in _told_by(message, user):
            episode_rows.save(subject, unheard(episode))
            what = f"no server took the message, so it counts as not told: {message.subject}"
            episode_rows.note(subject, episode, EventKind.LOST, what, now)
    lost_ones.mark_lost(lost)
    errors = lost_ones.errors_of(lost)
    send_to_operators(unheard_message(len(lost), errors, service.settings, now), service)
    return True


def take_back(user: UserRow, subject: SubjectRow, now: datetime) -> int:
    """Take back what a user is still to be told of a subject, for it holds no more; how many messages.

    All that they said is due again. What a worker is sending, or has sent, cannot be taken back.
    """
    waiting = lost_ones.not_gone(user, subject.id)
    for message in waiting:
        for about, episode in _told_by(message, user):
            episode_rows.save(about, unheard(episode))
            what = f"taken back before it was delivered: {message.subject}"
            episode_rows.note(about, episode, EventKind.LOST, what, now)
    lost_ones.take_back(waiting)
    return len(waiting)


def _told_by(message: MessageRow, user: UserRow) -> list[tuple[SubjectRow, Episode]]:
    """The episodes of which a message spoke last, ended ones too, with the subjects.

    They know when it was written. One that was held is of the time at which it was released: it spoke last of what
    gave reason for it if no other message is of the time at which that was told.
    """
    gave_reason = {(reason["subject"], reason["policy"]) for reason in message.reasons}
    others, told = lost_ones.times_of_others(message), episode_rows.told(user)
    last = {(subject.id, episode.policy): episode.id for subject, episode in told}

    def was_held(subject: SubjectRow, episode: Episode) -> bool:
        key = subject.id, episode.policy
        is_last = key in gave_reason and last[key] == episode.id
        return is_last and episode.told_at < message.created_at and episode.told_at not in others

    return [
        (subject, episode)
        for subject, episode in told
        if episode.told_at == message.created_at or was_held(subject, episode)
    ]


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
