"""What a component shows on the web: pages for people, resources for programs. Their functions know no web server.

A page's `get` shows, its `post` does. Both are given a `Visit` and run in a thread with a connection to the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from xfc_notify.notify.words.language import Language
    from xfc_notify.plugins.service import Service


LANGUAGE = "xfc_language"
"""The cookie with the language that a visitor chose."""


def mark(sentence: str) -> str:
    """The sentence itself: it is translated elsewhere, and listed for translators here."""
    return sentence


NO_SUCH = mark("There is no such page. Perhaps the address was not copied whole.")
"""What is said of what is not there, and of what is not for this visitor."""


class Role(StrEnum):
    """Who may see a page."""

    ANYBODY = "anybody"
    USER = "user"
    OPERATOR = "operator"


class Scope(StrEnum):
    """What a token may do: look at its user's storage, look at everybody's, change things; at /DM, look at datasets,
    move and remove them."""

    OWN = "own"
    READ = "read"
    WRITE = "write"
    DATASETS = "datasets"


class Refused(WrongInput):
    """What a person wrote into a field of a form cannot be used; the page shows it beside the field."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(what)
        self.field = name


class Absent(WrongInput):
    """There is no such thing, or it is not for this visitor, who must not learn which of the two."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `session` is the id of their session, empty where each request says anew who it is."""

    name: str
    operator: bool = False
    session: str = ""
    scopes: frozenset[Scope] = frozenset()


@dataclass(frozen=True)
class Visit:
    """A request: who asks for what, in which language.

    place   the parts of the address that vary
    query   what stands after the question mark: the first value of each name
    ticked  name → all its values there
    form    what was sent with POST, name → values
    client  the address from which the visitor comes
    """

    service: "Service"
    now: datetime
    language: "Language"
    visitor: Visitor | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: str = ""

    @property
    def who(self) -> Visitor:
        """The visitor of a page that is not for anybody."""
        assert self.visitor is not None
        return self.visitor

    def say(self, sentence: str, **values: str) -> str:
        """The sentence in the language of the visitor."""
        return self.language.say(sentence, **values)

    @property
    def chose_language(self) -> bool:
        """Whether the visitor has chosen a language on a page before."""
        return LANGUAGE in self.cookies

    @property
    def page(self) -> int:
        """Which page of a list is asked for, from 1."""
        text = self.query.get("page", "1")
        is_number = text.isascii() and text.isdecimal() and len(text) < 7
        return max(1, int(text)) if is_number else 1

    def given(self, name: str) -> str:
        """What stands in a field of the form, without blanks around it; empty if nothing does."""
        return next(iter(self.form.get(name, ())), "").strip()


@dataclass(frozen=True, slots=True)
class Show:
    """A page: its template, `component/name`, and what that shows."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Cookie:
    """What the browser is to keep, for so many seconds; 0: no longer."""

    name: str
    value: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class GoTo:
    """It is done; the visitor goes to another page, which says so.

    said  what that page says on top
    kept  what the list of changes keeps: every change by an operator has it
    """

    path: str
    said: str = ""
    kept: str = ""
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """The visitor goes to a page that is not ours."""

    url: str
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG."""

    content: bytes


Shown = Show | GoTo | Leave | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """A page at a path, like "/areas/{area}".

    get      None: there is only something to do, and whoever looks is sent to the start page
    link     how the navigation calls it; empty: it is reached from other pages
    offers   whether the navigation has it for this visitor; None: for all who may see it
    bears    it has a token in its address: it needs nobody to sign in, and its address goes nowhere else
    knows    though it bears a token, it matters who has signed in, and its forms are its own
    outside  it asks a server elsewhere, which may not answer: it keeps no other page waiting
    """

    path: str
    role: Role
    get: Callable[[Visit], Shown] | None
    post: Callable[[Visit], Shown] | None = None
    link: str = ""
    offers: Callable[[Visit], bool] | None = None
    bears: bool = False
    knows: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """One page of a list, and whether there are more after it."""

    items: Sequence[Any]
    page: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change by a program came to, and what the list of changes keeps of it."""

    view: Any
    kept: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What programs get at a path below /api/v1.

    call    is given the visit, and by keyword what path and query say; of a change, what the body says
    view    what it returns, or of which it returns `Many`
    change  it changes something, by POST and only with a token that may; it returns `Changed`
    """

    path: str
    role: Role
    call: Callable[..., Any]
    view: type
    many: bool = False
    change: bool = False

    @property
    def scope(self) -> Scope:
        """What a token must be good for."""
        if self.change:
            return Scope.WRITE
        return Scope.READ if self.role is Role.OPERATOR else Scope.OWN
