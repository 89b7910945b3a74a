"""The web's own pages: sign in and out, the language, tokens, the list of changes."""

from datetime import timedelta

from xfc_notify.pages import (
    LANGUAGE,
    NO_SUCH,
    Absent,
    Cookie,
    GoTo,
    Page,
    Refused,
    Role,
    Scope,
    Show,
    Shown,
    Visit,
    mark,
)
from xfc_notify.web import api_tokens, changes, enter, oidc, preferences
from xfc_notify.web.operators import is_operator
from xfc_notify.web.render import LANGUAGES
from xfc_notify.web.where_to import safe

A_YEAR = 366 * 86_400
LIVES = (7, 30, 90, 365)
"""For how many days a token can be made."""
PER_PAGE = 50


def _language(visit: Visit) -> Shown:
    to = visit.query.get("to", "")
    if to not in LANGUAGES:
        raise Absent(visit.say(NO_SUCH))
    return GoTo(safe(visit.query.get("next", "/")), cookies=[Cookie(LANGUAGE, to, A_YEAR)])


def _tokens(visit: Visit) -> Shown:
    return _token_page(visit)


def _token_page(visit: Visit, made: str = "", kept: str = "") -> Show:
    scopes = [
        (Scope.OWN, visit.say("look at my own storage")),
        *([(Scope.READ, visit.say("look at everything"))] if _may_read_all(visit) else []),
        (Scope.WRITE, visit.say("change things, as I may")),
        *(
            [(Scope.DATASETS, visit.say("move and remove my datasets"))]
            if visit.service.settings.stores
            else []
        ),
    ]
    lives = [(str(days), visit.language.count("{count} day", "{count} days", days)) for days in LIVES]
    tokens = api_tokens.tokens(visit.who.name, visit.now)
    return Show(
        "web/tokens.html.j2", {"made": made, "tokens": tokens, "scopes": scopes, "lives": lives}, kept=kept
    )


def _make_token(visit: Visit) -> Shown:
    label, life = visit.given("label"), visit.given("days")
    if not label:
        raise Refused("label", visit.say("Say what the token is for."))
    if life not in map(str, LIVES):
        raise Refused("days", visit.say("Choose how long it is to work."))
    scopes = {scope for scope in Scope if scope in visit.form.get("scope", ())}
    if not scopes or (Scope.READ in scopes and not _may_read_all(visit)):
        raise Refused("scope", visit.say("Choose what it may do."))
    token = api_tokens.create(visit.who.name, label, scopes, timedelta(days=int(life)), visit.now)
    return _token_page(visit, token, kept=f"token made: {label}: {', '.join(sorted(scopes))}, {life} days")


def _may_read_all(visit: Visit) -> bool:
    """Not who is an operator by a claim: that holds for a session, and a token would outlive it."""
    return is_operator(visit.who.name, visit.service.settings)


def _revoke(visit: Visit) -> Shown:
    number = visit.given("number")
    if not number.isdecimal() or len(number) > 9 or not api_tokens.revoke(int(number), visit.who.name):
        raise Absent(visit.say("There is no such token."))
    return GoTo("/tokens", visit.say("The token works no more."), kept=f"token revoked: {number}")


def _all_tokens(visit: Visit) -> Shown:
    found = api_tokens.tokens(None, visit.now, PER_PAGE + 1, (visit.page - 1) * PER_PAGE)
    more = len(found) > PER_PAGE
    return Show("web/all_tokens.html.j2", {"tokens": found[:PER_PAGE], "page": visit.page, "more": more})


def _revoke_anybodys(visit: Visit) -> Shown:
    number = visit.given("number")
    if not number.isdecimal() or len(number) > 9 or not api_tokens.revoke(int(number)):
        raise Absent(visit.say("There is no such token."))
    return GoTo("/operations/tokens", visit.say("The token works no more."), kept=f"token revoked: {number}")


def _changes(visit: Visit) -> Shown:
    page = visit.page
    found = changes.latest(page, PER_PAGE)
    return Show(
        "web/changes.html.j2", {"changes": found[:PER_PAGE], "page": page, "more": len(found) > PER_PAGE}
    )


PAGES = (
    Page("/sign-in", Role.ANYBODY, enter.show, enter.ask),
    Page("/enter/{token}", Role.ANYBODY, enter.look, enter.enter, bears=True),
    Page("/sign-out", Role.ANYBODY, None, enter.leave),
    Page("/sign-in/provider", Role.ANYBODY, oidc.leave_for_provider, outside=True),
    Page("/sign-in/back", Role.ANYBODY, oidc.come_back, outside=True),
    Page("/language", Role.ANYBODY, _language),
    *preferences.PAGES,
    Page("/tokens", Role.USER, _tokens, _make_token, link=mark("Tokens")),
    Page("/tokens/revoke", Role.USER, None, _revoke),
    Page("/operations/tokens", Role.OPERATOR, _all_tokens, _revoke_anybodys, link=mark("Tokens of all")),
    Page("/operations/changes", Role.OPERATOR, _changes, link=mark("Changes")),
)
