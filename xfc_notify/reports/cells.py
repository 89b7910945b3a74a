"""From lines to cells: what a block holds, added up per directory, user, group, type of file and number of links.

A cell is small, sums of cells are sums of lines, and no row of a cell is a file. Everything else that is reported is a
query on the cells, which lie in a Parquet file: a capture is read once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.reports import kinds, stream
from xfc_notify.reports.ahead import in_turn
from xfc_notify.reports.errors import BadData
from xfc_notify.reports.lines import Shape, query_of_thread, shape_of, table_of
from xfc_notify.reports.native import fold
from xfc_notify.reports.parquet import Grown
from xfc_notify.reports.stream import Block

if TYPE_CHECKING:
    import pyarrow as pa

MONTH = 2_628_000
"""Seconds: a twelfth of a year of 365 days, as wrstat-ui counts."""
AGES = {"1m": 1, "2m": 2, "6m": 6, "1y": 12, "2y": 24, "3y": 36, "5y": 60, "7y": 84}
"""What is told of what has been neither read nor written for so long: name → months."""
AGES_IN_SECONDS = {name: months * MONTH for name, months in AGES.items()}
_OLDER = ", ".join(
    f"coalesce(sum(size) FILTER (untouched > {seconds}), 0)::DECIMAL(38, 0) AS older_{name}"
    for name, seconds in AGES_IN_SECONDS.items()
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
class Read:
    """What was read of a capture: lines in the file, those of them that are blank, and cells."""

    lines: int = 0
    blank: int = 0
    cells: int = 0


def write_cells(
    file: Path, target: Path, as_of: datetime, watch: Callable[[int], None], size: int = stream.BLOCK
) -> Read:
    """Read a stats file and write its cells as Parquet; `watch` is told how many lines are read.

    BadData if the file is not whole, or a line of it is wrong; then `target` may hold a part.
    """
    shape, read = shape_of(file), Read()
    fold_one = partial(cells_of, shape=shape, file=file, as_of=int(as_of.timestamp()))
    with Grown(target, use_dictionary=["directory", "kind"], write_statistics=False) as grown:
        for block, cells, blank in in_turn(fold_one, stream.blocks(file, size)):
            counted = _sum(cells, "lines")
            if counted + blank != block.lines:
                raise BadData(
                    file, block.first, f"of {block.lines:,} lines from here on, {counted:,} were counted"
                )
            grown.add(cells)
            read = Read(read.lines + block.lines, read.blank + blank, read.cells + cells.num_rows)
            watch(read.lines)
    return read


def cells_of(block: Block, shape: Shape, file: Path, as_of: int) -> "tuple[Block, pa.Table, int]":
    """The block, its cells, and how many blank lines it has; BadData with the line of the first mistake.

    Plain lines are read natively where that was built; all others, and all where it was not, by a query.
    """
    native = fold(block.text, shape.columns, as_of, AGES_IN_SECONDS) if shape.dialect == "plain" else None
    if native is None:
        lines = table_of(block, shape, file)
        return block, queried(lines, as_of), block.lines - len(lines)
    cells, odd, blank = native
    if odd:
        import pyarrow as pa

        cells = pa.concat_tables(
            [cells, queried(table_of(block, shape, file, only=odd), as_of).cast(cells.schema)]
        )
    return block, cells, blank


def queried(lines: "pa.Table", as_of: int) -> "pa.Table":
    """The cells of lines."""
    query = query_of_thread()
    query.register("lines", lines)
    return query.sql(_CELLS, params={"as_of": as_of}).to_arrow_table()


def _sum(table: "pa.Table", name: str) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(table[name]).as_py() or 0)
