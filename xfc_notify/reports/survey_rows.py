"""From lines to the rows of a survey: what files in areas come to, and those that have to be looked at by themselves.

Of each block of lines, the files are added up by directory, age, owner and type; a file that has several names or an
odd time, or is among the largest of its block, is a row of its own. Columns of a row:

    area, place  its number, and what sorts directories so that each is followed by what lies below it
    what         here: files of one directory; age, owner, type: those of one bin, owner, type in the whole area;
                 file, excluded: a single one; root: the line of the area itself; directories, symlinks, others: counts
    directory, name, uid, kind, bin, links, device, inode, odd    as far as they tell what it is about
    files, size, allocated, byte_seconds, oldest, newest          sums; arrivals in seconds since the epoch
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.paths import show
from xfc_notify.reports import stream
from xfc_notify.reports.ahead import in_turn
from xfc_notify.reports.lines import SURVEYED, Shape, query_of_thread, shape_of, table_of
from xfc_notify.reports.parquet import Grown
from xfc_notify.reports.place import literal
from xfc_notify.reports.stream import Block
from xfc_notify.scan.file_type import COMPRESSED
from xfc_notify.units import DAY_SECONDS
from xfc_notify.usage import Clock
from xfc_notify.usage.ages import BIN_DAYS, LAST_BIN_DAYS, WIDE_BIN_DAYS
from xfc_notify.usage.summary import EARLIEST, LARGEST

if TYPE_CHECKING:
    import pyarrow as pa

_SUMS = """
    count(*) AS files, sum(size)::DECIMAL(38, 0) AS size, sum(allocated)::DECIMAL(38, 0) AS allocated,
    sum(weight)::DECIMAL(38, 0) AS byte_seconds, min(arrival) AS oldest, max(arrival) AS newest
"""
_DAYS = f"(age // {DAY_SECONDS})"
_BIN = f"""
    CASE WHEN {_DAYS} < {BIN_DAYS} THEN {_DAYS}
        ELSE least({LAST_BIN_DAYS}, {_DAYS} - ({_DAYS} - {BIN_DAYS}) % {WIDE_BIN_DAYS}) END
"""
"""SQL for the bin of an age, as `age_bin` tells it."""
_STEM, _SUFFIX = r"/\.*[^/.][^/]*\.", "([A-Za-z0-9]{1,10})"
_TYPE = f"""
    lower(CASE WHEN regexp_matches(path, '(?i){_STEM}{_SUFFIX}\\.(?:{"|".join(sorted(COMPRESSED))})$')
        THEN regexp_extract(path, '{_SUFFIX}\\.[^.]*$', 1) || '.' || regexp_extract(path, '{_SUFFIX}$', 1)
        ELSE regexp_extract(path, '{_STEM}{_SUFFIX}$', 1) END)
