"""How long a transfer will take, by those of the past between the same two stores."""

from datetime import datetime, timedelta

from xfc_notify.datasets.tables import JournalRow

LAST = 100
"""So many of the past transfers count."""


def speed(source: str, target: str) -> float | None:
    """Bytes per second, from store to store: the mean of the last transfers that succeeded; None if there was none.

    As the data manager of VESTEC has it: the mean of the speeds, not of the times.
    """
    rows = JournalRow.select(JournalRow.bytes, JournalRow.started_at, JournalRow.copied_at).where(
        JournalRow.source_store == source,
        JournalRow.target_store == target,
        JournalRow.success,
        JournalRow.copied_at.is_null(False),
        JournalRow.bytes > 0,
    )
    last = rows.order_by(JournalRow.ended_at.desc()).limit(LAST)
    speeds = [
        row.bytes / seconds
        for row in last
        if (seconds := (row.copied_at - row.started_at).total_seconds()) > 0
    ]
    return sum(speeds) / len(speeds) if speeds else None


def seconds(source: str, target: str, size: int) -> float | None:
    """How long so many bytes will take from store to store; None if no transfer of the past tells."""
    found = speed(source, target)
    return size / found if found else None


def end(row: JournalRow, now: datetime) -> datetime | None:
    """When a command that is under way will have copied all; None if nothing tells.

    By its own speed, once a twentieth is done; before that, by those of the past.
    """
    if row.started_at is None or row.copied_at is not None or row.ended_at is not None or not row.bytes:
        return None
    if row.done * 20 >= row.bytes:
        left: float | None = (now - row.started_at).total_seconds() * (row.bytes - row.done) / row.done
    else:
        left = seconds(row.source_store, row.target_store, row.bytes - row.done)
    return None if left is None else now + timedelta(seconds=left)
