"""Passes on what is over a limit and unanswered: to the contact of the area, then to the operators."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from xfc_notify.areas import areas
from xfc_notify.areas.tables import AreaRow
from xfc_notify.domain import OPERATORS, Episode, Message, Person
from xfc_notify.notify import episode_rows
from xfc_notify.notify.escalation import Stage, due_stage
from xfc_notify.notify.words.notices import Unanswered, escalation_message
from xfc_notify.outbox import messages
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.outbox.operators import write_to_operators
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings
from xfc_notify.store.isolation import made_if_possible

CONTACT = ":contact"
"""The username of the contact of an area, of whom no more than an address is known."""


def escalate_all(service: Service, now: datetime) -> int:
    """Pass on everything due; how many messages were written. Does nothing unless [messages] escalate is set."""
    if not service.settings.messages.escalate:
        return 0
    users = [user for user in episode_rows.users_with_unsettled() if user.name != OPERATORS]
    written = (_escalate_if_possible(user, service, now) for user in users)
    return sum(count or 0 for count in written)


def _escalate_if_possible(user: UserRow, service: Service, now: datetime) -> int | None:
    """Pass on all of one user that is due to be; one whose messages cannot be made keeps nobody else's back."""
    return made_if_possible(lambda: _escalate(user, service, now), "escalation", user.name)


def _escalate(user: UserRow, service: Service, now: datetime) -> int:
    written = 0
    user = users.locked(user)
    standing = episode_rows.unsettled(user)
    for area, episode in standing:
        stage = due_stage(episode, service.settings.messages, now, contact=bool(area.contact))
        if stage is None or (stage is Stage.OPERATORS and not service.settings.service.operators):
            continue
        message = _message(user, area, episode, standing, stage, service.settings, now)
        _write(message, stage, user, area, episode, service)
        passed_on = episode_rows.save(area, replace(episode, escalated=stage))
        whom = area.contact if stage is Stage.CONTACT else "the operators"
        episode_rows.note(area, passed_on, "escalated", f"to {whom}: {message.subject}", now)
        written += 1
    return written


def _message(
    user: UserRow,
    area: AreaRow,
    episode: Episode,
    standing: Sequence[tuple[AreaRow, Episode]],
    stage: Stage,
    settings: Settings,
    now: datetime,
) -> Message:
    what = Unanswered(
        person=users.person(user),
        area=areas.area(area),
        episode=episode,
        contact=area.contact if episode.escalated or stage is Stage.CONTACT else None,
        others=tuple(
            it for place, it in standing if place == area and it.id != episode.id and not it.ended_at
        ),
        replies=tuple(
            f"{it.at:%Y-%m-%d}: {it.kind}, by {it.what}" for it in episode_rows.replies_to(episode)
        ),
    )
    to_contact = stage is Stage.CONTACT
    return escalation_message(what, CONTACT if to_contact else OPERATORS, to_contact, settings, now)


def _write(
    message: Message,
    stage: Stage,
    user: UserRow,
    area: AreaRow,
    episode: Episode,
    service: Service,
) -> None:
    reason = {
        "area": area.path,
        "policy": episode.policy,
        "reason": "unanswered",
        "level": str(episode.level),
    }
    if stage is Stage.OPERATORS:
        write_to_operators(message, service, about=user, reasons=[reason])
        return
    mode = effective_mode(service.settings)
    places = service.plugins.addresses(message, Person(CONTACT, email=area.contact)) if mode == "live" else []
    messages.write(user, message, [reason], mode, "", places, audience="contact")
