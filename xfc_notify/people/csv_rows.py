"""CSV that is safe to read in, here and in a spreadsheet. Pure.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula: such a cell is written with an
apostrophe before it, which is taken away again when it is read.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xfc_notify.errors import WrongInput

_FORMULA = re.compile("'*[=+\\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file, counted from 1, with its cells by column; empty ones are left out."""

    file: str
    line: int
    cells: Mapping[str, str]

    def wrong(self, what: str, hint: str = "") -> WrongInput:
        """The error that names the line."""
        return WrongInput(f"{self.file}: line {self.line}: {what}", hint)


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as CSV with a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_guarded(row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue()


def read(data: bytes, file: str, columns: Collection[str], needed: str) -> list[Row]:
    """The rows of a file with a header of some of these columns; WrongInput names the line that is no such row."""
    reader = csv.reader(io.StringIO(_text(data, file), newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise WrongInput(f"{file}: line {line}: not CSV: {error}") from None
        if not any(cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            _check_header(header, Row(file, line, {}), columns, needed)
        else:
            rows.append(_row(header, cells, file, line))
    if header is None:
        raise WrongInput(f"{file}: it is empty.", f"Known columns: {', '.join(columns)}")
    return rows


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise WrongInput(f"{file}: line {line}: not UTF-8") from None


def _check_header(header: Sequence[str], row: Row, columns: Collection[str], needed: str) -> None:
    for column in header:
        if column not in columns:
            raise row.wrong(f"there is no column {column!r}", f"Known columns: {', '.join(columns)}")
        if header.count(column) > 1:
            raise row.wrong(f"two columns {column!r}")
    if needed not in header:
        raise row.wrong(f"the column {needed!r} is missing")


def _row(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Row:
    given = {column: _meant(cell.strip()) for column, cell in zip(header, cells, strict=False)}
    row = Row(file, line, {column: cell for column, cell in given.items() if cell})
    if len(cells) != len(header):
        raise row.wrong(f"{len(cells)} cells where the header has {len(header)}")
    for column, cell in row.cells.items():
        if not cell.isprintable():
            raise row.wrong(f"{column} holds what does not print")
    return row


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
