"""Translations: the packaged .po files, and a site's own, which win sentence by sentence.

They are compiled in memory when first used; a process reads each file once.
"""

import logging
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from xfc_notify.errors import SettingsError
from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

MESSAGES = Path(__file__).with_name("locale")
PAGES = Path(__file__).parents[2] / "web" / "locale"
"""Apart from what messages say: a page has short words, which a message would take for those of a policy."""
PACKAGED = (MESSAGES, PAGES)

log = logging.getLogger(__name__)


def languages(folder: Path | None = None) -> frozenset[str]:
    """The codes of the languages that there are: English, those packaged, and those of the site."""
    return frozenset({"en", *(file.stem for place in (*PACKAGED, folder) for file in files(place))})


@cache
def sentences(code: str, folder: Path | None = None, *, pages: bool = False) -> NullTranslations:
    """The sentences of a language, of messages or of pages too. A site's file with a mistake is logged and left out."""
    found = NullTranslations()
    for place in (*((PAGES,) if pages else ()), MESSAGES, folder):
        file = place / f"{code}.po" if place is not None else None
        if file is None or not file.exists():
            continue
        try:
            above = _compiled(read(file, code))
        except SettingsError as mistake:
            log.error("%s; the packaged wording is used instead", mistake)  # noqa: TRY400 - a mistake, no bug
            continue
        above.add_fallback(found)
        found = above
    return found


def mistakes(folder: Path) -> Iterator[SettingsError]:
    """The first mistake in each file of a site's wordings: "/data/site/de.po:12: …"."""
    for file in files(folder):
        try:
            read(file, file.stem)
        except SettingsError as mistake:
            yield mistake


def read(file: Path, code: str) -> "Catalog":
    """A .po file; SettingsError with file and line if it cannot be read or a placeholder in it is unknown."""
    from babel.core import Locale, UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    try:
        Locale.parse(code)
        with file.open("rb") as content:
            found = read_po(content, locale=code, abort_invalid=True)
    except (UnknownLocaleError, ValueError):
        raise SettingsError(f"{file}: {harmless(code)} is not a language; name the file like de.po") from None
    except PoFileError as error:
        raise SettingsError(f"{file}:{error.lineno + 1}: {harmless(str(error.args[0]))}") from None
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    for message in found:
        ids, strings = _forms(message.id), _forms(message.string)
        if not message.id:
            continue
        allowed = frozenset().union(*map(placeholders, ids))
        for string in strings:
            try:
                unknown = placeholders(string) - allowed
            except ValueError as error:
                raise SettingsError(f"{file}:{message.lineno}: {error}") from None
            if unknown:
                names = ", ".join(f"{{{name}}}" for name in sorted(unknown))
                known = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
                raise SettingsError(
                    f"{file}:{message.lineno}: unknown placeholder {harmless(names)}; known here: {known}"
                )
    return found


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces; ValueError for braces that hold anything but a name."""
    names = set()
    for _, name, specification, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or specification or conversion:
            raise ValueError(f"braces hold a name and nothing else: {{{harmless(name)}}}")
        names.add(name)
    return frozenset(names)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _compiled(found: "Catalog") -> GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return GNUTranslations(compiled)


def files(place: Path | None) -> list[Path]:
    """The .po files in a folder."""
    return sorted(place.glob("*.po")) if place is not None else []