"""
"""SQL for the type of a file, as `file_type` tells it."""


@dataclass(frozen=True, slots=True)
class How:
    """How a capture is read: ages are counted up to `as_of`, by this clock; `exclude` is left out, as by a scan."""

    as_of: datetime
    clock: Clock
    exclude: tuple[bytes, ...] = ()


def write_rows(file: Path, areas: Mapping[int, str], how: How, target: Path, size: int) -> bool:
    """Write the rows of all areas, number → path as shown, as Parquet; whether there are any.

    BadData if the file is not whole, or a line of it is wrong.
    """
    shape = shape_of(file)
    columns = SURVEYED + ("apparent",) * (shape.columns == 12)
    sql = _sql(areas.values(), how, apparent="apparent" in columns)
    rows_of = partial(_rows_of, shape=shape, file=file, columns=columns, areas=areas, sql=sql)
    with Grown(target) as grown:
        for rows in in_turn(rows_of, stream.blocks(file, size)):
            if rows.num_rows:
                grown.add(rows)
    return not grown.is_empty


def _rows_of(
    block: Block, shape: Shape, file: Path, columns: Sequence[str], areas: Mapping[int, str], sql: str
) -> "pa.Table":
    import pyarrow as pa

    query = query_of_thread()
    query.register("lines", table_of(block, shape, file, columns))
    query.register("areas", pa.table({"area": list(areas), "root": list(areas.values())}))
    return query.sql(sql).to_arrow_table()


def _sql(roots: Iterable[str], how: How, *, apparent: bool) -> str:
    """The query from the lines of a block to rows. One area may lie in another: each has what lies below it."""
    as_of = int(how.as_of.timestamp())
    asked = "mtime" if how.clock is Clock.MTIME else "ctime"
    within = " UNION ALL ".join(
        f"SELECT * FROM lines JOIN areas ON root = regexp_extract(path, '^(?:/[^/]+){{{depth}}}')"
        for depth in sorted({root.count("/") for root in roots})
    )
    is_left_out = partial(_left_out, patterns=how.exclude)
    return f"""
    WITH told AS (
        SELECT area, rtrim(path, '/') AS path, uid, nlink, device, inode, type,
            type = 'd' OR ends_with(path, '/') AS is_directory,
            {"apparent" if apparent else "size"} AS size, size AS allocated,
            CASE WHEN {asked} >= {EARLIEST} THEN {asked} WHEN ctime >= {EARLIEST} THEN ctime END AS arrival,
            {asked} < {EARLIEST} AS odd,
            CASE WHEN rtrim(path, '/') = root THEN 'root' WHEN {is_left_out("rtrim(path, '/')")} THEN 'excluded'
                WHEN is_directory THEN 'directories' WHEN type = 'f' THEN 'file' WHEN type = 'l' THEN 'symlinks'
                ELSE 'others' END AS what
        FROM ({within}) WHERE NOT {is_left_out("parse_dirpath(rtrim(path, '/'), 'forward_slash')")}
    ), aged AS (
        SELECT *, greatest({as_of} - coalesce(arrival, {as_of}), 0) AS age, size::HUGEINT * age AS weight,
            row_number() OVER (PARTITION BY area, what
                ORDER BY weight // greatest(nlink, 1) DESC, size DESC, path DESC) <= {LARGEST} AS is_large,
            parse_dirpath(path, 'forward_slash') AS directory
        FROM told
    ), marked AS MATERIALIZED (
        SELECT *, what = 'file' AND nlink < 2 AND NOT odd AND NOT is_large AS is_alike FROM aged
    ), alike AS (
        SELECT area,
            CASE WHEN GROUPING(directory) = 0 THEN 'here' WHEN GROUPING(bin) = 0 THEN 'age'
                WHEN GROUPING(uid) = 0 THEN 'owner' ELSE 'type' END AS what,
            directory, bin, uid, kind, {_SUMS}
        FROM (SELECT *, {_BIN} AS bin, {_TYPE} AS kind FROM marked WHERE is_alike)
        GROUP BY GROUPING SETS ((area, directory), (area, bin), (area, uid), (area, kind))
    ), counted AS (
        SELECT area, what, count(*) AS files FROM marked WHERE what IN ('directories', 'symlinks', 'others')
        GROUP BY ALL
    ), single AS (
        SELECT area, what, directory, parse_path(path, 'forward_slash')[-1] AS name, uid,
            if(is_directory, 'd', type) AS kind, nlink AS links, device, inode, odd, {_SUMS}
        FROM marked WHERE what IN ('root', 'excluded', 'file') AND NOT is_alike
        GROUP BY ALL
    )
    SELECT *, replace(coalesce(directory, ''), '/', chr(1)) AS place
    FROM (FROM alike UNION ALL BY NAME FROM counted UNION ALL BY NAME FROM single)
    """


def _left_out(path: str, patterns: Sequence[bytes]) -> str:
    """SQL for whether a path, or one above it in its area, is left out; scan/exclude.py says how patterns are read."""
    if not patterns:
        return "false"
    alternatives = [
        ("^/" if b"/" in pattern else "/") + "[^/]*".join(map(re.escape, show(pattern).split("*")))
        for pattern in patterns
    ]
    pattern = literal(f"(?:{'|'.join(alternatives)})(?:/|$)")
    return f"regexp_matches(substr({path}, length(root) + 1), {pattern})"
