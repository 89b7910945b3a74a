"""Lines as `wrstat` writes them, in each of its dialects, from entries that a test makes up."""

import gzip
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from xfc_notify.reports.names import ORDERED, STANDARD

DIALECTS = ("A", "B", "C", "D", "bare")
AS_OF = 1_700_000_000
_SHORT = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


@dataclass(frozen=True)
class Entry:
    """What one line tells. `path` has no slash at its end."""

    path: bytes
    size: int = 1
    uid: int = 20001
    gid: int = 15000
    atime: int = AS_OF - 10
    mtime: int = AS_OF - 10
    ctime: int = AS_OF - 10
    type: str = "f"
    inode: int = 7
    nlink: int = 1


def line(entry: Entry, dialect: str = "D") -> bytes:
    """The line of an entry."""
    path = entry.path + (b"/" if dialect == "D" and entry.type == "d" and entry.path != b"/" else b"")
    first = {
        "A": lambda: b64encode(path),
        "B": lambda: b64encode(path).translate(bytes.maketrans(STANDARD, ORDERED)),
        "C": lambda: quoted(path),
        "D": lambda: quoted(path),
        "bare": lambda: path if path.isascii() and path.decode().isprintable() else quoted(path),
    }[dialect]()
    values = [entry.size, entry.uid, entry.gid, entry.atime, entry.mtime, entry.ctime]
    more = [entry.type, entry.inode, entry.nlink, 2983906128] + [entry.size] * (dialect == "D")
    return b"\t".join([first, *(str(value).encode() for value in [*values, *more])]) + b"\n"


def lines(entries: Iterable[Entry], dialect: str = "D") -> bytes:
    """The lines of all entries."""
    return b"".join(line(entry, dialect) for entry in entries)


def write(file: Path, text: bytes, members: Sequence[int] = ()) -> Path:
    """The text packed; `members` are the places where a new member of gzip begins."""
    cuts = [0, *sorted(members), len(text)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(gzip.compress(text[a:b], 1) for a, b in pairwise(cuts) if b > a or b == 0))
    return file


def quoted(path: bytes) -> bytes:
    """As Go's %q."""
    return b'"' + b"".join(_go(character) for character in path.decode("utf-8", "surrogateescape")) + b'"'


def _go(character: str) -> bytes:
    code = ord(character)
    if code in _SHORT:
        return _SHORT[code].encode()
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}".encode()
    if code == 32 or unicodedata.category(character)[0] in "LMNPS":
        return character.encode()
    if code < 0x80:
        return f"\\x{code:02x}".encode()
    return (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}").encode()
