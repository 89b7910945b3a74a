"""Where it lies: the directory summary, which adds up. Standard library only.

A tree maps paths, relative to the area, to what lies there; b"" is the area itself, and with a directory all those
above it are in the tree. What lies in a directory that is not in the tree counts in the nearest one above it that is.
So every figure of a directory that was measured as a whole is exact, whatever else is named.

Slices: a directory is *cut* where another slice may hold more of it. Cut directories stay in the tree until the scan
is whole, so that their parts meet. Only where they are too many the smallest leave it, and what they hold is *doubt*
of the directory above: it may belong to any directory below that. The figures of those are lower bounds, and the doubt
above them says by how much.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias

from xfc_notify.usage.tally import Tally

MOST_NAMED = 2_000
"""At most so many directories are named, …"""
SHARE = 1_000
"""… of those that hold one in so many of the area's bytes, byte-days or files."""
MOST_CUT = 4_000
"""So many cut ones are named besides, until the scan is whole."""
LONGEST_PATH = 4_095
"""Bytes. Nobody can type a longer path; what lies deeper counts above."""
NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Subtotal:
    """Files, with the oldest and the newest arrival in seconds since the epoch; None without files."""

    tally: Tally = NOTHING
    oldest: int | None = None
    newest: int | None = None

    def __add__(self, other: Self) -> Self:
        tally = self.tally + other.tally
        if other.oldest is None or other.newest is None:
            return type(self)(tally, self.oldest, self.newest)
        if self.oldest is None or self.newest is None:
            return type(self)(tally, other.oldest, other.newest)
        return type(self)(tally, min(self.oldest, other.oldest), max(self.newest, other.newest))


@dataclass(frozen=True, slots=True)
class Directory:
    """What lies in a directory, and in those below it that are not named.

    cut    another slice may hold more of it
    doubt  the part of `here` that may belong to a named directory below
    """

    here: Subtotal = field(default_factory=Subtotal)
    cut: bool = False
    doubt: Tally = NOTHING

    def __add__(self, other: Self) -> Self:
        return type(self)(self.here + other.here, self.cut or other.cut, self.doubt + other.doubt)

    def without(self, gone: Tally) -> Self:
        """The same without the bytes of a file."""
        return replace(self, here=replace(self.here, tally=self.here.tally - gone))


Tree: TypeAlias = Mapping[bytes, Directory]


@dataclass(frozen=True, slots=True)
class Figure:
    """A named directory with all that lies below it. `missing` is what it may hold more, at most; nothing: exact."""

    path: bytes
    total: Subtotal
    missing: Tally = NOTHING

    @property
    def tally(self) -> Tally:
        return self.total.tally


def parent(path: bytes) -> bytes:
    """The directory above; b"" above a first-level directory."""
    return path.rpartition(b"/")[0]


def depth(path: bytes) -> int:
    """How many names lead to it from the area; 0 for the area."""
    return path.count(b"/") + 1 if path else 0


def totals(tree: Tree) -> dict[bytes, Subtotal]:
    """What lies in each directory with all below it."""
    found = {path: directory.here for path, directory in tree.items()}
    for path in sorted(tree, key=depth, reverse=True):
        if path:
            found[parent(path)] += found[path]
    return found


def figures(tree: Tree) -> list[Figure]:
    """The figures of all directories of a whole scan, each after the one above it."""
    found, missing = totals(tree), dict.fromkeys(tree, NOTHING)
    for path in sorted(tree, key=lambda path: (depth(path), path)):
        if path:
            above = parent(path)
            missing[path] = missing[above] + tree[above].doubt
    return [Figure(path, found[path], doubt) for path, doubt in missing.items()]


def nearest(tree: Tree, path: bytes) -> bytes:
    """The innermost directory of the tree that is this one or above it, else the area."""
    while path and path not in tree:
        path = parent(path)
    return path


def bounded_tree(tree: Tree, least: Tally = NOTHING, share: float = 1) -> Tree:
    """The same with only those directories named that hold their share of the whole, and not less than `least`.

    Done to each slice and to their sums. The share of a slice is a smaller one than that of the whole. Of as many as
    may be named, `share` are.
    """
    if not tree:
        return tree
    found = totals(tree)
    kept = worth_naming(tree, found, found[b""].tally, least, share)
    left = tree if len(kept) == len(tree) else folded(tree, kept)
    return {} if left == {b"": Directory()} else left


def finished_tree(tree: Tree) -> Tree:
    """The tree of a whole scan: nothing is cut any more."""
    if not any(directory.cut for directory in tree.values()):
        return bounded_tree(tree)
    return bounded_tree({path: replace(directory, cut=False) for path, directory in tree.items()})


def worth_naming(
    tree: Tree, found: Mapping[bytes, Subtotal], whole: Tally, least: Tally = NOTHING, share: float = 1
) -> set[bytes]:
    """Which directories stay named, by what each holds with all below it, and by what the whole is at least."""
    weights = {path: _weight(total.tally, whole, least) for path, total in found.items()}
    # Those above come first: none of them weighs less than what lies in it.
    ranked = sorted(tree, key=lambda path: (-weights[path], depth(path), path))
    named = [path for path in ranked if weights[path] > 0][: int(share * MOST_NAMED)]
    cut = [path for path in ranked if tree[path].cut and found[path].tally.files][: int(share * MOST_CUT)]
    return {b"", *named, *cut}


def folded(tree: Tree, kept: Container[bytes]) -> dict[bytes, Directory]:
    """Add what is not kept to the directory above, the deepest first."""
    left = dict(tree)
    for path in sorted((path for path in tree if path not in kept), key=depth, reverse=True):
        gone = left.pop(path)
        left[parent(path)] += Directory(gone.here, doubt=gone.here.tally if gone.cut else NOTHING)
    return left


def _weight(tally: Tally, whole: Tally, least: Tally) -> float:
    """The largest of its three shares of the whole; 0 where none of them is large enough."""
    measures = (
        (tally.size, whole.size, least.size),
        (tally.byte_seconds, whole.byte_seconds, least.byte_seconds),
        (tally.files, whole.files, least.files),
    )
    return max(
        amount / total if total and amount * SHARE >= total and amount >= bound else 0
        for amount, total, bound in measures
    )
