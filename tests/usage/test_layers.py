"""Since when bytes have been there, by the sizes that scans found."""

from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify import PastScan
from xfc_notify.store.layers_json import dump_layers, load_layers
from xfc_notify.testing import DAY, NOW
from xfc_notify.usage.layers import MOST, Layers


def daily(*sizes: int) -> list[PastScan]:
    return [PastScan(NOW + DAY * day, size, 0.0, 1) for day, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_what_is_held_without_deletions_has_at_least_its_size_times_the_days(added: list[int]) -> None:
    sizes = list(accumulate(added))
    used = Layers.of(daily(*sizes[:-1])).byte_days(NOW + DAY * (len(sizes) - 1), sizes[-1])
    for day, size in enumerate(sizes):
        assert used >= size * (len(sizes) - 1 - day) * 0.999999


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=30), st.integers(0, 30))
def test_layers_stand_for_all_scans_before_them(scans: list[tuple[int, bool]], place: int) -> None:
    past = [PastScan(NOW + DAY * day, size, 0.0, 1, complete) for day, (size, complete) in enumerate(scans)]
    known = Layers.of(past[:place])
    stored = load_layers(dump_layers(known))
    assert stored == known
    marker = PastScan(NOW, 0, 0.0, 1, layers=stored)
    assert Layers.of([marker, *past[place:]]) == Layers.of(past)


def test_more_layers_than_are_kept_make_a_lower_bound_that_is_close() -> None:
    days = MOST * 3
    known = Layers.of(daily(*range(1, days + 1)))
    assert len(known.steps) == MOST
    exact = sum(range(1, days + 1)) + days
    counted = known.byte_days(NOW + DAY * days, days)
    assert 0.99 * exact < counted <= exact


def test_a_scan_before_its_layers_counts_them_as_just_come() -> None:
    known = Layers.of(daily(5, 10))
    assert known.byte_days(NOW - timedelta(days=1), 10) == pytest.approx(10)
