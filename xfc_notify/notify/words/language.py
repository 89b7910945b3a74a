"""The language and the time zone of a reader: sentences, amounts, shares, dates.

The ids of sentences are the English sentences themselves, with named placeholders; `say`, `count` and `mark`
are what extracts them. Babel is imported when the first message is written, not before.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from xfc_notify import units
from xfc_notify.domain import Fact, Value
from xfc_notify.notify.words import catalog
from xfc_notify.pages import mark
from xfc_notify.paths import harmless

__all__ = ["ZONES", "Language", "begun", "language", "mark"]


def begun(sentence: str) -> str:
    """The sentence with its first letter as at the beginning of one."""
    return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True, slots=True)
class Language:
    """How to speak to one reader. Equal where code and zone are equal."""

    code: str
    zone: ZoneInfo
    sentences: NullTranslations = field(compare=False, repr=False)

    def say(self, sentence: str, **values: str) -> str:
        """The sentence in this language, with its placeholders filled."""
        return self.sentences.gettext(sentence).format_map(values)

    def count(self, one: str, many: str, number: int, **values: str) -> str:
        """The sentence in the form that the number asks for; {count} is the number."""
        return self.sentences.ngettext(one, many, number).format_map({"count": self.number(number), **values})

    def known(self, phrase: str) -> str | None:
        """The phrase as this language has it; None if the language does not know it."""
        translated = self.sentences.gettext(phrase) if phrase else phrase
        return None if translated == phrase else translated

    def term(self, phrase: str) -> str:
        """The phrase as this language has it, or as it stands: a title or unit of a third party's policy."""
        return self.known(phrase) or phrase

    def fact(self, text: str) -> str:
        """What a policy has to add, printable: a Fact or a known phrase in this language, any other text as it is."""
        if not isinstance(text, Fact):
            return self.term(harmless(text))
        values = {name: harmless(self._value(value)) for name, value in text.values.items()}
        return harmless(self.sentences.gettext(text.sentence).format_map(values))

    def _value(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        if len(value) == 2 and isinstance(value[0], int | float):
            return self.amount(value[0], str(value[1]))
        return self.listed(self.term(str(name)) for name in value)

    def number(self, value: int) -> str:
        """A whole number: "1,234", "1.234"."""
        return self._digits(f"{value:,}")

    def percent(self, share: float) -> str:
        """So many percent: "80 %", "82.5 %"."""
        return f"{self._digits(f'{share:,.4g}' if share < 1000 else f'{share:,.0f}')} %"

    def amount(self, amount: float, unit: str) -> str:
        """An amount in the unit of a finding: "3.2 TB", "14 TB·days", "1,234 files"."""
        match unit:
            case "bytes" | "byte-days":
                return self.size(units.format_size(amount), unit)
            case "days":
                return self.count("{count} day", "{count} days", math.floor(amount))
            case "files":
                return self.count("{count} file", "{count} files", round(amount))
            case _:
                number = self._digits(units.format_amount(amount, ""))
                return f"{number} {self.term(harmless(unit))}".strip()

    def size(self, english: str, unit: str) -> str:
        """A size as `units` or `scales` writes it, of bytes or byte-days: "3,2 TB", "1.712,8 TB·Tage"."""
        size = self._digits(english)
        return self.say("{size}·days", size=size) if unit == "byte-days" else size

    def day(self, time: datetime, today: datetime) -> str:
        """The day of a time, with weekday and zone; with the year only if it is another than today's."""
        local = time.astimezone(self.zone)
        same = local.year == today.astimezone(self.zone).year
        pattern = mark("EEEE d MMMM") if same else mark("EEEE d MMMM y")
        return self.say("{day} ({zone})", day=self.date(local, pattern), zone=self._zone_name(local))

    def days_until(self, time: datetime, today: datetime) -> int:
        """How many midnights lie between."""
        return (time.astimezone(self.zone).date() - today.astimezone(self.zone).date()).days

    def moment(self, time: datetime) -> str:
        """A time with weekday and zone: "Monday 2 March 2026, 08:00 UTC"."""
        local = time.astimezone(self.zone)
        day = self.date(local, mark("EEEE d MMMM y"))
        return self.say("{day}, {time} {zone}", day=day, time=f"{local:%H:%M}", zone=self._zone_name(local))

    def listed(self, items: Iterable[str]) -> str:
        """ "one, two and three" """
        from babel.lists import format_list

        return format_list(list(items), locale=self._locale)

    def date(self, time: datetime, pattern: str) -> str:
        """The date of a time in this zone, by a pattern of the Unicode CLDR that the language may put its own way."""
        from babel.dates import format_date

        return format_date(time.astimezone(self.zone), self.say(pattern), locale=self._locale)

    def _zone_name(self, local: datetime) -> str:
        name = local.tzname() or self.zone.key
        return self.term(f"UTC{name}" if name[0] in "+-" else name)

    def _digits(self, english: str) -> str:
        return english.translate(_marks(self._locale))

    @property
    def _locale(self) -> str:
        return "en_GB" if self.code == "en" else self.code


@cache
def _marks(locale: str) -> dict[int, int]:
    """The marks of numbers as English has them → as this language has them."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return str.maketrans(".,", get_decimal_symbol(locale) + get_group_symbol(locale))


# Abbreviations that a reader of another language knows under other names.
ZONES = (mark("CET"), mark("CEST"))


def language(code: str, timezone: str, folder: Path | None = None, *, pages: bool = False) -> Language:
    """The language of that code, or English if nobody has translated it; `folder` holds a site's own wordings.

    pages  it knows the words of web pages too
    """
    known = code if code in catalog.languages(folder) else "en"
    return Language(known, ZoneInfo(timezone), catalog.sentences(known, folder, pages=pages))
