r"""The name of an entry in a line of `wrstat`, whichever of its dialects wrote it, as bytes. Standard library only.

A     standard base64; begins with `L`, since an absolute path begins with `/`
B     base64 with an alphabet that sorts like the path; begins with `9`
C, D  quoted by Go's %q; `\xHH` is a byte
bare  the path itself, quoted only where it holds special characters
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error

STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
ORDERED = b"+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TO_STANDARD = bytes.maketrans(ORDERED, STANDARD)
_ESCAPE = re.compile(rb'\\(?:([abfnrtv\\"])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))|\\|"')
_LETTERS = dict(zip(b'abfnrtv\\"', b'\a\b\f\n\r\t\v\\"', strict=True))


def decoded(column: bytes) -> bytes:
    """The path of a first column in any dialect; ValueError, with what is wrong, if it is none."""
    match column[:1]:
        case b'"':
            path = _unquoted(column)
        case b"L":
            path = _from_base64(column)
        case b"9":
            path = _from_base64(column.translate(_TO_STANDARD))
        case _:
            path = column
    if not path.startswith(b"/"):
        raise ValueError("does not begin with an absolute path in any form that wrstat writes")
    if b"\0" in path:
        raise ValueError("holds a zero byte in its path")
    return path


def _from_base64(column: bytes) -> bytes:
    try:
        return b64decode(column, validate=True)
    except Base64Error:
        raise ValueError("begins with what is no base64") from None


def _unquoted(column: bytes) -> bytes:
    if len(column) < 2 or not column.endswith(b'"'):
        raise ValueError("has a quote that does not end")
    return _ESCAPE.sub(_meant, column[1:-1])


def _meant(escape: re.Match[bytes]) -> bytes:
    letter, byte, *runes = escape.groups()
    if letter is not None:
        return bytes([_LETTERS[letter[0]]])
    if byte is not None:
        return bytes([int(byte, 16)])
    rune = next((rune for rune in runes if rune is not None), None)
    if rune is None or int(rune, 16) > 0x10FFFF:
        raise ValueError("has an escape in its path that Go does not know")
    return chr(int(rune, 16)).encode("utf-8", "surrogatepass")
