"""A message names the few directories that explain the most, at whatever depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify.usage.directories import Directory, Subtotal, Tree, parent
from xfc_notify.usage.explaining import explaining, grown
from xfc_notify.usage.tally import Tally


def weighed(held: dict[str, float]) -> dict[bytes, float]:
    """Weights of directories with those below them, by what lies in each."""
    weights: dict[bytes, float] = {b"": 0}
    for name, amount in held.items():
        path = name.encode()
        while True:
            weights[path] = weights.get(path, 0) + amount
            if not path:
                break
            path = parent(path)
    return weights


@pytest.mark.parametrize(
    ("held", "named"),
    [
        ({"all/in/one": 36, "all/in/two": 20}, ["all/in/one", "all/in/two"]),
        ({"top/run1": 20, "top/run2": 15, "top/small": 1, "else": 1}, ["top/run1", "top/run2", "else"]),
        ({"a": 30, "b": 20, "c": 10}, ["a", "b", "c"]),
        ({"a/x": 28, "a": 2, "b": 20}, ["a/x", "b"]),
        ({"a/x": 20, "a": 10, "b": 20}, ["a", "b"]),
        ({f"a/{n}": 10 for n in range(9)} | {"b": 1}, ["a", "b"]),
        ({"a": 0}, []),
        ({}, []),
    ],
)
def test_what_explains_the_most(held: dict[str, float], named: list[str]) -> None:
    assert explaining(weighed(held), 3) == [name.encode() for name in named]


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join)


@given(st.dictionaries(NAMES, st.integers(0, 100), max_size=12), st.integers(1, 5))
def test_few_are_named_and_none_inside_another(held: dict[str, float], most: int) -> None:
    weights = weighed(held)
    named = explaining(weights, most)
    assert len(named) <= most
    assert not any(one != other and other.startswith(one + b"/") for one in named for other in named)
    first_level = sorted((w for path, w in weights.items() if path and b"/" not in path), reverse=True)[:most]
    assert sum(weights[path] for path in named) >= 0.9**5 * sum(first_level)


def tree(sizes: dict[bytes, int]) -> Tree:
    return {path: Directory(Subtotal(Tally.of(1, size))) for path, size in sizes.items()}


def test_what_grew_is_told_by_at_least_how_much() -> None:
    then = tree({b"": 5_000, b"a": 0, b"a/x": 4_000, b"b": 1_000})
    now = tree({b"": 5_000, b"a": 0, b"a/x": 9_000, b"b": 900, b"c": 2_000})
    assert grown(now, then, 3) == [(b"a/x", 5_000), (b"c", 1_990)]
    assert grown(now, {}, 3)[0] == (b"a/x", 9_000)
    assert grown(then, then, 3) == []
