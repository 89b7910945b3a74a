"""CSV is read whole or refused with its line, and is safe in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.errors import WrongInput
from xfc_notify.people import csv_rows

COLUMNS = ("user", "full_name", "email")
CELLS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=8)


def read(data: bytes | str) -> list[csv_rows.Row]:
    return csv_rows.read(data.encode() if isinstance(data, str) else data, "people.csv", COLUMNS, "user")


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELLS)), max_size=5))
def test_what_is_written_is_read_back(rows):
    filled = [row for row in rows if any(row.values())]
    back = read(csv_rows.write(COLUMNS, rows))
    assert [dict(row.cells) for row in back] == [{k: v for k, v in row.items() if v} for row in filled]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "'=x", "'plain", "a=b"])
def test_no_cell_is_a_formula(cell):
    text = csv_rows.write(COLUMNS, [{"user": "ada", "full_name": cell}])
    (_, (_, written, _)) = csv.reader(io.StringIO(text))
    assert written[:1] not in set("=+-@")
    assert read(text)[0].cells["full_name"] == cell


def test_lines_are_those_of_the_file_and_empty_ones_are_passed_over():
    rows = read("﻿user,full_name\r\n\r\nada,\r\nben, Ben B. \n")
    assert [(row.line, dict(row.cells)) for row in rows] == [
        (3, {"user": "ada"}),
        (4, {"user": "ben", "full_name": "Ben B."}),
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "people.csv: it is empty."),
        (b"user,nmae\n", "people.csv: line 1: there is no column 'nmae'"),
        (b"user,user\n", "people.csv: line 1: two columns 'user'"),
        (b"email\n", "people.csv: line 1: the column 'user' is missing"),
        (b"user,email\nada\n", "people.csv: line 2: 1 cells where the header has 2"),
        (b"user\nada,x\n", "people.csv: line 2: 2 cells where the header has 1"),
        (b'user,email\nada,"x\n', "people.csv: line 2: not CSV: unexpected end of data"),
        (b"user\nada\n\xff\n", "people.csv: line 3: not UTF-8"),
        (b'user,full_name\nada,"two\nlines"\n', "people.csv: line 2: full_name holds what does not print"),
        (b"user,full_name\nada,\x1b[2J\n", "people.csv: line 2: full_name holds what does not print"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_own(data, what):
    with pytest.raises(WrongInput) as caught:
        read(data)
    assert caught.value.what == what
