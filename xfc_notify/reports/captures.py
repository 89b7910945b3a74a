"""As of when the figures of volumes are, and which data cannot be loaded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from xfc_notify.reports.states import LoadState
from xfc_notify.reports.tables import LoadRow


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Data of a volume, as of a time, that cannot be loaded, and why."""

    volume: str
    as_of: datetime
    why: str


def captured(volume: str | None = None) -> dict[str, datetime]:
    """Volume → time of its last capture that is loaded; of one volume, or of all."""
    rows: Any = LoadRow.select(LoadRow.volume, fn.MAX(LoadRow.as_of).alias("latest")).where(
        LoadRow.state == LoadState.LOADED
    )
    if volume is not None:
        rows = rows.where(LoadRow.volume == volume)
    rows = rows.group_by(LoadRow.volume)
    return {row.volume: LoadRow.as_of.python_value(row.latest) for row in rows}


def refused_views() -> list[RefusedView]:
    """Of each volume the latest data that cannot be loaded, if none that are later were, by volume."""
    at, found = captured(), {}
    failed = LoadRow.select().where(LoadRow.state == LoadState.FAILED).order_by(LoadRow.volume, LoadRow.as_of)
    for row in failed:
        if row.volume not in at or row.as_of > at[row.volume]:
            found[row.volume] = RefusedView(row.volume, row.as_of, row.failure or "")
    return list(found.values())
