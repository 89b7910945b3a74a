"""Tokens for programs: one's own, and for operators those of all."""

from collections.abc import Sequence
from datetime import timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.pages import Absent, GoTo, Page, Refused, Role, Scope, Show, Shown, Visit, mark
from xfc_notify.people import users
from xfc_notify.web import api_tokens
from xfc_notify.web.operators import is_operator

LIVES = (7, 30, 90, 365)
"""For how many days a token can be made."""
PER_PAGE = 50


def _token_page(visit: Visit, made: str = "", kept: str = "") -> Show:
    scopes = [
        (Scope.OWN, visit.say("look at my own storage")),
        *([(Scope.READ, visit.say("look at everything"))] if _may_read_all(visit.who.name, visit) else []),
        (Scope.WRITE, visit.say("change things, as I may")),
        *(
            [(Scope.DATASETS, visit.say("move and remove my datasets"))]
            if visit.service.settings.stores
            else []
        ),
    ]
    tokens = api_tokens.tokens(visit.who.name, visit.now)
    data = {"made": made, "tokens": tokens, "scopes": scopes, "lives": _lives(visit)}
    return Show("web/tokens.html.j2", data, kept=kept)


def _lives(visit: Visit) -> Sequence[tuple[str, str]]:
    return [(str(days), visit.language.count("{count} day", "{count} days", days)) for days in LIVES]


def _make_token(visit: Visit) -> Shown:
    token, kept = _made(visit, visit.who.name, frozenset(Scope))
    return _token_page(visit, token, kept)


def _made(visit: Visit, name: str, allowed: frozenset[Scope]) -> tuple[str, str]:
    """A new token of somebody by what the form says, and what the list of changes keeps of it."""
    label, life = visit.given("label"), visit.given("days")
    if not label:
        raise Refused("label", visit.say("Say what the token is for."))
    if life not in map(str, LIVES):
        raise Refused("days", visit.say("Choose how long it is to work."))
    scopes = {scope for scope in allowed if scope in visit.form.get("scope", ())}
    if not scopes or (Scope.READ in scopes and not _may_read_all(name, visit)):
        raise Refused("scope", visit.say("Choose what it may do."))
    token = api_tokens.create(name, label, scopes, timedelta(days=int(life)), visit.now)
    whose = "" if name == visit.who.name else f" for {name}"
    return token, f"token made{whose}: {label}: {', '.join(sorted(scopes))}, {life} days"


def _may_read_all(name: str, visit: Visit) -> bool:
    """Not who is an operator by a claim: that holds for a session, and a token would outlive it."""
    return is_operator(name, visit.service.settings)


def _revoke(visit: Visit) -> Shown:
    return _revoked(visit, visit.who.name, "/tokens")


def _revoked(visit: Visit, name: str | None, path: str) -> Shown:
    """End a token, of this user or of anybody; then the visitor goes to a page."""
    number = visit.given("number")
    if not number.isdecimal() or len(number) > 9 or not api_tokens.revoke(int(number), name):
        raise Absent(visit.say("There is no such token."))
    return GoTo(path, visit.say("The token works no more."), kept=f"token revoked: {number}")


def _all_tokens(visit: Visit) -> Shown:
    found = api_tokens.tokens(None, visit.now, PER_PAGE + 1, (visit.page - 1) * PER_PAGE)
    more = len(found) > PER_PAGE
    return Show("web/all_tokens.html.j2", {"tokens": found[:PER_PAGE], "page": visit.page, "more": more})


def _revoke_anybodys(visit: Visit) -> Shown:
    return _revoked(visit, None, "/operations/tokens")


def _page_for_others(visit: Visit, made: str = "", kept: str = "") -> Show:
    scopes = [
        (Scope.OWN, visit.say("look at their own storage")),
        (Scope.READ, visit.say("look at everything, if they are an operator")),
    ]
    data = {"made": made, "user": visit.given("user"), "scopes": scopes, "lives": _lives(visit)}
    return Show("web/token_for_others.html.j2", data, kept=kept)


def _make_for_others(visit: Visit) -> Shown:
    """A token with which a program looks, and changes nothing: nobody acts in somebody else's name on a page."""
    name = visit.given("user")
    try:
        if not is_operator(name, visit.service.settings):
            users.user_named(name)
    except WrongInput:
        raise Refused("user", visit.say("There is no such user.")) from None
    token, kept = _made(visit, name, frozenset({Scope.OWN, Scope.READ}))
    return _page_for_others(visit, token, kept)


PAGES = (
    Page("/tokens", Role.USER, _token_page, _make_token, link=mark("Tokens")),
    Page("/tokens/revoke", Role.USER, None, _revoke),
    Page("/operations/tokens", Role.OPERATOR, _all_tokens, _revoke_anybodys, link=mark("Tokens of all")),
    Page("/operations/tokens/make", Role.OPERATOR, _page_for_others, _make_for_others),
)
