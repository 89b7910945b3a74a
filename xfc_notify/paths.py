r"""Names as text that can hurt nobody, and back to the very same bytes.

Names in a file system are bytes: they hold newlines, escape sequences, invalid UTF-8. Everywhere outside
the file system (tables, messages, JSON, terminals) they are text in which the backslash, undecodable bytes
and characters that do not print are escaped: `\\`, `\xff`, `\n` as `\x0a`, U+202E as `\u202e`. What is
stored is so harmless wherever it is shown later.
"""

import re
import unicodedata

# Control, format (bidirectional overrides among them), surrogate, private use, unassigned, line separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONG = 20
"""From this length on, the last four letters of a URL tell it from others and give nothing away."""
_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def show(path: bytes) -> str:
    """The path as printable text; `parse` turns it back."""
    text = path.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(map(_shown, text))


def parse(text: str) -> bytes:
    r"""The bytes behind what `show` made; ValueError if a backslash begins no known escape."""
    parts: list[bytes] = []
    position = 0
    while (start := text.find("\\", position)) >= 0:
        match = _ESCAPE.match(text, start)
        if match is None:
            raise ValueError(f"a lone backslash in {text!r}")
        parts += [text[position:start].encode("utf-8"), _meant(match[1])]
        position = match.end()
    parts.append(text[position:].encode("utf-8"))
    return b"".join(parts)


def harmless(text: str) -> str:
    """Any other text from outside (a server's answer, a name from the password file), printable in one line."""
    if text.isprintable():
        return text
    return "".join(character if character == "\\" else _shown(character) for character in text)


def address(text: str) -> str:
    """An address that may be shown. Of a URL, any part may be secret, so only its scheme and last letters."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    place = rest.partition("?")[0].rstrip("/")
    return f"{scheme}://…{place[-4:] if len(place) >= _LONG else ''}"


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte, as surrogateescape carries it
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) in _UNPRINTABLE:
        if code < 0x80:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def _meant(escape: str) -> bytes:
    if escape == "\\":
        return b"\\"
    code = int(escape[1:], 16)
    return bytes([code]) if escape[0] == "x" else chr(code).encode("utf-8", "surrogatepass")
