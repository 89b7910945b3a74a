import pytest

from xfc_notify.scan.table import Table
from xfc_notify.usage.tally import Tally

POOL = ""


def table(sizes: dict[str, int]) -> Table[str]:
    """One file for each key, of this size."""
    made: Table[str] = Table()
    for key, size in sizes.items():
        made.add(key, [1, size, size, 0])
    return made


@pytest.mark.parametrize("order", ["abcd", "dcba"])
def test_of_rows_of_one_size_the_last_by_key_keep_their_names_whatever_the_order(order: str) -> None:
    rows = table(dict.fromkeys(order, 7))
    rows.bound(2, POOL)
    assert rows.tallies() == {"c": Tally.of(1, 7), "d": Tally.of(1, 7), POOL: Tally.of(2, 14)}


def test_what_was_pooled_before_stays_pooled_and_takes_no_place() -> None:
    rows = table({"a": 1, POOL: 9, "b": 2})
    rows.bound(2, POOL)
    assert rows.tallies().keys() == {"a", "b", POOL}
    rows.add("c", [1, 3, 3, 0])
    rows.bound(2, POOL)
    assert rows.tallies() == {"b": Tally.of(1, 2), "c": Tally.of(1, 3), POOL: Tally.of(2, 10)}
    assert rows.total() == Tally.of(4, 15)
