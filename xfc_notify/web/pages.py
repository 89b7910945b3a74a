"""The web's own pages: sign in and out, the language, preferences, tokens, the list of changes."""

from xfc_notify.pages import LANGUAGE, NO_SUCH, Absent, Cookie, GoTo, Page, Role, Show, Shown, Visit, mark
from xfc_notify.web import changes, end_pages, enter, oidc, preferences, token_pages
from xfc_notify.web.render import LANGUAGES
from xfc_notify.web.where_to import safe

A_YEAR = 366 * 86_400
PER_PAGE = 50


def _language(visit: Visit) -> Shown:
    to = visit.query.get("to", "")
    if to not in LANGUAGES:
        raise Absent(visit.say(NO_SUCH))
    return GoTo(safe(visit.query.get("next", "/")), cookies=[Cookie(LANGUAGE, to, A_YEAR)])


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
    *token_pages.PAGES,
    *end_pages.PAGES,
    Page("/operations/changes", Role.OPERATOR, _changes, link=mark("Changes")),
)
