"""Files summed by one key: owner, age, directory or type."""

from collections.abc import Hashable
from heapq import nlargest
from typing import Generic, TypeAlias, TypeVar

from xfc_notify.usage.tally import Tally

_Key = TypeVar("_Key", bound=Hashable)
Cell: TypeAlias = list[int]
"""Files, bytes, allocated bytes, bytes × seconds."""


class Table(Generic[_Key]):
    """Key → cell; becomes key → tally."""

    def __init__(self) -> None:
        self._rows: dict[_Key, Cell] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def add(self, key: _Key, cell: Cell) -> None:
        """Add a cell."""
        row = self._rows.get(key, (0, 0, 0, 0))
        self._rows[key] = [mine + more for mine, more in zip(row, cell, strict=True)]

    def bound(self, most: int, pool: _Key) -> None:
        """Keep the `most` largest rows by name and add the rest to the row `pool`."""
        if len(self._rows.keys() - {pool}) <= most:
            return
        rows, self._rows = self._rows, {}
        pooled = rows.pop(pool, [0, 0, 0, 0])
        self._rows = dict(nlargest(most, rows.items(), key=lambda item: (item[1][1], item[0])))
        for cell in (pooled, *(cell for key, cell in rows.items() if key not in self._rows)):
            self.add(pool, cell)

    def tallies(self) -> dict[_Key, Tally]:
        """All rows."""
        return {key: Tally(*cell) for key, cell in self._rows.items()}

    def total(self) -> Tally:
        """The sum of all rows."""
        return sum(self.tallies().values(), Tally())
