"""Passes on what is over a limit and unanswered: to the contact of the area, then to the operators."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify.domain import OPERATORS, Message, Person
from xfc_notify.notify import episode_rows
from xfc_notify.notify.due_now import users_to_escalate
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.escalation import Stage, due_stage
from xfc_notify.notify.replies import REPLIES
from xfc_notify.notify.words.notices import Unanswered, escalation_message
from xfc_notify.outbox.messages import AboutSubject
from xfc_notify.outbox.send import Recipient, send, send_to_operators
from xfc_notify.people import events, subjects, users
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Audience, EventKind
from xfc_notify.store.isolation import made_if_possible

CONTACT = ":contact"
"""The username of the contact of an area, of whom no more than an address is known."""

_ASKED = (EventKind.TOLD, EventKind.SHADOW, EventKind.HELD, EventKind.ESCALATED)


def escalate_all(service: Service, now: datetime) -> int:
    """Pass on everything due; how many messages were written. Does nothing unless [messages] escalate is set."""
    if not service.settings.messages.escalate:
        return 0
    concerned = [user for user in users_to_escalate(service.settings.messages) if user.name != OPERATORS]
    written = (_escalate_if_possible(user, service, now) for user in concerned)
    return sum(count or 0 for count in written)


def _escalate_if_possible(user: UserRow, service: Service, now: datetime) -> int | None:
    """Pass on all of one user that is due to be; one whose messages cannot be made keeps nobody else's back."""
    return made_if_possible(lambda: _escalate(user, service, now), "escalation", user.name)


def _escalate(user: UserRow, service: Service, now: datetime) -> int:
    written = 0
    user = users.locked(user)
    standing = episode_rows.unsettled(user)
    for subject, episode in standing:
        asked_at, rules = _asked_at(episode), service.settings.messages
        stage = due_stage(episode, asked_at, rules, now, contact=bool(subject.contact))
        if stage is None or (stage is Stage.OPERATORS and not service.settings.service.operators):
            continue
        others = [other for place, other in standing if place == subject and other.id != episode.id]
        what = _unanswered(user, subject, episode, others, stage)
        message = _send(what, stage, user, subject, service, now)
        passed_on = episode_rows.save(subject, replace(episode, escalated=stage))
        whom = subject.contact if stage is Stage.CONTACT else "the operators"
        episode_rows.note(subject, passed_on, EventKind.ESCALATED, f"to {whom}: {message.subject}", now)
        written += 1
    return written


def _asked_at(episode: Episode) -> datetime | None:
    """When somebody was last told of an episode because it was due, not beside something else."""
    asked = events.of_episode(episode.id, _ASKED) if episode.id is not None else ()
    return asked[-1].at if asked else episode.told_at


def _unanswered(
    user: UserRow, subject: SubjectRow, episode: Episode, others: Sequence[Episode], stage: Stage
) -> Unanswered:
    replies = events.of_episode(episode.id, REPLIES) if episode.id is not None else ()
    return Unanswered(
        person=users.person(user),
        subject=subjects.subject(subject),
        episode=episode,
        contact=subject.contact if episode.escalated or stage is Stage.CONTACT else None,
        others=tuple(other for other in others if other.ended_at is None),
        replies=tuple(f"{reply.at:%Y-%m-%d}: {reply.kind}, by {reply.what}" for reply in replies),
    )


def _send(
    what: Unanswered, stage: Stage, user: UserRow, subject: SubjectRow, service: Service, now: datetime
) -> Message:
    episode = what.episode
    reasons = [AboutSubject(subject.id, subject.key, episode.policy, "unanswered", episode.level)]
    to_contact = stage is Stage.CONTACT
    whom = CONTACT if to_contact else OPERATORS
    message = escalation_message(what, whom, to_contact, service.settings, now)
    if to_contact:
        contact = Person(CONTACT, email=subject.contact)
        send(message, Recipient(contact, user, Audience.CONTACT), service, reasons, keep=True)
    else:
        send_to_operators(message, service, about=user, reasons=reasons)
    return message
