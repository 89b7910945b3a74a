"""Reports as files: columns with a header, as TSV, CSV or Parquet.

TSV      as the programs before wrote it, byte for byte: no quotes; names are text of `paths.show`, so that no TAB and
         no newline is in them; lines end in LF, or CRLF if asked for
CSV      for spreadsheets: quoted where needed; a text that a spreadsheet would take for a formula begins with '
Parquet  numbers as whole numbers, times as times
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from xfc_notify.reports.kinds import INSPECTED
from xfc_notify.reports.views import DirectoryView, GroupView, UserView

NONE = "-"
MIB = 2**20
_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
Cell = str | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where it is written below the folder of reports, without what its format is called; header and rows.

    Cells that are numbers stay numbers; all others are text.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def groups_sheet(views: Iterable[GroupView]) -> Sheet:
    """What groups use, as `report-YYYYMMDD`."""
    found = list(views)
    day = max((view.as_of for view in found), default=datetime.now(UTC))
    header = ("Top Level Path", "PI", "Group", "Usage (bytes)", "Quota (bytes)", "Last Modified (days)")
    rows = [
        (
            view.base or NONE,
            view.head or NONE,
            view.group,
            view.bytes,
            NONE if view.quota is None else view.quota,
            _days(view.age_days),
        )
        for view in found
    ]
    return Sheet(f"report-output-files/report-{day:%Y%m%d}", header, rows)


def directories_sheet(views: Iterable[DirectoryView]) -> Sheet:
    """The inspector's report."""
    found = list(views)
    day = max((view.as_of for view in found), default=datetime.now(UTC))
    header = (
        *("Base Path", "Directory", "Size", *INSPECTED),
        *("Num Files", "Last Modified", "PI", "Group"),
    )
    rows: list[Sequence[Cell]] = [
        (
            *(view.base, view.directory, binary(view.bytes)),
            *(binary(sum(view.types.get(kind, 0) for kind in kinds)) for kinds in INSPECTED.values()),
            *(view.files, f"{view.last_modified:%Y-%m-%d}", view.head or NONE, view.group),
        )
        for view in found
    ]
    return Sheet(f"inspector-reports/{day:%Y-%m-%d}", header, rows)


def users_sheet(views: Iterable[UserView], today: date) -> Sheet:
    """What users have: two rows a user and group, size in MiB and newest modification, with a column a volume."""
    found: dict[tuple[str, str], dict[str, UserView]] = {}
    volumes: set[str] = set()
    for view in views:
        found.setdefault((view.user, view.group), {})[view.volume] = view
        volumes.add(view.volume)
    columns = sorted(volumes)
    rows: list[Sequence[Cell]] = []
    for (user, group), at in found.items():
        sizes = (f"{at[volume].bytes / MIB:.2f}" if volume in at else "0" for volume in columns)
        days = (f"{at[volume].last_modified:%Y-%m-%d}" if volume in at else NONE for volume in columns)
        rows += [(user, "size", group, *sizes), (user, "mtime", group, *days)]
    return Sheet(f"user-reports/{today:%Y-%m-%d}", ("username", "data", "group", *columns), rows)


def tsv(sheet: Sheet, end: str = "\n") -> Iterator[str]:
    """The lines, each with its end."""
    for row in (sheet.header, *sheet.rows):
        yield "\t".join(str(cell) for cell in row) + end


def for_spreadsheets(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV in which nothing is a formula; numbers are left alone."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; one that is a plain number is none."""
    if not text.lstrip(" ").startswith(_FORMULA) or _is_number(text) or text == NONE:
        return text
    return f"'{text}"


def write_parquet(rows: Sequence[dict[str, Any]], file: Path) -> None:
    """Views as rows of a Parquet file, renamed into place; numbers are exact."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    pq.write_table(pa.Table.from_pylist(list(rows)), new)
    new.replace(file)


def binary(size: int) -> str:
    """A size as the inspector writes it: "512", "1.50 KiB" … "2.00 PiB"."""
    if size < 1024:
        return str(size)
    power = min((size.bit_length() - 1) // 10, len(_UNITS))
    return f"{size / 1024**power:.2f} {_UNITS[power - 1]}"


def _days(age: float) -> str:
    return f"{age:.1f}" if age > 0 else "0"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) is not None
