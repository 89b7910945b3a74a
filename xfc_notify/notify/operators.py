"""The operators as one user, whose address is [service] operators."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from xfc_notify.domain import OPERATORS, Message, Person
from xfc_notify.notify.mode import effective_mode
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import areas, outbox
from xfc_notify.store.tables import User

log = logging.getLogger(__name__)


def operators(settings: Settings, now: datetime) -> User:
    """The operators as a user, with the address of the settings; added when first needed."""
    areas.add_user(Person(OPERATORS), now)
    User.update(email=settings.service.operators or None).where(User.name == OPERATORS).execute()
    return areas.user_named(OPERATORS)


def write_to_operators(
    message: Message,
    settings: Settings,
    plugins: Plugins,
    about: User | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Put a message to the operators into the outbox, `about` whom it is; not more than recorded in shadow mode.

    Where they have no address it is kept all the same, and said in the log.
    """
    mode, who = effective_mode(settings), operators(settings, message.created_at)
    places = plugins.addresses(message, areas.person(who)) if mode == "live" else []
    if mode == "live" and not places:
        log.warning("nobody hears of it: [service] operators has no address: %s", message.subject)
    outbox.write(about or who, message, [dict(it) for it in reasons], mode, "", places, audience="operators")
