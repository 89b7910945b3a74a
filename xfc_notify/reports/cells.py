"""From lines to cells: what a block holds, added up per directory, user, group, type of file and number of links.

A cell is small, sums of cells are sums of lines, and no row of a cell is a file. Everything else that is reported is a
query on the cells, which lie in a Parquet file: a capture is read once.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING

from xfc_notify.paths import show
from xfc_notify.reports import kinds, names, stream
from xfc_notify.reports.engine import connect
from xfc_notify.reports.errors import BadData
from xfc_notify.reports.mistake import COLUMNS, IDS, KINDS, LONGEST_LINE, dialect_of, first_mistake
from xfc_notify.reports.stream import Block

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MONTH = 2_628_000
"""Seconds: a twelfth of a year of 365 days, as wrstat-ui counts."""
AGES = {"1m": 1, "2m": 2, "6m": 6, "1y": 12, "2y": 24, "3y": 36, "5y": 60, "7y": 84}
"""What is told of what has been neither read nor written for so long: name → months."""
_READ = ("path", "size", "uid", "gid", "atime", "mtime", "ctime", "type", "nlink")
_HARMLESS = r"^/[ -\[\]-~]*$"
"""A path that `paths.show` leaves as it is: printable ASCII without a backslash."""
_EASILY_QUOTED = r'^"/[ !#-\[\]-~]*"$'
_own = local()
_THREADS = min(4, os.cpu_count() or 1)
_OLDER = ", ".join(
    f"sum(size) FILTER (untouched > {months * MONTH})::DECIMAL(38, 0) AS older_{name}" for name, months in AGES.items()
)
_CELLS = f"""
WITH entry AS (
    SELECT *, type = 'd' OR ends_with(path, '/') AS is_directory FROM lines
), placed AS (
    SELECT
        CASE WHEN is_directory THEN rtrim(path, '/') ELSE parse_dirpath(path, 'forward_slash') END AS directory,
        uid, gid,
        CASE WHEN is_directory THEN '{kinds.DIRECTORY}' WHEN type = 'f' THEN {kinds.kind_sql()}
            ELSE '{kinds.OTHER}' END AS kind,
        CASE WHEN is_directory THEN false ELSE {kinds.TEMPORARY_SQL} END AS temporary,
        CASE WHEN is_directory THEN 1 ELSE greatest(nlink, 1) END AS links,
        size, is_directory, least(mtime, $as_of) AS modified, least(ctime, $as_of) AS changed,
        $as_of - greatest(atime, mtime) AS untouched
    FROM entry
)
SELECT
    directory, uid, gid, kind, temporary, links, count(*) AS lines,
    count(*) FILTER (NOT is_directory) AS files,
    sum(size)::DECIMAL(38, 0) AS size,
    max(modified) AS newest,
    sum(size::DOUBLE * ($as_of - changed)) AS byte_seconds,
    {_OLDER}
FROM placed GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are written: the dialect of its first line, and how many columns that has."""

    dialect: str
    columns: int


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a capture: lines in the file, those of them that are blank, and cells."""

    lines: int = 0
    blank: int = 0
    cells: int = 0


def shape_of(file: Path) -> Shape:
    """The shape of a stats file; BadData if its first line is none that `wrstat` writes."""
    line = stream.first_line(file)
    columns = line.count(b"\t") + 1
    if not (dialect := dialect_of(line)) or columns not in (11, 12):
        raise BadData(file, 1, "is no line of wrstat: 11 or 12 columns that begin with an absolute path")
    return Shape(dialect, columns)


def write_cells(
    file: Path, target: Path, as_of: datetime, watch: Callable[[int], None], size: int = stream.BLOCK
) -> Read:
    """Read a stats file and write its cells as Parquet; `watch` is told how many lines are read.

    BadData if the file is not whole, or a line of it is wrong; then `target` may hold a part.
    """
    import pyarrow.parquet as pq

    shape, read, writer = shape_of(file), Read(), None
    try:
        for block, cells in _in_turn(file, shape, int(as_of.timestamp()), size):
            blank = block.lines - _sum(cells, "lines")
            if blank < 0 or blank != _blank(block.text):
                raise BadData(file, block.first, "lines got lost or were split: this is a fault of ours")
            if writer is None:
                writer = pq.ParquetWriter(target, cells.schema, compression="zstd", compression_level=1)
            writer.write_table(cells)
            read = Read(read.lines + block.lines, read.blank + blank, read.cells + cells.num_rows)
            watch(read.lines)
    finally:
        if writer is not None:
            writer.close()
    return read


