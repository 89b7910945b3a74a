"""Which URLs can be used. No error shows a URL: its host or path may be the secret."""

import logging
from collections.abc import Collection
from urllib.parse import parse_qs

from apprise import Apprise, AppriseAsset, NotificationManager, NotifyBase

LONGEST = 1000
EXAMPLES = '"slack://…", "matrixs://user:password@host/#room", "workflows://host/ID/SIGNATURE" or "mmosts://host/TOKEN"'

_HERE = frozenset(
    {
        "blink1",
        "dbus",
        "deltachat",
        "deltachats",
        "gio",
        "glib",
        "gnome",
        "kde",
        "macosx",
        "qt",
        "syslog",
        "windows",
    }
)
"""Services of the machine itself: the worker's, where nobody looks."""

_OURS = frozenset({"emojis", "format", "optional", "overflow", "retry", "wait"})
"""Options that decide what this plugin decides: the form of a message, what failed, and when to try again."""

_FILES = frozenset({"keyfile", "subfile", "template"})
"""Options that name a file for the worker to read."""

# Apprise's warnings hold tokens, and what matters in them comes back with each result.
logging.getLogger("apprise").propagate = False


def destination(url: str, services: Collection[str] = ()) -> NotifyBase:
    """The one place that a URL names, ready to be sent to once; `services` are those allowed, none given: all.

    ValueError says what is wrong.
    """
    if len(url) > LONGEST or not url.isprintable() or " " in url or "://" not in url:
        raise ValueError(f"not an Apprise URL; write it like {EXAMPLES}")
    options = {name.lower() for name in parse_qs(url.partition("?")[2], keep_blank_values=True)}
    if refused := options & (_OURS | _FILES):
        raise ValueError(f"the option {min(refused)} cannot be used here; leave it out of the URL")
    place = Apprise.instantiate(url, asset=_asset())
    if place is None:
        raise ValueError(f"Apprise cannot use this URL; write it like {EXAMPLES}")
    names = schemes(place)
    if names & _HERE or (services and names.isdisjoint(services)):
        allowed = f"; allowed are {', '.join(services)}" if services else ""
        raise ValueError(f"{min(names)} cannot be used here{allowed}")
    if len(place) != 1:
        raise ValueError("the URL names several places; only one can be told whether it got the message")
    return place


def _asset() -> AppriseAsset:
    """Our name instead of Apprise's, no picture from a host of theirs, no redirect to another place.

    No time limit of Apprise's own either: it would leave the message behind in a thread, perhaps to be sent
    after all.
    """
    return AppriseAsset(
        app_id="xfc-notify",
        app_desc="xfc-notify",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,
        http_redirects=False,
    )


def schemes(place: NotifyBase) -> set[str]:
    """The names under which Apprise knows the service, like {"json", "jsons"}."""
    names: set[str] = set()
    for name in (place.protocol, place.secure_protocol):
        names |= {name} if isinstance(name, str) else set(name or ())
    return names


def is_service(name: str) -> bool:
    """Whether Apprise knows a service of this name."""
    known: Collection[str] = NotificationManager().schemas()  # type: ignore[no-untyped-call]
    return name in known
