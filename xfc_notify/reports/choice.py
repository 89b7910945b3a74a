"""Which rows of the last captures are asked for, and in which order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from xfc_notify.store.database import among
from xfc_notify.store.table import Table


class By(StrEnum):
    """What rows are put in order by, the most first."""

    SIZE = "size"
    FILES = "files"
    AGE = "age"
    """How long nothing was changed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: of one volume, of these groups, below one base directory; None: of all.

    count  only so many after those that are `skipped`, the most first by `by`; None: all, in their own order
    """

    volume: str | None = None
    gids: frozenset[int] | None = None
    base: str | None = None
    by: By = By.SIZE
    count: int | None = None
    skipped: int = 0


ALL = Choice()


def ordered(table: type[Table], choice: Choice, *order: Any) -> Any:
    """The rows that are asked for, in this order, or the most first."""
    of: Any = table
    rows = chosen(table, choice)
    if choice.count is None:
        return rows.order_by(*order)
    match choice.by:
        case By.SIZE:
            most = of.bytes.desc()
        case By.FILES:
            most = of.files.desc()
        case By.AGE:
            most = of.newest
    return rows.order_by(most, of.id).limit(choice.count).offset(choice.skipped)


def chosen(table: type[Table], choice: Choice) -> Any:
    """The rows that are asked for."""
    rows: Any = table.select()
    of: Any = table
    if choice.volume is not None:
        rows = rows.where(of.volume == choice.volume)
    if choice.gids is not None:
        rows = rows.where(among(of.gid, choice.gids))
    if choice.base is not None:
        rows = rows.where(of.base == choice.base)
    return rows
