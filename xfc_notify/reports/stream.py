"""A stats file as blocks of whole lines: unpacked, checked to its last byte, and counted independently of all readers.

A file that was cut is refused wherever it was cut, except where its members and its last line are whole by accident:
nothing would show that. One that changes while it is read is refused too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xfc_notify.reports.errors import BadData
from xfc_notify.reports.mistake import LONGEST_LINE

BLOCK = 2 * 2**20
"""Bytes of text that are read at once: so many stay in the caches of a processor until they are counted."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines. `first` is the number of the first one in the file, from 1; `lines` how many, blank ones too."""

    first: int
    lines: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a file from all others, and from itself once it has changed: name, mtime (ns), size (bytes)."""

    name: str
    mtime: int
    size: int


def identity(file: Path, name: str) -> Identity:
    """The identity of a file under this name; OSError if it is not there."""
    found = file.stat()
    return Identity(name, found.st_mtime_ns, found.st_size)


def blocks(file: Path, size: int = BLOCK) -> Iterator[Block]:
    """The text of a gzip file of any number of members, in blocks of about `size` bytes. BadData if it is not whole."""
    from isal import igzip
    from isal.igzip_lib import IsalError

    before, first, rest = identity(file, ""), 1, b""
    try:
        with igzip.open(file, "rb") as unpacked:
            while read := unpacked.read(size):
                end = read.rfind(b"\n") + 1
                text, rest = (rest + read[:end], read[end:]) if end else (b"", rest + read)
                if len(rest) > LONGEST_LINE:
                    line = first + text.count(b"\n")
                    raise BadData(file, line, f"more than {LONGEST_LINE:,} bytes long")
                if text:
                    block = Block(first, text.count(b"\n"), text)
                    yield block
                    first += block.lines
    except (OSError, EOFError, IsalError) as error:  # type: ignore[misc]  # its stub calls the class an instance
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "Is it cut, or still being written? The data loaded before stay."
        raise BadData(file, first, f"cannot be unpacked: {why}", hint) from None
    if rest:
        raise BadData(
            file, first, "the file ends in the middle of a line", "Is it cut, or still being written?"
        )
    if first == 1:
        raise BadData(file, 0, "holds no line")
    if identity(file, "") != before:
        raise BadData(file, 0, "changed while it was read", "It is read again when it is complete.")


def first_line(file: Path) -> bytes:
    """The first line, or what there is of it; BadData if the file cannot be unpacked."""
    for block in blocks(file, 2**16):
        return block.text[: block.text.find(b"\n")]
    raise BadData(file, 0, "holds no line")
