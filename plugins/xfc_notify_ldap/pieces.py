"""Puts together the values of an attribute that come in pieces (draft-kashi-incremental).

Active Directory tells 1,500 members of a group at once, as `member;range=0-1499`; `member;range=1500-*` asks for more.
"""

import re
from collections.abc import Callable

from xfc_notify_ldap.entries import Entry, Unclear

_PIECE = re.compile(r"(?P<attribute>[^;]+);range=(?P<first>\d+)-(?P<last>\d+|\*)")


def whole(entry: Entry, read: Callable[[str, str], Entry | None]) -> Entry:
    """The entry with all its values; `read` gives one attribute of the entry with a DN. Unclear if it stops."""
    values = dict(entry.values)
    for name in entry.values:
        if (piece := _PIECE.fullmatch(name)) is not None:
            values[piece["attribute"]] = values.pop(name) + _rest(entry.dn, piece, read)
    return Entry(entry.dn, values)


def _rest(dn: str, piece: re.Match[str], read: Callable[[str, str], Entry | None]) -> tuple[bytes, ...]:
    values: tuple[bytes, ...] = ()
    while piece["last"] != "*":
        first = int(piece["last"]) + 1
        told = read(dn, f"{piece['attribute']};range={first}-*")
        several = map(_PIECE.fullmatch, told.values if told else ())
        following = next((it for it in several if it and it["first"] == str(first)), None)
        if told is None or following is None:
            raise Unclear(f"the server does not tell all values of {piece['attribute']} of {dn}")
        values += told.values[following[0]]
        piece = following
    return values