def cells_of(block: Block, shape: Shape, file: Path, as_of: int) -> "pa.Table":
    """The cells of a block; BadData with the line of the first mistake."""
    import duckdb
    import pyarrow as pa

    try:
        lines = _lines(block.text, shape)
        _check(lines)
        return _grouped(lines, as_of)
    except (pa.ArrowInvalid, duckdb.Error, ValueError) as error:
        number, what = first_mistake(block.text, shape.dialect, shape.columns)
        why = what or f"cannot be read: {str(error).splitlines()[0]}"
        raise BadData(file, block.first + number, why) from None


def _in_turn(file: Path, shape: Shape, as_of: int, size: int) -> "Iterator[tuple[Block, pa.Table]]":
    """Blocks and their cells in the order of the file; threads read ahead, by a few blocks only."""
    ahead: deque[tuple[Block, Future[pa.Table]]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for block in stream.blocks(file, size):
                ahead.append((block, pool.submit(cells_of, block, shape, file, as_of)))
                if len(ahead) > _THREADS:
                    first, cells = ahead.popleft()
                    yield first, cells.result()
            while ahead:
                first, cells = ahead.popleft()
                yield first, cells.result()
        finally:
            for _, cells in ahead:
                cells.cancel()


def _lines(text: bytes, shape: Shape) -> "pa.Table":
    """The lines of a block as columns, `path` as text of `paths.show`."""
    import pyarrow as pa
    import pyarrow.csv as csv

    types = dict.fromkeys(_READ, pa.int64()) | {"path": pa.binary(), "type": pa.string()}
    table = csv.read_csv(
        pa.py_buffer(text),
        csv.ReadOptions(
            column_names=COLUMNS[: shape.columns], use_threads=False, block_size=len(text) + 1
        ),
        csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, escape_char=False, newlines_in_values=False
        ),
        csv.ConvertOptions(
            column_types=types, include_columns=_READ, null_values=[], strings_can_be_null=False
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

    query = _query()
    query.register("lines", pa.table({"path": column.cast(pa.string())}))
    standard = f"translate(path, '{names.ORDERED.decode()}', '{names.STANDARD.decode()}')"
    value = standard if dialect == "ordered" else "path"
    found: pa.ChunkedArray = query.sql(f"SELECT from_base64({value}) AS path FROM lines").to_arrow_table()["path"]
    return found


def _decoded(column: "pa.ChunkedArray") -> "pa.Array":
    """Paths that are quoted, or not, as bytes; those with escapes one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

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


def _check(lines: "pa.Table") -> None:
    """ValueError if a value is out of range, or a path too long."""
    import pyarrow.compute as pc

    if _all(pc.is_in(lines["type"], _kinds())) and pc.max(pc.binary_length(lines["path"])).as_py() < LONGEST_LINE:
        for name in ("size", "nlink", *IDS):
            least, most = pc.min_max(lines[name]).as_py().values()
            if least < 0 or name in IDS and most >= 2**32:
                raise ValueError(f"{name} out of range")
        return
    raise ValueError("a type of entry that is not known, or a path that is too long")


def _grouped(lines: "pa.Table", as_of: int) -> "pa.Table":
    """Lines added up to cells."""
    query = _query()
    query.register("lines", lines)
    return query.sql(_CELLS, params={"as_of": as_of}).to_arrow_table()


def _query() -> "duckdb.DuckDBPyConnection":
    """The DuckDB of this thread; it ends with it."""
    if not hasattr(_own, "query"):
        _own.query = connect()
    found: duckdb.DuckDBPyConnection = _own.query
    return found


def _blank(text: bytes) -> int:
    """How many lines of a block are blank."""
    return text.count(b"\n\n") + text.startswith(b"\n") if b"\n\n" in text or text[:1] == b"\n" else 0


def _kinds() -> "pa.Array":
    import pyarrow as pa

    return pa.array([chr(kind) for kind in KINDS])


def _all(mask: "pa.ChunkedArray") -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(mask).as_py())


def _sum(table: "pa.Table", name: str) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(table[name]).as_py() or 0)
