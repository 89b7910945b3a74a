"""One way to send: mode, addresses, brake, outbox."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from xfc_notify.domain import Message, Person
from xfc_notify.outbox.brake import brake
from xfc_notify.outbox.messages import AboutSubject, write
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.people import users
from xfc_notify.people.operators import operators
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.states import Audience, Mode

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads a message, and whose matters it speaks of."""

    person: Person
    about: UserRow
    audience: Audience = Audience.USER


def send(
    message: Message,
    to: Recipient,
    service: Service,
    reasons: Sequence[AboutSubject] = (),
    broke_interval: str = "",
    *,
    keep: bool = False,
) -> Mode | None:
    """Put a message into the outbox, to be delivered, recorded or held; the mode in which it was written.

    Where no plugin has an address nothing is written, and None returned; with `keep` it is kept all the same. To be
    called in a transaction: the brake lets nobody else write until it ends.
    """
    mode = effective_mode(service.settings)
    places = service.plugins.addresses(message, to.person) if mode is Mode.LIVE else []
    if mode is Mode.LIVE and not places:
        if not keep:
            return None
        log.warning("nobody hears of it, no address for the %s: %s", to.audience, message.subject)
    if mode is Mode.LIVE and to.audience is Audience.USER:
        braked = brake(to.about, service.settings, message.created_at)
        mode = Mode.HELD if braked.holds else mode
        if braked.storm is not None:
            send_to_operators(braked.storm, service)
    write(to.about, message, reasons, mode, broke_interval, places, to.audience)
    return mode


def send_to_operators(
    message: Message, service: Service, about: UserRow | None = None, reasons: Sequence[AboutSubject] = ()
) -> None:
    """Tell the operators something, `about` whose matters it is; kept all the same where they have no address."""
    who = operators(service.settings, message.created_at)
    send(message, Recipient(users.person(who), about or who, Audience.OPERATORS), service, reasons, keep=True)
