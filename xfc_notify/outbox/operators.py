"""The operators as one user, whose address is [service] operators."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from xfc_notify.domain import OPERATORS, Message, Person
from xfc_notify.outbox import messages
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.people import users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings

log = logging.getLogger(__name__)


def operators(settings: Settings, now: datetime) -> UserRow:
    """The operators as a user, with the address of the settings; added when first needed."""
    users.add_user(Person(OPERATORS), now)
    UserRow.update(email=settings.service.operators or None).where(UserRow.name == OPERATORS).execute()
    return users.user_named(OPERATORS)


def write_to_operators(
    message: Message,
    service: Service,
    about: UserRow | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Put a message to the operators into the outbox, `about` whom it is; not more than recorded in shadow mode.

    Where they have no address it is kept all the same, and said in the log.
    """
    mode, who = effective_mode(service.settings), operators(service.settings, message.created_at)
    places = service.plugins.addresses(message, users.person(who)) if mode == "live" else []
    if mode == "live" and not places:
        log.warning("nobody hears of it: [service] operators has no address: %s", message.subject)
    messages.write(
        about or who, message, [dict(it) for it in reasons], mode, "", places, audience="operators"
    )
