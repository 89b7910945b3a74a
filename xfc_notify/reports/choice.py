"""Which rows of the last captures are asked for."""

from dataclasses import dataclass
from typing import Any

from xfc_notify.store.table import Table


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: of one volume, of these groups; None: of all. `count`: only so many, the largest first."""

    volume: str | None = None
    gids: frozenset[int] | None = None
    count: int | None = None


ALL = Choice()


def ordered(table: type[Table], choice: Choice, *order: Any) -> Any:
    """The rows that are asked for, in this order, or the largest first."""
    of: Any = table
    rows = chosen(table, choice)
    return (
        rows.order_by(*order) if choice.count is None else rows.order_by(of.bytes.desc()).limit(choice.count)
    )


def chosen(table: type[Table], choice: Choice) -> Any:
    """The rows that are asked for."""
    rows: Any = table.select()
    of: Any = table
    if choice.volume is not None:
        rows = rows.where(of.volume == choice.volume)
    if choice.gids is not None:
        rows = rows.where(of.gid.in_(sorted(choice.gids)))
    return rows
