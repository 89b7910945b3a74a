"""From a request to a visit: who asks, from where, in which language."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xfc_notify.pages import LANGUAGE, Visit, Visitor
from xfc_notify.paths import harmless
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins.service import Service
from xfc_notify.settings import Settings
from xfc_notify.web import network, sessions
from xfc_notify.web.operators import is_operator

if TYPE_CHECKING:
    from xfc_notify.notify.words.language import Language

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as plain data, so that a thread can work with it.

    peer  the address that is connected to us; None over a Unix socket
    """

    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]]
    peer: str | None
    cookies: Mapping[str, str]
    place: Mapping[str, str]
    query: Mapping[str, str]
    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """The first value of a header; empty without one."""
        return next(iter(network.values(self.headers, name)), "")


def peer_of(scope: Mapping[str, Any]) -> str | None:
    """The address that is connected to us; None over a Unix socket."""
    client = scope.get("client")
    return client[0] if client and client[0] else None


def client_of(scope: Mapping[str, Any], settings: Settings) -> str:
    """The address from which a request comes, as far as trusted proxies say it."""
    return network.client(peer_of(scope), scope["headers"], settings.web.trusted_proxies)


def is_of_browser(headers: Mapping[str, str]) -> bool:
    """Whether a page elsewhere may have had a browser send this: the programs of former services say no such thing."""
    return bool(headers.get("origin") or headers.get("sec-fetch-site"))


def visit(asked: Asked, service: Service, now: datetime, visitor: Visitor | None) -> Visit:
    """The request of this visitor. The database is open."""
    settings = service.settings
    return Visit(
        service=service,
        now=now,
        language=language_of(asked, visitor, service),
        visitor=visitor,
        place=asked.place,
        query=asked.query,
        ticked=asked.ticked,
        form=asked.form,
        cookies=asked.cookies,
        client=network.client(asked.peer, asked.headers, settings.web.trusted_proxies),
    )


def visitor_of(asked: Asked, service: Service, now: datetime) -> Visitor | None:
    """Who has signed in; None: nobody. Whom a trusted proxy names counts, whatever session there is.

    Raises WrongInput if a proxy names several.
    """
    web = service.settings.web
    try:
        named = network.named_by_proxy(asked.peer, asked.headers, web.proxy_header, web.trusted_proxies)
    except Exception:
        log.warning("refused: %s has several users in %s", asked.peer or "unix", web.proxy_header)
        raise
    if named:
        return Visitor(harmless(named)[:64], operator=is_operator(named, service.settings))
    return sessions.visitor(asked.cookies.get(sessions.COOKIE, ""), service.settings, now)


def language_of(asked: Asked, visitor: Visitor | None, service: Service) -> "Language":
    """The language of a visitor, whose preferences are looked up. The database is open."""
    user = None if visitor is None else UserRow.get_or_none(UserRow.name == visitor.name)
    return spoken(asked, user, service)


def spoken(asked: Asked, user: UserRow | None, service: Service) -> "Language":
    """What the visitor chose, else what they prefer, else what their browser asks for, else that of the service."""
    from xfc_notify.notify.words.catalog import languages
    from xfc_notify.notify.words.language import language

    settings = service.settings
    known = languages(settings.messages.templates)
    wanted = [asked.cookies.get(LANGUAGE, ""), (user.language or "") if user else ""]
    if user is None:
        asks = asked.header("accept-language").split(",")[:9]
        wanted += [part.partition(";")[0].strip()[:2] for part in asks]
    code = next((one for one in wanted if one in known), settings.service.language)
    zone = (user.timezone if user else None) or settings.service.timezone
    return language(code, zone, settings.messages.templates, pages=True)
