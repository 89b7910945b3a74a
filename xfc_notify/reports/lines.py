"""The lines of a block as columns: numbers, and paths as text of `paths.show`, whatever the dialect."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

from xfc_notify.paths import show
from xfc_notify.reports import names, stream
from xfc_notify.reports.engine import connect
from xfc_notify.reports.errors import BadData
from xfc_notify.reports.mistake import COLUMNS, IDS, KINDS, LONGEST_LINE, dialect_of, first_mistake
from xfc_notify.reports.stream import Block

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

COUNTED = ("path", "size", "uid", "gid", "atime", "mtime", "ctime", "type", "nlink")
"""The columns that cells are made of."""
SURVEYED = ("path", "size", "uid", "mtime", "ctime", "type", "inode", "nlink", "device")
"""The columns that the usage of areas is made of; `apparent` too, where it is written."""
_LISTED = ("path", "size", "uid", "gid", "mtime", "type", "inode")
_HARMLESS = r"^/[ -\[\]-~]*$"
"""A path that `paths.show` leaves as it is: printable ASCII without a backslash."""
_EASILY_QUOTED = r'^"/[ !#-\[\]-~]*"$'
_own = local()


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are written: the dialect of its first line, and how many columns that has."""

    dialect: str
    columns: int


def shape_of(file: Path) -> Shape:
    """The shape of a stats file; BadData if its first line is none that `wrstat` writes."""
    line = stream.first_line(file)
    columns = line.count(b"\t") + 1
    if not (dialect := dialect_of(line)) or columns not in (11, 12):
        raise BadData(file, 1, "is no line of wrstat: 11 or 12 columns that begin with an absolute path")
    return Shape(dialect, columns)


def table_of(
    block: Block, shape: Shape, file: Path, columns: Sequence[str] = COUNTED, only: bytes = b""
) -> "pa.Table":
    """These columns of the lines of a block, or `only` of some of them; BadData with the line of the first mistake."""
    import duckdb
    import pyarrow as pa

    text = only or block.text
    try:
        lines = _read(text, shape, columns)
        _check(lines, text.count(b"\n") - blank_lines(text))
    except (pa.ArrowInvalid, duckdb.Error, ValueError) as error:
        number, what = first_mistake(block.text, shape.dialect, shape.columns)
        why = what or f"cannot be read: {str(error).splitlines()[0]}"
        raise BadData(file, block.first + number, why) from None
    return lines


def rows_with_mark(file: Path, mark: str) -> Iterator[dict[str, Any]]:
    """The entries whose path has this in it; BadData if the file is wrong."""
    import pyarrow.compute as pc

    for lines in _tables(file):
        yield from lines.filter(pc.match_substring(lines["path"], mark)).to_pylist()


def rows_with_inodes(file: Path, inodes: AbstractSet[int]) -> Iterator[dict[str, Any]]:
    """The entries that have one of these inodes; BadData if the file is wrong."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(inodes), pa.uint64())
    for lines in _tables(file):
        yield from lines.filter(pc.is_in(lines["inode"], wanted)).to_pylist()


def query_of_thread() -> "duckdb.DuckDBPyConnection":
    """A DuckDB that this thread has to itself; it ends with it."""
    if not hasattr(_own, "query"):
        _own.query = connect()
    found: duckdb.DuckDBPyConnection = _own.query
    return found


def _tables(file: Path) -> "Iterator[pa.Table]":
    shape = shape_of(file)
    return (table_of(block, shape, file, _LISTED) for block in stream.blocks(file))


def _read(text: bytes, shape: Shape, columns: Sequence[str]) -> "pa.Table":
    """The lines of a block as columns, `path` as text of `paths.show`."""
    import pyarrow as pa
    from pyarrow import csv

    types = dict.fromkeys(columns, pa.int64()) | {
        "path": pa.binary(),
        "type": pa.string(),
        "inode": pa.uint64(),
        "device": pa.uint64(),
    }
    table = csv.read_csv(
        pa.py_buffer(text),
        csv.ReadOptions(column_names=COLUMNS[: shape.columns], use_threads=False, block_size=len(text) + 1),
        csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, escape_char=False, newlines_in_values=False
        ),
        csv.ConvertOptions(
            column_types=types, include_columns=columns, null_values=[], strings_can_be_null=False
        ),
    ).combine_chunks()
    return table.set_column(0, "path", _paths(table["path"], text, shape.dialect))


def _paths(column: "pa.ChunkedArray", text: bytes, dialect: str) -> "pa.ChunkedArray":
    """The first column as the text that `paths.show` makes of it. With most names there is nothing to do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if dialect != "plain":
        return _shown(_from_base64(column, dialect))
    if _plain(text) and text.count(b'"') == 2 * len(column) and _all(pc.starts_with(column, '"/')):
        return pc.binary_slice(column, 1, -1).cast(pa.string())
    return _shown(pa.chunked_array([_decoded(column)]))


