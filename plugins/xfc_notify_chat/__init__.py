"""Delivery to chats and whatever else Apprise reaches: a URL per person, and those of the operators.

Everything heavy is imported when a hook is called, so that listing the plugins costs nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xfc_notify import OPERATORS, Message, Person, hookimpl

if TYPE_CHECKING:
    from xfc_notify_chat.settings import ChatSettings


@hookimpl
def settings_model() -> "type[ChatSettings]":
    """`[plugins.chat]`."""
    from xfc_notify_chat.settings import ChatSettings

    return ChatSettings


@hookimpl
def addresses(message: Message, person: Person, settings: "ChatSettings") -> Iterable[str]:
    """The person's own URL, if there is one; for a message to the operators, theirs."""
    if message.username == OPERATORS:
        return settings.operators
    return [person.chat] if person.chat else []


@hookimpl
def objection(person: Person, settings: "ChatSettings") -> str | None:
    """Why the person's URL cannot be used."""
    from xfc_notify_chat.destination import destination

    try:
        if person.chat:
            destination(person.chat, settings.services)
    except ValueError as error:
        return str(error)
    return None


@hookimpl
def deliver(message: Message, address: str, settings: "ChatSettings") -> None:
    """Send one message to one URL."""
    from xfc_notify_chat.notification import send

    send(message, address, () if address in settings.operators else settings.services)
