"""The edge: one message goes to one place, and what Apprise tells of it becomes the right error.

Apprise keeps an HTTP status in its words alone, and no header. So a time that a server asks for is not known
here; the outbox tries again after a minute, then two, up to an hour, for a day.
"""

import re
from collections.abc import Collection, Iterable
from http import HTTPStatus

from apprise import Apprise, NotifyFormat, NotifyType

from xfc_notify import DeliveryError, Level, Message, PermanentDeliveryError
from xfc_notify_chat.destination import destination
from xfc_notify_chat.text import body, subject

_STATUS = re.compile(r"\berror=(\d{3})\b")
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_TYPES = {
    Level.OK: NotifyType.INFO,
    Level.NOTICE: NotifyType.INFO,
    Level.WARNING: NotifyType.WARNING,
    Level.OVER: NotifyType.FAILURE,
}
_GOOD = frozenset({"ended", "exempt"})


def send(message: Message, url: str, services: Collection[str]) -> None:
    """Send one message to one place; DeliveryError or PermanentDeliveryError if it was not accepted.

    The place is opened anew: Apprise makes one that is used again wait for seconds.
    """
    try:
        place = destination(url, services)
    except ValueError as error:
        raise PermanentDeliveryError(str(error)) from None
    name = str(place.service_name)
    try:
        result = Apprise(place, asset=place.asset).notify(
            body=body(message),
            title=subject(message),
            notify_type=_type(message),
            body_format=NotifyFormat.TEXT,
        )
    except Exception as error:  # noqa: BLE001 - its words may hold the URL
        raise DeliveryError(f"{name}: {type(error).__name__}") from None
    if not result:
        raise _failure(name, [entry.message for entry in result.logs()])


def _type(message: Message) -> NotifyType:
    """By its level; good news is what ended, or was lifted, while nothing is open."""
    good = message.level is Level.OK and not _GOOD.isdisjoint(message.reasons)
    return NotifyType.SUCCESS if good else _TYPES[message.level]


def _failure(name: str, told: Iterable[str]) -> DeliveryError:
    """What went wrong, in our words: those of Apprise may hold a token."""
    text = "\n".join(told)
    statuses = [int(status) for status in _STATUS.findall(text)]
    if not statuses:
        mute = "connection error" in text.lower()
        return DeliveryError(f"{name} {'does not answer' if mute else 'did not take the message'}")
    what = f"{name} answered {statuses[-1]}"
    final = all(300 <= status < 500 and status not in _PASSING for status in statuses)
    return PermanentDeliveryError(what) if final else DeliveryError(what)
