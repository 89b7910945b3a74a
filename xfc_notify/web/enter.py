"""Signing in by a link that is sent by mail: 15 minutes, once, and only when a person presses the button."""

from datetime import datetime, timedelta
from typing import Any

from xfc_notify.errors import WrongInput
from xfc_notify.pages import Cookie, GoTo, Refused, Show, Shown, Visit
from xfc_notify.settings import Settings
from xfc_notify.web import mails, sessions
from xfc_notify.web.limits import Limit
from xfc_notify.web.signed import random_id, read, sign
from xfc_notify.web.where_to import safe

LASTS = timedelta(minutes=15)
PURPOSE = "sign in"
PER_PERSON = Limit(5, LASTS)
PER_CLIENT = Limit(20, LASTS)


def show(visit: Visit) -> Shown:
    """The form that asks for the link."""
    if visit.visitor is not None:
        return GoTo(safe(visit.query.get("next", "")))
    provider = visit.service.settings.web.oidc.issuer
    return Show(
        "web/sign_in.html.j2", {"next": safe(visit.query.get("next", "/")), "provider": bool(provider)}
    )


def ask(visit: Visit) -> Shown:
    """Send the link. The answer is the same whether there is such a user or not."""
    text = visit.given("name")
    if not text:
        raise Refused("name", visit.say("Enter your username or your mail address."))
    if not PER_CLIENT.try_now(visit.client, visit.now) or not PER_PERSON.try_now(text.lower(), visit.now):
        raise Refused("name", visit.say("That was tried too often. Please wait a quarter of an hour."))
    who = mails.person(text, visit.service)
    if who is not None and who.email:
        address = link(who.username, visit.service.settings, visit.now, safe(visit.given("next")))
        blocks = [
            visit.say(
                "Somebody, probably you, wants to sign in as {name}. Open this page and press the button:",
                name=who.username,
            ),
            [address],
            visit.say("The link works once, for 15 minutes. If it was not you, do nothing."),
        ]
        mails.send(visit.service, who.email, visit.say("Sign in"), blocks, visit.now)
    return Show("web/sent.html.j2")


def link(name: str, settings: Settings, now: datetime, after: str = "/") -> str:
    """The address at which this user can sign in, once, for 15 minutes."""
    token = sign([name, random_id(), after], PURPOSE, settings.signing, now + LASTS)
    return f"{settings.web.url}/enter/{token}"


def look(visit: Visit) -> Shown:
    """What pressing the button would do; changes nothing."""
    try:
        name, _, _ = _read(visit)
    except WrongInput:
        return Show("web/enter_over.html.j2", {"used": False}, 410)
    if sessions.is_spent(visit.place["token"]):
        return Show("web/enter_over.html.j2", {"used": True}, 410)
    return Show("web/enter.html.j2", {"name": name})


def enter(visit: Visit) -> Shown:
    """Sign in."""
    try:
        name, _, after = _read(visit)
    except WrongInput:
        return Show("web/enter_over.html.j2", {"used": False}, 410)
    if not sessions.spend(visit.place["token"], visit.now):
        return Show("web/enter_over.html.j2", {"used": True}, 410)
    session = sessions.begin(name, visit.now).session
    return GoTo(safe(after), cookies=[cookie(session)])


def leave(visit: Visit) -> Shown:
    """Sign out."""
    if visit.visitor is not None and visit.visitor.session:
        sessions.end(visit.visitor.session)
    return GoTo("/sign-in", visit.say("You have signed out."), cookies=[Cookie(sessions.COOKIE)])


def cookie(session: str) -> Cookie:
    """The cookie of a session."""
    return Cookie(sessions.COOKIE, session, int(sessions.LASTS.total_seconds()))


def _read(visit: Visit) -> Any:
    return read(visit.place["token"], PURPOSE, visit.service.settings.signing, visit.now)