def _from_base64(column: "pa.ChunkedArray", dialect: str) -> "pa.ChunkedArray":
    import pyarrow as pa

    query = query_of_thread()
    query.register("lines", pa.table({"path": column.cast(pa.string())}))
    standard = f"translate(path, '{names.ORDERED.decode()}', '{names.STANDARD.decode()}')"
    value = standard if dialect == "ordered" else "path"
    found: pa.ChunkedArray = query.sql(f"SELECT from_base64({value}) AS path FROM lines").to_arrow_table()[
        "path"
    ]
    return found


def _decoded(column: "pa.ChunkedArray") -> "pa.Array":
    """Paths that are quoted, or not, as bytes; those with escapes one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _all(pc.or_(pc.starts_with(column, '"'), pc.starts_with(column, "/"))):
        raise ValueError("written in another form")
    easy = pc.match_substring_regex(column, _EASILY_QUOTED)
    inner = pc.if_else(easy, pc.binary_slice(column, 1, -1), column)
    hard = pc.and_(pc.invert(easy), pc.invert(pc.match_substring_regex(column, _HARMLESS)))
    values = [names.decoded(value) for value in inner.filter(hard).to_pylist()]
    return pc.replace_with_mask(inner.combine_chunks(), hard.combine_chunks(), pa.array(values, pa.binary()))


def _shown(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Paths as text; those that are not printable ASCII one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _all(pc.starts_with(column, "/")):
        raise ValueError("not an absolute path")
    odd = pc.invert(pc.match_substring_regex(column, _HARMLESS)).combine_chunks()
    values = [show(names.decoded(value)) for value in column.filter(odd).to_pylist()]
    shown = pc.replace_with_mask(
        column.combine_chunks(), odd, pa.array([value.encode() for value in values], pa.binary())
    )
    return pa.chunked_array([shown.cast(pa.string())])


def _plain(text: bytes) -> bool:
    """Whether all is printable ASCII without a backslash, but for what separates columns and lines."""
    import numpy as np

    if not text.isascii() or b"\\" in text or b"\x7f" in text:
        return False
    controls = int(np.count_nonzero(np.frombuffer(text, np.uint8) < 0x20))
    return controls == text.count(b"\t") + text.count(b"\n")


def _check(lines: "pa.Table", count: int) -> None:
    """ValueError if there are not so many lines, a value is out of range, or a path too long."""
    import pyarrow.compute as pc

    if len(lines) != count:
        raise ValueError(f"of {count} lines, {len(lines)} were read")
    if not count:
        return
    if (
        not _all(pc.is_in(lines["type"], _kinds()))
        or pc.max(pc.binary_length(lines["path"])).as_py() > LONGEST_LINE
    ):
        raise ValueError("a type of entry that is not known, or a path that is too long")
    for name in {"size", "apparent", "nlink", *IDS}.intersection(lines.column_names):
        least, most = pc.min_max(lines[name]).as_py().values()
        if least < 0 or (name in IDS and most >= 2**32):
            raise ValueError(f"{name} out of range")


def blank_lines(text: bytes) -> int:
    """How many lines of a block are blank."""
    begins = text.startswith(b"\n")
    return begins + len(re.findall(rb"\n(?=\n)", text)) if begins or b"\n\n" in text else 0


def _kinds() -> "pa.Array":
    import pyarrow as pa

    return pa.array([chr(kind) for kind in KINDS])


def _all(mask: "pa.ChunkedArray") -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(mask).as_py())
