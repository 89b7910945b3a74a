"""Mails that a visitor asks for: with a link that works once, for a short time. They are sent at once, and not kept."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from xfc_notify.domain import Person
from xfc_notify.errors import DeliveryError
from xfc_notify.outbox.plain import Block, plain_message
from xfc_notify.people import users
from xfc_notify.people.settings import People
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.web.operators import is_operator

_SENDER = ThreadPoolExecutor(2, thread_name_prefix="mail")
"""Apart from the pages: how long an answer takes must not tell whether there was anybody to write to."""
log = logging.getLogger(__name__)


def person(text: str, service: Service) -> Person | None:
    """Whom this username or address means, if they have an address: a user, or an operator without any storage."""
    named = UserRow.select().where(UserRow.name == text).first()
    if named is None and "@" in text:
        named = users.with_address(text)
    if named is not None:
        who = users.person(named)
    elif is_operator(text, service.settings):
        known = service.plugins.find_person(text)
        pattern = service.settings.of(People).email.replace("{username}", text)
        who = Person(text, email=(known.email if known else None) or pattern or None)
    else:
        return None
    return who if who.email and not who.username.startswith(":") else None


def send(service: Service, to: str, subject: str, blocks: Sequence[Block], now: datetime) -> None:
    """Send these words to one address, soon. What fails is logged; the visitor can ask again."""
    message = plain_message(service.settings, "", subject, blocks, now)
    places = service.plugins.addresses(message, Person("", email=to))
    if not places:
        log.error("no delivery plugin takes mail: nobody can sign in by a link")

    def deliver() -> None:
        for channel, address in places:
            try:
                service.plugins.deliver(channel, message, address)
            except DeliveryError as error:
                log.error("a link could not be sent by %s: %s", channel, error)  # noqa: TRY400

    _SENDER.submit(deliver)
