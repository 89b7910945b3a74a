"""One page for one request: may they see it, is the form ours, what it shows, what is kept of it."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from xfc_notify.errors import WrongInput
from xfc_notify.pages import Absent, Cookie, GoTo, Leave, Page, Picture, Refused, Role, Show, Shown, Visit
from xfc_notify.plugins.service import Service
from xfc_notify.web import changes, render, visits
from xfc_notify.web.addresses import Addresses
from xfc_notify.web.signed import read, same, sign
from xfc_notify.web.visits import Asked

SAID = "xfc_said"
"""The cookie with what the next page is to say."""
SAID_SECONDS = 60
PROOF = "proof"
"""The field of a form that shows that it is ours."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a browser: a page, a picture, or where to go."""

    status: int
    content: bytes = b""
    kind: str = "text/html; charset=utf-8"
    location: str = ""
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True)
class Server:
    """The pages, and what they need."""

    service: Service
    pages: tuple[Page, ...]
    addresses: Addresses

    def reply(self, page: Page, asked: Asked) -> Reply:
        """The answer of a page; to be called with an open database. StoreError if that fails."""
        now = datetime.now(UTC)
        try:
            visitor = None if page.bears and not page.knows else visits.visitor_of(asked, self.service, now)
        except WrongInput as error:
            return self.mistake(asked, 400, error.what)
        visit = visits.visit(asked, self.service, now, visitor)
        if page.role is not Role.ANYBODY and visitor is None:
            return self._sign_in(asked, visit)
        try:
            if page.role is Role.OPERATOR and not visit.who.operator:
                return self._error(visit, 403, visit.say("This page is for those who run the service."))
            if asked.method == "POST":
                return self._posted(page, visit, asked)
            return self._replied(page.get(visit) if page.get else GoTo("/"), visit, asked)
        except WrongInput as error:
            status = 404 if isinstance(error, Absent) else 400
            return self._error(visit, status, visit.language.term(error.what))

    def mistake(self, asked: Asked, status: int, what: str) -> Reply:
        """A page that says what is wrong, to anybody; needs no database."""
        visit = nobodys_visit(asked, self.service)
        return self._error(visit, status, visit.language.term(what))

    def _posted(self, page: Page, visit: Visit, asked: Asked) -> Reply:
        if page.post is None:
            return self._error(visit, 405, visit.say("There is nothing to send here."))
        if not is_own_form(asked, self.service.settings.web.url):
            return self._error(visit, 403, visit.say("This form was not sent from a page of this service."))
        expected = render.form_proof(visit)
        if expected and (page.knows or not page.bears) and not same(visit.given(PROOF), expected):
            return self._error(
                visit,
                403,
                visit.say("This form is too old: somebody has signed in or out since. Please go back."),
            )
        try:
            shown = page.post(visit)
        except Absent:
            raise
        except WrongInput as error:
            return self._again(page, visit, asked, error)
        kept = shown.kept if isinstance(shown, GoTo | Show) else ""
        if kept:
            changes.keep(visit.visitor.name if visit.visitor else "-", visit.client, kept, visit.now)
        return self._replied(shown, visit, asked)

    def _again(self, page: Page, visit: Visit, asked: Asked, error: WrongInput) -> Reply:
        """The form with what was typed, and what is wrong with it."""
        if page.get is None:
            return self._error(visit, 422, visit.language.term(error.what))
        where = error.field if isinstance(error, Refused) else ""
        shown = page.get(visit)
        if isinstance(shown, Show):
            shown = replace(shown, status=422)
        return self._replied(shown, visit, asked, {"what": visit.language.term(error.what), "field": where})

    def _replied(
        self, shown: Shown, visit: Visit, asked: Asked, mistake: dict[str, str] | None = None
    ) -> Reply:
        settings = self.service.settings
        match shown:
            case Picture():
                return Reply(200, shown.content, "image/svg+xml")
            case Leave():
                return Reply(303, location=shown.url, cookies=tuple(shown.cookies))
            case GoTo():
                cookies = tuple(shown.cookies)
                if shown.said:
                    until = datetime.fromtimestamp(visit.now.timestamp() + SAID_SECONDS, UTC)
                    said = sign(shown.said, "said", settings.signing, until)
                    cookies = (*cookies, Cookie(SAID, said, SAID_SECONDS))
                return Reply(303, location=settings.web.prefix + shown.path, cookies=cookies)
            case Show():
                return self._page(shown, visit, asked, mistake)

    def _page(self, shown: Show, visit: Visit, asked: Asked, mistake: dict[str, str] | None) -> Reply:
        said = self._said(asked, visit.now)
        here = "" if self.addresses.bears(asked.path) else asked.path  # its token goes into no other address
        frame = {"mistake": mistake, "said": said, "links": self._links(visit), "here": here}
        text = render.page(shown.template, shown.data, visit, frame)
        cookies = (Cookie(SAID),) if SAID in asked.cookies else ()
        return Reply(shown.status, text.encode("utf-8", "backslashreplace"), cookies=cookies)

    def _links(self, visit: Visit) -> dict[Role, list[tuple[str, str]]]:
        """The navigation: the pages that this visitor may see, those of operators apart."""
        if visit.visitor is None:
            return {}
        roles = [Role.USER, Role.OPERATOR] if visit.visitor.operator else [Role.USER]
        offered = (page for page in self.pages if page.link and (page.offers is None or page.offers(visit)))
        linked = sorted(offered, key=lambda page: page.path)
        return {
            role: [(page.path, visit.language.term(page.link)) for page in linked if page.role is role]
            for role in roles
        }

    def _said(self, asked: Asked, now: datetime) -> str:
        if SAID not in asked.cookies:
            return ""
        try:
            return str(read(asked.cookies[SAID], "said", self.service.settings.signing, now))
        except WrongInput:
            return ""

    def _sign_in(self, asked: Asked, visit: Visit) -> Reply:
        if asked.method == "POST":
            return self._error(visit, 401, visit.say("You have been signed out. Nothing was changed."))
        path = quote(asked.path) + (f"?{urlencode(asked.ticked, doseq=True)}" if asked.ticked else "")
        query = "" if path == "/" else f"?{urlencode({'next': path})}"
        return Reply(303, location=f"{self.service.settings.web.prefix}/sign-in{query}")

    def _error(self, visit: Visit, status: int, what: str) -> Reply:
        frame = {"mistake": None, "said": "", "links": self._links(visit), "here": ""}
        text = render.page("web/error.html.j2", {"what": what, "status": status}, visit, frame)
        return Reply(status, text.encode("utf-8", "backslashreplace"))


def nobodys_visit(asked: Asked, service: Service) -> Visit:
    """A visit of nobody in particular, made without the database."""
    return Visit(service, datetime.now(UTC), visits.spoken(asked, None, service), cookies=asked.cookies)


def is_own_form(asked: Asked, url: str) -> bool:
    """Whether a browser sent it from a page of ours, or it is no browser: that says nothing of either.

    From a page with Referrer-Policy no-referrer the origin is "null".
    """
    site = asked.header("sec-fetch-site")
    if site:
        return site in {"same-origin", "none"}
    origin = asked.header("origin")
    return origin in {"", "null"} or origin.lower() == "/".join(url.split("/", 3)[:3]).lower()
