"""In which language and zone somebody is written to."""

from xfc_notify.domain import Person
from xfc_notify.notify.words.language import Language, language
from xfc_notify.people.tables import UserRow
from xfc_notify.settings import Settings


def language_of(who: Person | UserRow | None, settings: Settings, *, pages: bool = False) -> Language:
    """What they prefer, else what the service speaks; `pages`: with the words of pages, too."""
    code, zone = (who.language, who.timezone) if who else (None, None)
    return language(
        code or settings.service.language,
        zone or settings.service.timezone,
        settings.messages.templates,
        pages=pages,
    )
