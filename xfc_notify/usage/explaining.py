"""Which few directories explain the most. Standard library only.

To say "36 TB in reanalysis" of an area of 37 TB tells its owner nothing. So a directory gives way to those in it that
hold nearly all of it, as long as few are named.
"""

from collections.abc import Mapping, Sequence

from xfc_notify.usage.directories import SHARE, Tree, parent, totals

NEARLY_ALL = 0.9


def grown(now: Tree, then: Tree, most: int) -> list[tuple[bytes, int]]:
    """The directories that explain most of what has come, with how many bytes more they hold, at least.

    One that was not named then may have held as much as was not worth a name.
    """
    before = totals(then)
    unnamed = before[b""].tally.size // SHARE if before else 0
    more = {
        path: max(0, total.tally.size - (before[path].tally.size if path in before else unnamed))
        for path, total in totals(now).items()
    }
    return [(path, more[path]) for path in explaining(more, most)]


def explaining(weights: Mapping[bytes, float], most: int) -> list[bytes]:
    """At most so many directories, none inside another, the heaviest first.

    `weights` are of directories with all that lies below them, and of those above them; b"" is the area itself.
    """
    below: dict[bytes, list[bytes]] = {}
    for path in sorted(weights, key=lambda path: (-weights[path], path)):
        if path and weights[path] > 0:
            below.setdefault(parent(path), []).append(path)
    chosen = below.get(b"", [])[:most]
    while (wider := _wider(chosen, weights, below, most)) is not None:
        chosen = wider
    return sorted(chosen, key=lambda path: (-weights[path], path))


def _wider(
    chosen: Sequence[bytes],
    weights: Mapping[bytes, float],
    below: Mapping[bytes, Sequence[bytes]],
    most: int,
) -> list[bytes] | None:
    """The same with one directory replaced by those that hold nearly all of it; None where none can be.

    Where there is no room for them, the lightest that were chosen make room, if they weigh less.
    """
    for path in sorted(chosen, key=lambda path: (-weights[path], path)):
        inner = _nearly_all(weights[path], below.get(path, ()), weights, most)
        if not inner:
            continue
        others = sorted((other for other in chosen if other != path), key=lambda path: (-weights[path], path))
        kept = others[: most - len(inner)]
        left_out = others[len(kept) :]
        if all(weights[other] < weights[inner[-1]] for other in left_out):
            return [*inner, *kept]
    return None


def _nearly_all(
    whole: float, inside: Sequence[bytes], weights: Mapping[bytes, float], most: int
) -> Sequence[bytes]:
    """The fewest of these, given the heaviest first, that hold nearly all; none if they are too many."""
    held = 0.0
    for count, path in enumerate(inside[:most], start=1):
        held += weights[path]
        if held >= NEARLY_ALL * whole:
            return inside[:count]
    return ()
