"""The directory summary adds up: every figure is exact, or a lower bound that says by how much."""

import itertools
import random
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from xfc_notify.usage import directories
from xfc_notify.usage.directories import (
    NOTHING,
    Directory,
    Figure,
    Subtotal,
    Tree,
    bounded_tree,
    depth,
    figures,
    finished_tree,
    parent,
    totals,
)
from xfc_notify.usage.tally import Tally

NAMES = (b"a", b"b", b"c")
PATHS = [b"/".join(names) for count in range(5) for names in itertools.product(NAMES, repeat=count)]


def file(size: int, time: int) -> Subtotal:
    return Subtotal(Tally.of(1, size, size * (100 - time)), time, time)


def tree_of(files: dict[bytes, list[Subtotal]], cut: set[bytes] = frozenset()) -> Tree:  # type: ignore[assignment]
    """All directories of these files, those above too."""
    tree: dict[bytes, Directory] = {b"": Directory()}
    for path, found in files.items():
        above = path
        while above:
            tree.setdefault(above, Directory(cut=above in cut))
            above = parent(above)
        tree[path] += Directory(reduce(Subtotal.__add__, found, Subtotal()))
    return tree


def independently(files: dict[bytes, list[Subtotal]], path: bytes) -> Subtotal:
    """What lies below a directory, added up file by file."""
    inside = [
        one
        for at, found in files.items()
        for one in found
        if not path or at == path or at.startswith(path + b"/")
    ]
    return reduce(Subtotal.__add__, inside, Subtotal())


FILES = st.dictionaries(
    st.sampled_from(PATHS), st.lists(st.builds(file, st.integers(0, 10**6), st.integers(0, 99)), max_size=3)
)


@given(FILES)
def test_the_figure_of_each_directory_is_what_lies_below_it(files: dict[bytes, list[Subtotal]]) -> None:
    tree = tree_of(files)
    for figure in figures(bounded_tree(tree)):
        assert figure.total == independently(files, figure.path)
        assert figure.missing == NOTHING


@given(FILES, st.builds(Tally, st.integers(0, 9), st.integers(0, 10**6), st.just(0), st.integers(0, 10**8)))
def test_what_holds_its_share_is_named_and_nothing_else(
    files: dict[bytes, list[Subtotal]], least: Tally
) -> None:
    whole = independently(files, b"").tally
    named = bounded_tree(tree_of(files), least).keys() - {b""}
    for path in PATHS[1:]:
        held = independently(files, path).tally
        worth = [
            amount > 0 and amount * 1000 >= total and amount >= bound
            for amount, total, bound in (
                (held.size, whole.size, least.size),
                (held.byte_seconds, whole.byte_seconds, least.byte_seconds),
                (held.files, whole.files, least.files),
            )
        ]
        assert (path in named) is any(worth)


@settings(deadline=None)
@given(FILES, st.randoms(use_true_random=False), st.integers(1, 4))
def test_slices_however_cut_and_bounded_come_to_the_whole(
    files: dict[bytes, list[Subtotal]], dice: random.Random, hands: int
) -> None:
    """A slice measures some directories, without what lies below them; those above are cut, and so are those
    below which another one measures."""
    of = {path: dice.randrange(hands) for path in files}
    parts = []
    for hand in range(hands):
        mine = {path: found for path, found in files.items() if of[path] == hand}
        others = [path for path in files if of[path] != hand]
        cut = {above for path in (*others, *mine) for above in PATHS if path.startswith(above + b"/")}
        cut |= {path for path in mine if any(other.startswith(path + b"/") for other in others)}
        parts.append(bounded_tree(tree_of(mine, cut)))
    dice.shuffle(parts)
    merged: dict[bytes, Directory] = {}
    for part in parts:
        for path, directory in part.items():
            merged[path] = merged.get(path, Directory()) + directory
        merged = dict(bounded_tree(merged))
    assert finished_tree(merged) == finished_tree(tree_of(files))


@settings(deadline=None)
@given(FILES, st.integers(0, 5), st.integers(0, 5))
def test_where_names_are_too_many_figures_are_exact_or_lower_bounds(
    files: dict[bytes, list[Subtotal]], named: int, cut: int
) -> None:
    before = directories.MOST_NAMED, directories.MOST_CUT
    directories.MOST_NAMED, directories.MOST_CUT = named, cut
    try:
        halves = [
            {path: found[:1] for path, found in files.items()},
            {path: found[1:] for path, found in files.items()},
        ]
        merged: dict[bytes, Directory] = {}
        for half in halves:
            for path, directory in bounded_tree(tree_of(half, set(PATHS))).items():
                merged[path] = merged.get(path, Directory()) + directory
        found = figures(finished_tree(merged))
    finally:
        directories.MOST_NAMED, directories.MOST_CUT = before
    assert len(found) <= named + 1
    for figure in found:
        check_bounds(figure, independently(files, figure.path).tally)


def check_bounds(figure: Figure, true: Tally) -> None:
    shown, missing = figure.tally, figure.missing
    for at_least, more, exactly in (
        (shown.size, missing.size, true.size),
        (shown.files, missing.files, true.files),
        (shown.byte_seconds, missing.byte_seconds, true.byte_seconds),
    ):
        assert at_least <= exactly <= at_least + more


@given(FILES)
def test_those_above_a_named_directory_are_named(files: dict[bytes, list[Subtotal]]) -> None:
    named = bounded_tree(tree_of(files))
    assert all(parent(path) in named for path in named if path)


def test_of_very_many_directories_the_heaviest_keep_their_names() -> None:
    files = {b"%d/1/2/3/4/5" % number: [file(1_000_000, 50)] for number in range(500)}
    named = bounded_tree(tree_of(files))
    assert len(named) == directories.MOST_NAMED
    assert max(map(depth, named)) == 4
    assert totals(named)[b""] == independently(files, b"")
    assert sum(depth(path) == 4 for path in named) == 499


def test_an_area_without_files_has_no_summary() -> None:
    assert bounded_tree(tree_of({b"a/b": []})) == {}
