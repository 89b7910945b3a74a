"""Bars and sparklines."""

import pytest

from xfc_notify.cli.bars import bar, sparkline


@pytest.mark.parametrize(
    ("percent", "shown"),
    [(0, "      "), (12, "▊     "), (50, "███   "), (100, "██████"), (300, "██████"), (-5, "      ")],
)
def test_a_bar_is_as_long_as_its_share_and_always_as_wide(percent: float, shown: str) -> None:
    assert bar(percent) == shown


def test_a_sparkline_has_a_column_for_each_value_and_the_largest_is_the_highest() -> None:
    assert sparkline([0, 1, 4, 8]) == "▁▂▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
