"""Pages as HTML: the templates of all components in one frame, everything in them escaped."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from xfc_notify import components, units
from xfc_notify.outbox.columns import held
from xfc_notify.pages import Visit
from xfc_notify.paths import harmless
from xfc_notify.web.signed import proof

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Those that the language switch offers, each in its own words."""


@cache
def environment() -> "Environment":
    """The templates, each as "component/name"."""
    from jinja2 import Environment as Jinja
    from jinja2 import FileSystemLoader, PrefixLoader, StrictUndefined

    places = {name: FileSystemLoader(folder) for name, folder in components.folders("templates").items()}
    made = Jinja(
        loader=PrefixLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"held": held, "harmless": harmless, "bytes": units.format_size}
    return made


def page(template: str, data: Mapping[str, Any], visit: Visit, frame: Mapping[str, Any]) -> str:
    """The page in the language of its visitor.

    frame  what the frame around it shows: navigation, what was said, the mistake in a form
    """
    prefix, language = visit.service.settings.web.prefix, visit.language

    def at(path: str, **query: object) -> str:
        kept = {key: value for key, value in query.items() if value not in (None, "", 1)}
        return prefix + quote(path) + (f"?{urlencode(kept)}" if kept else "")

    def ago(time: datetime | None) -> str:
        return language.say("never") if time is None else since(visit, time)

    known = {
        "at": at,
        "ago": ago,
        "say": language.say,
        "count": language.count,
        "term": language.term,
        "language": language,
        "languages": LANGUAGES,
        "visit": visit,
        "visitor": visit.visitor,
        "service": visit.service.settings.service,
        "proof": form_proof(visit),
        "is_old": lambda time: is_old(visit, time),
    }
    return environment().get_template(template).render({**frame, **known, **data})


def form_proof(visit: Visit) -> str:
    """What the forms of a signed-in visitor carry, or those of a page that bears a token; empty for anybody else."""
    if visit.visitor is None:
        token = visit.place.get("token", "")
        return proof(f"link {token}", visit.service.settings.signing) if token else ""
    return proof(visit.visitor.session or f"name {visit.visitor.name}", visit.service.settings.signing)


def since(visit: Visit, time: datetime) -> str:
    """How long ago: "3 hours ago"."""
    seconds = max(0, int((visit.now - time).total_seconds()))
    language = visit.language
    if seconds >= 2 * units.DAY_SECONDS:
        return language.count("{count} day ago", "{count} days ago", seconds // units.DAY_SECONDS)
    if seconds >= 3600:
        return language.count("{count} hour ago", "{count} hours ago", seconds // 3600)
    if seconds < 60:
        return language.say("just now")
    return language.count("{count} minute ago", "{count} minutes ago", seconds // 60)


def is_old(visit: Visit, time: datetime | None) -> bool:
    """Whether a figure of that time has missed two scans, and so says little of today."""
    return time is not None and visit.now - time > 3 * visit.service.settings.scan.every
