"""Files with several names, of which only some were met. Standard library only.

An inode counts once and whole, as `du` has it: at the first of its names in the order of their bytes, wherever the
others lie. Names met in different slices meet in their sum, where all but the first one's bytes are taken off again.
So an inode with a name that was not met yet travels with what was measured. Only the largest do: the others count
the share of the names that were met, which together is never too much, and is noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import TypeAlias

from xfc_notify.usage.tally import Tally

MOST_TRACKED = 200_000
"""Inodes with several names that a walk remembers."""
MOST_OPEN = 10_000
"""Those with names not met that travel with what was measured."""
UNTRACKED = "hard_links"
"""The kind under which those that are too many are noted."""

Inode: TypeAlias = tuple[int, int]
"""Device and number."""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """The first of the names of an inode that were met, and what was counted there.

    kind     the file type
    links    how many names the inode has; `met` of them were met
    arrival  seconds since the epoch
    """

    path: bytes
    kind: str
    links: int
    met: int
    size: int
    allocated: int
    arrival: int
    owner: int

    def age(self, now: int) -> int:
        """In seconds; 0 for a time that lies ahead."""
        return max(0, now - self.arrival)

    def counted(self, now: int) -> Tally:
        """The bytes of the inode, once."""
        return Tally(0, self.size, self.allocated, self.size * self.age(now))

    def share(self, now: int) -> Tally:
        """The part of its bytes that falls to the names that were met."""
        whole, met = self.counted(now), min(self.met, self.links)
        return Tally(
            0,
            whole.size * met // self.links,
            whole.allocated * met // self.links,
            whole.byte_seconds * met // self.links,
        )


Links: TypeAlias = Mapping[Inode, Link]


def met_twice(one: Links, other: Links) -> tuple[list[Link], list[Link]]:
    """What one and what the other counts of inodes that both have met, where the other's name comes first."""
    both = one.keys() & other.keys()
    return (
        [one[inode] for inode in both if other[inode] < one[inode]],
        [other[inode] for inode in both if one[inode] <= other[inode]],
    )


def merged_links(one: Links, other: Links) -> Links:
    """The inodes with names that neither has met."""
    if not one or not other:
        return one or other
    found = {**one, **other}
    for inode in one.keys() & other.keys():
        first = min(one[inode], other[inode])
        met = one[inode].met + other[inode].met
        if met >= first.links:
            del found[inode]
        else:
            found[inode] = replace(first, met=met)
    return found


def largest_links(links: Links, most: int) -> Links:
    """The inodes that travel on."""
    if len(links) <= most:
        return links
    return dict(nlargest(most, links.items(), key=lambda item: (item[1].size, item[0])))
