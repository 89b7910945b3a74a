"""Many rows are added and changed in few statements, and hold then what each was given."""

from datetime import UTC, datetime, timedelta

import pytest

from xfc_notify.datasets.tables import MoveRow
from xfc_notify.store import bulk
from xfc_notify.store.database import VALUES

NOW = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
MANY = VALUES
"""More than two statements hold."""


COLUMNS = ("dataset", "old", "new", "at", "command", "arguments")


def rows(count: int) -> list[tuple[object, ...]]:
    odd = "% ? ' \\ ü"
    return [
        (f"{number} {odd}", odd, "", NOW + timedelta(days=number), "copy", {"n": [number, odd]})
        for number in range(count)
    ]


def stored() -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in COLUMNS) for row in MoveRow.select().order_by(MoveRow.id)]


def test_rows_have_what_each_was_given_also_times_json_and_odd_names(store):
    bulk.insert(MoveRow, COLUMNS, iter(rows(MANY)))
    assert stored() == rows(MANY)


def test_rows_that_are_named_change_and_no_others(store):
    bulk.insert(MoveRow, COLUMNS, rows(MANY + 1))
    numbers = [row.id for row in MoveRow.select().order_by(MoveRow.id)]
    later = NOW + timedelta(hours=1)
    bulk.change(
        MoveRow,
        ("new", "at", "arguments"),
        ((number, f"new {number}", later, [number]) for number in reversed(numbers[:-1])),
    )
    before = rows(MANY + 1)
    assert stored() == [
        *(
            (*row[:2], f"new {number}", later, row[4], [number])
            for number, row in zip(numbers, before[:-1], strict=False)
        ),
        before[-1],
    ]


@pytest.mark.parametrize("do", [bulk.insert, bulk.change])
def test_of_no_rows_nothing_is_asked(store, do):
    do(MoveRow, COLUMNS, [])
    assert stored() == []
