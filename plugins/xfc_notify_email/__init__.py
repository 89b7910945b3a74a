"""Delivery by electronic mail: over SMTP, or into a maildir folder.

Everything heavy is imported when a hook is called, so that listing the plugins costs nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xfc_notify import Message, Person, hookimpl

if TYPE_CHECKING:
    from xfc_notify_email.settings import EmailSettings


@hookimpl
def settings_model() -> "type[EmailSettings]":
    """`[plugins.email]`."""
    from xfc_notify_email.settings import EmailSettings

    return EmailSettings


@hookimpl
def addresses(person: Person, settings: "EmailSettings") -> Iterable[str]:
    """The person's address, if there is one and a mail server is configured."""
    return [person.email] if person.email and settings.url else []


@hookimpl
def outage(settings: "EmailSettings") -> str | None:
    """Why the mail server would take nothing now, or the maildir."""
    from xfc_notify_email.transport import outage as found

    return found(settings)


@hookimpl
def deliver(message: Message, address: str, settings: "EmailSettings") -> None:
    """Send one mail to one address."""
    from xfc_notify_email.notification import send

    send(message, address, settings)
