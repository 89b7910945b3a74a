"""What an entry says, as text and numbers, and the filters that find one. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ldap3.utils.conv import escape_filter_chars

LONGEST_NAME = 100
"""Characters of a username or of the name of a group."""


class Unclear(ValueError):
    """The server answers, and what it says of one person or group cannot be used; it may know all others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a directory: its DN, and its attributes by their names in small letters."""

    dn: str
    values: Mapping[str, tuple[bytes, ...]]

    def texts(self, attribute: str) -> list[str]:
        """The values of an attribute that are text of one line in UTF-8; "" names no attribute."""
        return [text for value in self._of(attribute) if (text := _text(value)) is not None]

    def names(self, attribute: str) -> list[str]:
        """The values of an attribute that can be the name of an account or a group."""
        return [text for text in self.texts(attribute) if 0 < len(text) <= LONGEST_NAME]

    def lines(self, attribute: str) -> list[str]:
        """The values of an attribute as text of one line, with a question mark for all that does not print."""
        decoded = (value.decode("utf-8", "replace") for value in self._of(attribute))
        return [
            "".join(it if it.isprintable() and it != "\ufffd" else "?" for it in text) for text in decoded
        ]

    def number(self, attribute: str) -> int | None:
        """The first value that is a uid or gid."""
        found = (int(text) for text in self.texts(attribute) if re.fullmatch("[0-9]{1,10}", text))
        return next((number for number in found if number < 2**32), None)

    def count(self, attribute: str) -> int:
        """How many values an attribute has."""
        return len(self._of(attribute))

    def _of(self, attribute: str) -> tuple[bytes, ...]:
        return self.values.get(attribute.lower(), ())


def only(entries: Sequence[Entry], what: str) -> Entry | None:
    """The one entry that was found, if any; Unclear if there are several."""
    if len(entries) > 1:
        first = ", ".join(sorted(entry.dn for entry in entries)[:3])
        raise Unclear(f"{len(entries)} entries have {what}: {first}")
    return entries[0] if entries else None


def equals(attribute: str, value: str) -> str:
    """The filter for entries that have this value (RFC 4515); UnicodeEncodeError if it can be in no directory."""
    value.encode()
    return f"({attribute}={escape_filter_chars(value)})"


def both(one: str, other: str) -> str:
    """The filter for what passes two."""
    return f"(&{one}{other})"


def any_of(filters: Iterable[str]) -> str:
    """The filter for what passes at least one."""
    return f"(|{''.join(filters)})"


def username_in(dn: str, attribute: str, base: str) -> str | None:
    """The username, where the first part of a DN is one, and the entry lies below the base; None: it has to be read."""
    found = re.fullmatch(
        rf'{attribute}=([^,+"\\#<>;=\s][^,+"\\<>;=]*),\s*(.*)', dn, re.IGNORECASE | re.DOTALL
    )
    if found is None or not _is_at_or_below(found[2], base):
        return None
    name = found[1].rstrip(" ")
    return name if name.isprintable() and len(name) <= LONGEST_NAME else None


def same(dn: str) -> str:
    """Equal for two ways to write a DN that differ in the case of letters, or in blanks after commas."""
    return re.sub(r"\s*([,=+])\s*", r"\1", dn.strip()).casefold()


def _is_at_or_below(dn: str, base: str) -> bool:
    return f",{same(dn)}".endswith(f",{same(base)}")


def _text(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
