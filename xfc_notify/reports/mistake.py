"""Finds the first wrong line of a block that could not be read, and says what is wrong with it.

Reads line by line and slowly what `cells` reads in one sweep; only a block that has a mistake comes here.
"""

import re
from collections.abc import Iterator

from xfc_notify.reports import names

LONGEST_LINE = 2**20
"""Bytes; a path of 4,096 bytes takes at most 16 KiB however it is written."""
KINDS = b"fdlsbcFX"
COLUMNS = (
    "path",
    "size",
    "uid",
    "gid",
    "atime",
    "mtime",
    "ctime",
    "type",
    "inode",
    "nlink",
    "device",
    "apparent",
)
"""The last only since wrstat 6.4."""
_NUMBER = re.compile(rb"-?[0-9]{1,19}")
_SIGNED = frozenset({"atime", "mtime", "ctime"})
IDS = ("uid", "gid")
_MOST = {"inode": 2**64, "device": 2**64, "uid": 2**32, "gid": 2**32}


def first_mistake(block: bytes, dialect: str, columns: int) -> tuple[int, str]:
    """The number of the first wrong line, from 0, and what is wrong; (0, "") if no line is."""
    for number, line in enumerate(block.removesuffix(b"\n").split(b"\n")):
        if line and (what := next(_mistakes(line, dialect, columns), "")):
            return number, what
    return 0, ""


def dialect_of(line: bytes) -> str:
    """The dialect that the first character shows: base64, ordered or plain; empty for none."""
    return {b"L": "base64", b"9": "ordered", b'"': "plain", b"/": "plain"}.get(line[:1], "")


def _mistakes(line: bytes, dialect: str, columns: int) -> Iterator[str]:
    if len(line) > LONGEST_LINE:
        yield f"is {len(line):,} bytes long"
        return
    if b"\r" in line:
        yield "holds a carriage return"
    if dialect_of(line) != dialect:
        yield "is written in another form than the first line"
        return
    values = line.split(b"\t")
    if len(values) != columns:
        yield f"has {len(values)} columns, the first line {columns}"
        return
    try:
        names.decoded(values[0])
    except ValueError as error:
        yield str(error)
    for name, value in zip(COLUMNS[1:], values[1:], strict=False):
        if name == "type":
            if len(value) != 1 or value not in KINDS:
                yield f"has {value[:20]!r} as its type"
        elif not _NUMBER.fullmatch(value) or not (-(2**63) if name in _SIGNED else 0) <= int(
            value
        ) < _MOST.get(name, 2**63):
            yield f"has {value[:20]!r} as its {name}"
