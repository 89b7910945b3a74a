"""Where cells belong: to which group, below which of its base directories, in which directory below that. SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.reports.bases import Base, Bases, Rule, common
from xfc_notify.reports.cells import AGES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LOOSE = "."
"""What lies in a base directory itself, not in a directory below it."""
_SPLIT = ("users", "projects")
"""Below a directory of such a name, each directory is told by itself."""
_OLDER = ", ".join(f"sum(older_{name})::HUGEINT AS older_{name}" for name in AGES)


@dataclass(frozen=True, slots=True)
class PseudoGroup:
    """What lies below `prefix` belongs to this group, whatever its gid says; `gid` is negative.

    prefix  text of `paths.show`, without a slash at its end
    """

    prefix: str
    gid: int


def place(query: "DuckDBPyConnection", cells: Path, bases: Bases, pseudo: Sequence[PseudoGroup] = ()) -> None:
    """Make the table `placed`: the cells added up by group, user, base directory and directory below it.

    `base` is null for what lies below none of the base directories of its group.
    """
    query.execute(
        f"""
        CREATE VIEW cell AS
        SELECT * REPLACE ({_gid(pseudo)} AS gid)
        FROM read_parquet({literal(str(cells))})
        """
    )
    based = _by_name(query, bases.named) if bases.named else _by_rule(query, bases.rules)
    query.execute(
        f"""
        CREATE TABLE placed AS
        SELECT gid, uid, base, {_below_base()} AS directory, kind, temporary, links,
            sum(files)::BIGINT AS files, sum(size)::HUGEINT AS size, max(newest) AS newest, {_OLDER}
        FROM ({based}) GROUP BY ALL
        """
    )


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _gid(pseudo: Sequence[PseudoGroup]) -> str:
    """The group of a cell: the longest prefix wins."""
    longest_first = sorted(pseudo, key=lambda group: -len(group.prefix))
    cases = (
        f"WHEN starts_with(directory || '/', {literal(group.prefix + '/')}) THEN {group.gid}"
        for group in longest_first
    )
    return f"CASE {' '.join(cases)} ELSE gid END" if pseudo else "gid"


def _by_name(query: "DuckDBPyConnection", named: Sequence[Base]) -> str:
    """Cells with the longest base directory of their group that holds them."""
    query.execute("CREATE TABLE named (gid BIGINT, path VARCHAR, depth INTEGER)")
    query.executemany(
        "INSERT INTO named VALUES (?, ?, ?)", [(base.gid, base.path, base.path.count("/")) for base in named]
    )
    depths = sorted({base.path.count("/") for base in named}, reverse=True)
    joins = " ".join(
        f"LEFT JOIN named AS at_{depth} ON at_{depth}.depth = {depth} AND at_{depth}.gid = cell.gid"
        f" AND at_{depth}.path = {_first(depth)}"
        for depth in depths
    )
    longest = ", ".join(f"at_{depth}.path" for depth in depths)
    return f"SELECT cell.*, coalesce({longest}) AS base FROM cell {joins}"


def _by_rule(query: "DuckDBPyConnection", rules: Sequence[Rule]) -> str:
    """Cells with the deepest directory, within their level, that holds all files of their group there."""
    depth = " ".join(
        f"WHEN starts_with(directory, {literal(rule.prefix)}) THEN nullif({_first(rule.depth)}, '')"
        for rule in rules
    )
    query.execute(f"CREATE VIEW levelled AS SELECT *, CASE {depth} END AS level FROM cell")
    spans = query.execute(
        """
        SELECT gid, level,
            coalesce(min(directory || '/') FILTER (files > 0), min(directory || '/')),
            coalesce(max(directory || '/') FILTER (files > 0), max(directory || '/'))
        FROM levelled WHERE level IS NOT NULL GROUP BY ALL
        """
    ).fetchall()
    query.execute("CREATE TABLE found (gid BIGINT, level VARCHAR, base VARCHAR)")
    if spans:
        query.executemany(
            "INSERT INTO found VALUES (?, ?, ?)",
            [(gid, level, common(first, last, level)) for gid, level, first, last in spans],
        )
    return """
        SELECT levelled.*, found.base FROM levelled
        LEFT JOIN found ON found.gid = levelled.gid AND found.level = levelled.level
    """


def _first(depth: int) -> str:
    """So many first components of the directory of a cell; empty if it has fewer."""
    return f"regexp_extract(directory, '^(?:/[^/]*){{{depth}}}')"


def _below_base() -> str:
    """The directory below the base in which a cell lies."""
    inside = "starts_with(directory || '/', base || '/')"
    rest = f"if({inside}, substr(directory, length(base) + 2), '')"
    first, second = f"split_part({rest}, '/', 1)", f"split_part({rest}, '/', 2)"
    split = f"{first} IN ({', '.join(map(literal, _SPLIT))}) AND {second} <> ''"
    return (
        f"CASE WHEN {rest} = '' THEN '{LOOSE}' WHEN {split} THEN {first} || '/' || {second} ELSE {first} END"
    )
