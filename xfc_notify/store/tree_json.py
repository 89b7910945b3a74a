"""The directory summary as JSON, and back with every value checked.

A list with a row for each directory, those above first: the number of the row of the directory above, its name, what
lies in it (files, bytes, allocated bytes, bytes × seconds, oldest, newest), whether it is cut, its doubt (the first
four of these, or 0). So a path of any length costs its last name. The first row is the area; without files there is
none.
"""

from typing import Any

from xfc_notify.paths import show
from xfc_notify.store import json_values as read
from xfc_notify.usage.directories import LONGEST_PATH, NOTHING, Directory, Subtotal, Tree, depth, parent
from xfc_notify.usage.tally import Tally

MOST_ROWS = 20_000
"""More than a scanner may name."""


def dump_tree(tree: Tree) -> list[Any]:
    """A directory summary as JSON, exactly."""
    numbers = {path: number for number, path in enumerate(sorted(tree, key=lambda path: (depth(path), path)))}
    return [_dump(numbers, path, tree[path]) for path in numbers]


def load_tree(data: object) -> Tree:
    """The directory summary that `dump_tree` wrote; BadMessage if it did not."""
    return read.checked("directory summary", {"tree": data}, lambda found: tree_of(found["tree"]))


def tree_of(data: Any) -> Tree:
    rows = read.items(data)
    if len(rows) > MOST_ROWS:
        raise ValueError("too many directories")
    paths: list[bytes] = []
    tree: dict[bytes, Directory] = {}
    for row in rows:
        above, name, here, cut, doubt = read.items(row)
        path = _path(paths, above, name)
        if path in tree:
            raise ValueError(f"{path!r} twice")
        paths.append(path)
        tree[path] = Directory(_subtotal(here), bool(read.count(cut, 2)), _doubt(doubt))
    return tree


def _dump(numbers: dict[bytes, int], path: bytes, directory: Directory) -> list[Any]:
    here, doubt = directory.here, directory.doubt
    sums = [*dump_tally(here.tally), here.oldest, here.newest]
    above, name = numbers[parent(path)], path.rpartition(b"/")[2]
    return [above, show(name), sums, int(directory.cut), 0 if doubt == NOTHING else dump_tally(doubt)]


def dump_tally(tally: Tally) -> list[int]:
    """A tally as JSON, exactly."""
    return [tally.files, tally.size, tally.allocated, tally.byte_seconds]


def _path(paths: list[bytes], above: Any, name: Any) -> bytes:
    single, number = read.path(name), read.count(above, max(1, len(paths)))
    if not paths:
        if single:
            raise ValueError("the first row is not the area")
        return b""
    if b"/" in single or single in {b"", b".", b".."}:
        raise ValueError(f"{name!r} is not a directory's name")
    outer = paths[number]
    path = outer + b"/" + single if outer else single
    if len(path) > LONGEST_PATH:
        raise ValueError("a path that nobody can type")
    return path


def _subtotal(data: Any) -> Subtotal:
    *sums, oldest, newest = read.items(data)
    if (oldest is None) != (newest is None):
        raise ValueError("an oldest file without a newest one")
    return Subtotal(
        tally_of(sums), *(None if time is None else read.integer(time) for time in (oldest, newest))
    )


def _doubt(data: Any) -> Tally:
    return NOTHING if type(data) is int and data == 0 else tally_of(data)


def tally_of(data: Any) -> Tally:
    """The tally that `dump_tally` wrote; ValueError or TypeError if it did not."""
    files, *sums = read.items(data)
    size, allocated, byte_seconds = (read.count(number, read.SUM) for number in sums)
    return Tally(read.count(files), size, allocated, byte_seconds)
