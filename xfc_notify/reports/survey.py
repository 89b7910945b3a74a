"""A survey: the usage of many areas from one pass over the lines of `wrstat`, as if each had been walked.

What the lines come to lies in a Parquet file, and is read again in the order of areas and directories, an area at a
time: so the order of the lines is all the same, and memory does not grow with them.

What lines cannot tell: birth times, so that the clock "arrival" is the ctime; what could not be read; mounts. Bytes on
disk are column 2, which is that if wrstat was called with -b.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from stat import S_IFREG
from typing import Any

from xfc_notify.paths import parse
from xfc_notify.reports.engine import engine
from xfc_notify.reports.place import literal
from xfc_notify.reports.survey_rows import How, write_rows
from xfc_notify.scan.stat import Stat
from xfc_notify.scan.summary import Summary
from xfc_notify.usage import Usage
from xfc_notify.usage.tally import Tally

BLOCK = 8 * 2**20
"""Bytes of text that are read at once: a query takes each of them."""
_FETCHED = 4_096


@dataclass(frozen=True, slots=True)
class Found:
    """What a capture tells of an area: its usage, and whose the directory is; None if that has no line.

    kind  the type that wrstat gives the path of the area; "" if it has no line
    """

    usage: Usage
    kind: str = ""
    uid: int | None = None


def survey(
    file: Path, areas: Mapping[int, str], how: How, work: Path, size: int = BLOCK
) -> Iterator[tuple[int, Found]]:
    """The areas that the file holds, by number. `areas` is number → path as shown; `work` a folder of our own.

    BadData if the file is not whole or a line of it is wrong, before the first area; NoRoom if the disk is full.
    """
    rows = work / "areas.parquet"
    if areas and write_rows(file, areas, how, rows, size):
        with engine(work) as query:
            query.execute(f"SELECT * FROM read_parquet({literal(str(rows))}) ORDER BY area, place")
            fetched = iter(lambda: query.fetchmany(_FETCHED), [])
            names = [column[0] for column in query.description or ()]
            read = (dict(zip(names, row, strict=True)) for some in fetched for row in some)
            for area, own in groupby(read, key=itemgetter("area")):
                yield area, _found(own, areas[area], how)


def _found(rows: Iterable[Mapping[str, Any]], root: str, how: How) -> Found:
    """What the rows of one area come to; they are in the order of their directories."""
    summary, kind, uid = Summary(how.as_of, how.clock), "", None
    here: tuple[bytes, ...] = ()
    for row in rows:
        match row["what"]:
            case "root":
                kind, uid = row["kind"], row["uid"] if row["links"] else None
            case "directories" | "symlinks" | "others" as counted:
                setattr(summary, counted, getattr(summary, counted) + row["files"])
            case "age":
                summary.add_aged(row["bin"], _tally(row))
            case "owner":
                summary.add_owned(row["uid"], _tally(row))
            case "type":
                summary.add_typed(row["kind"], _tally(row))
            case what:
                here = _go(summary, here, row["directory"][len(root) + 1 :])
                _add(summary, what, row)
    _go(summary, here, "")
    return Found(summary.usage(), kind, uid)


def _go(summary: Summary, here: tuple[bytes, ...], directory: str) -> tuple[bytes, ...]:
    """Go from one directory to another, and leave what is done on the way; where that is."""
    there = tuple(parse(directory).split(b"/")) if directory else ()
    if there != here:
        for end in range(len(here), 0, -1):
            if here[:end] == there[:end]:
                break
            summary.leave(here[:end])
        summary.at(there)
    return there


def _add(summary: Summary, what: str, row: Mapping[str, Any]) -> None:
    """Count what lies in the directory where the summary is."""
    if what == "here":
        summary.add_here(_tally(row), row["oldest"], row["newest"])
        return
    name, times = parse(row["name"]), row["files"]  # of equal lines, each counts
    if what == "excluded":
        summary.fail("excluded", summary.path(name))
        return
    found = Stat(
        mode=S_IFREG,
        size=int(row["size"]) // times,
        allocated=int(row["allocated"]) // times,
        links=max(row["links"], 1),
        owner=row["uid"],
        device=row["device"],
        inode=row["inode"],
        mount=(False, row["device"]),
        arrival=row["oldest"],
        born=False,
        odd=row["odd"],
    )
    for _ in range(times):
        summary.add(name, found)


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(row["files"], int(row["size"]), int(row["allocated"]), int(row["byte_seconds"]))
