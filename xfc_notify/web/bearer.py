"""Who a program is, by the token that it shows."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from xfc_notify.pages import Visitor
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings
from xfc_notify.web import api_tokens
from xfc_notify.web.limits import Limit
from xfc_notify.web.signed import shown

BAD_TOKENS = Limit(20, timedelta(minutes=1))
"""How often one client may show a token that is none."""
log = logging.getLogger(__name__)


class Refusal(Exception):
    """Why a program does not get what it asks for."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def visitor(header: str, client: str, settings: Settings, now: datetime) -> Visitor:
    """Whom the token in an Authorization header names; Refusal if it names nobody, or that was tried too often."""
    if BAD_TOKENS.is_reached(client, now):
        raise Refusal(429, "That was tried too often.", {"Retry-After": "60"})
    kind, _, token = header.partition(" ")
    found = api_tokens.visitor(token.strip(), settings, now) if kind.lower() == "bearer" else None
    if found is None:
        BAD_TOKENS.try_now(client, now)
        log.warning("a token that is none: %s from %s", shown(token), harmless(client))
        raise Refusal(401, "This token is unknown, or its time is over.", {"WWW-Authenticate": "Bearer"})
    return found
