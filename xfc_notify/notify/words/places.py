"""Which directories a message names: the few that explain the most, at whatever depth. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import nlargest

from xfc_notify.usage import Usage
from xfc_notify.usage.directories import totals
from xfc_notify.usage.explaining import explaining
from xfc_notify.usage.summary import LOOSE, OTHER_DIRECTORIES
from xfc_notify.usage.tally import Tally

YEAR = 365 * 86_400
WORTH_TELLING = 0.05
"""The share of an area that an old directory has to hold."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory with all below it, or b"." for the files at the top; `newest` arrival, None where it is not known."""

    path: bytes
    tally: Tally
    newest: int | None = None


def weighty(usage: Usage, weigh: Callable[[Tally], float], count: int) -> list[Place]:
    """The few directories that weigh the most by this, none inside another, the heaviest first."""
    found = totals(usage.tree)
    if found:
        named = explaining({path: weigh(total.tally) for path, total in found.items()}, count)
        places = [Place(path, found[path].tally, found[path].newest) for path in named]
        if loose := usage.by_directory.get(LOOSE):
            places.append(Place(LOOSE, loose))
    else:
        first_level = (item for item in usage.by_directory.items() if item[0] != OTHER_DIRECTORIES)
        places = [Place(name, tally) for name, tally in first_level]
    return nlargest(count, places, key=lambda place: (weigh(place.tally), place.path))


def untouched(usage: Usage, weigh: Callable[[Tally], float]) -> Place | None:
    """The heaviest directory in which nothing has arrived for a year; None if it holds too little to be told of."""
    before = int(usage.as_of.timestamp()) - YEAR
    old = [
        Place(path, total.tally, total.newest)
        for path, total in totals(usage.tree).items()
        if path and total.newest is not None and total.newest <= before
    ]
    heaviest = max(old, key=lambda place: (weigh(place.tally), -len(place.path), place.path), default=None)
    if heaviest is None or weigh(heaviest.tally) < WORTH_TELLING * weigh(usage.total):
        return None
    return heaviest
