"""Files summed by one key: owner, age, directory or type."""

from collections.abc import Hashable
from heapq import nlargest
from typing import Generic, TypeAlias, TypeVar

from xfc_notify.usage import Sums, Tally

_Key = TypeVar("_Key", bound=Hashable)
Cell: TypeAlias = list[int]
"""Files, bytes, allocated bytes, bytes × seconds."""


class Table(Generic[_Key]):
    """Key → link count → cell; becomes key → tally."""

    def __init__(self) -> None:
        self._rows: dict[_Key, dict[int, Cell]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def add(self, key: _Key, links: int, cell: Cell) -> None:
        """Add a cell, which becomes the table's own."""
        row = self._rows.setdefault(key, {})
        if links in row:
            row[links] = [mine + more for mine, more in zip(row[links], cell, strict=True)]
        else:
            row[links] = cell

    def bound(self, most: int, pool: _Key) -> None:
        """Keep the `most` largest rows by name and add the rest to the row `pool`."""
        if len(self._rows.keys() - {pool}) <= most:
            return
        rows, self._rows = self._rows, {}
        pooled = rows.pop(pool, {})
        self._rows = dict(nlargest(most, rows.items(), key=lambda item: (_tally(item[1]).size, item[0])))
        for row in (pooled, *(row for key, row in rows.items() if key not in self._rows)):
            for links, cell in row.items():
                self.add(pool, links, cell)

    def tallies(self) -> dict[_Key, Tally]:
        """All rows."""
        return {key: _tally(row) for key, row in self._rows.items()}

    def total(self) -> Tally:
        """The sum of all rows."""
        return sum(self.tallies().values(), Tally())


def _tally(row: dict[int, Cell]) -> Tally:
    return Tally(
        sum(cell[0] for cell in row.values()), {links: Sums(*cell[1:]) for links, cell in row.items()}
    )
