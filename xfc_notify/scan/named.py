"""Names the directories that hold much, while a walk goes on.

A directory is open from its listing until all below it has been listed. Then it is worth its name or not, by what
lies in it and below it. Where names become too many, those that are no longer worth it lose it.

A file with several names weighs whole at each of them here, since only in the end it is known where it counts: so no
directory loses its name too early.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xfc_notify.usage.directories import (
    LONGEST_PATH,
    MOST_NAMED,
    SHARE,
    Directory,
    Subtotal,
    folded,
    parent,
    worth_naming,
)
from xfc_notify.usage.tally import Tally

_MOST = 4 * MOST_NAMED
_Cell = list[int]
"""Files, bytes, bytes × seconds."""


class _Place:
    """A directory: what lies in it, what it weighs with all below it, whether names below depend on it."""

    __slots__ = ("cut", "has_names_below", "here", "newest", "oldest", "weight")

    def __init__(self) -> None:
        self.cut = True
        self.has_names_below = False
        self.here = [0, 0, 0, 0]  # as Tally
        self.oldest: int | None = None
        self.newest: int | None = None
        self.weight: _Cell = [0, 0, 0]

    def directory(self) -> Directory:
        return Directory(Subtotal(Tally(*self.here), self.oldest, self.newest), self.cut)

    def put(self, directory: Directory) -> None:
        tally = directory.here.tally
        self.here = [tally.files, tally.size, tally.allocated, tally.byte_seconds]
        self.oldest, self.newest = directory.here.oldest, directory.here.newest


class Named:
    """The directories of one walk. Say with `open` where it is, then `add` the files found there."""

    def __init__(self, least: Tally) -> None:
        self._least = (least.files, least.size, least.byte_seconds)
        self._seen: _Cell = [0, 0, 0]
        self._places = {b"": _Place()}
        self._here = self._places[b""]

    def open(self, names: Sequence[bytes]) -> None:
        """What is added from now on lies in this directory, given by its components below the area."""
        path = _reachable(names)
        if path not in self._places:
            for above in _way(path):
                self._places.setdefault(above, _Place())
        self._here = self._places[path]

    def add(self, cell: Sequence[int], weight: Sequence[int], oldest: int, newest: int) -> None:
        """Files with what they count (files, bytes, allocated bytes, bytes × seconds) and what they weigh."""
        place, seen = self._here, self._seen
        for i, amount in enumerate(cell):
            place.here[i] += amount
        for i, amount in enumerate(weight):
            place.weight[i] += amount
        seen[0] += cell[0]
        seen[1] += cell[1]
        seen[2] += cell[3]
        if place.oldest is None or oldest < place.oldest:
            place.oldest = oldest
        if place.newest is None or newest > place.newest:
            place.newest = newest

    def close(self, names: Sequence[bytes]) -> None:
        """All below this directory has been listed."""
        path = _reachable(names)
        if not names or path != b"/".join(names):
            return
        place, above = self._places[path], self._places[parent(path)]
        place.cut = False
        above.weight = [mine + more for mine, more in zip(above.weight, place.weight, strict=True)]
        if place.has_names_below or self._is_worth_a_name(place.weight):
            above.has_names_below = True
            if len(self._places) > _MOST:
                self._sweep()
        else:
            above.put(above.directory() + place.directory())
            del self._places[path]

    def tree(self) -> dict[bytes, Directory]:
        """The directories that have names; those that are open are cut, but for the area."""
        tree = {path: place.directory() for path, place in self._places.items()}
        return tree | {b"": replace(tree[b""], cut=False)}

    def _is_worth_a_name(self, weight: _Cell) -> bool:
        of_all = zip(weight, self._seen, self._least, strict=True)
        return any(amount and amount * SHARE >= seen and amount >= least for amount, seen, least in of_all)

    def _sweep(self) -> None:
        files, size, byte_seconds = self._seen
        tree = self.tree()
        weights = {path: Subtotal(_tally(place.weight)) for path, place in self._places.items()}
        kept = worth_naming(tree, weights, Tally(files, size, 0, byte_seconds))
        kept.update(path for path, place in self._places.items() if place.cut)
        for path, directory in folded(tree, kept).items():
            self._places[path].put(directory)
        self._places = {path: place for path, place in self._places.items() if path in kept}


def _tally(cell: _Cell) -> Tally:
    return Tally(cell[0], cell[1], 0, cell[2])


def _reachable(names: Sequence[bytes]) -> bytes:
    """The path, or as much of it as anybody can type."""
    length = -1
    for count, name in enumerate(names):
        length += len(name) + 1
        if length > LONGEST_PATH:
            return b"/".join(names[:count])
    return b"/".join(names)


def _way(path: bytes) -> Iterator[bytes]:
    """The directory and those above it."""
    while path:
        yield path
        path = parent(path)
