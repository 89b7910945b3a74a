"""Loads: which captures are owed, who has one in hand, and how their figures are taken, once.

A load is a row from the moment its capture is found. Whoever loads it holds a lease, renewed while they work: what died
is loaded again by another, soon. Its figures, those of the capture before, and its state change in one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from peewee import Expression, chunked

from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.people.users import inserted
from xfc_notify.reports import figures
from xfc_notify.reports.cells import Read
from xfc_notify.reports.figures import Standing
from xfc_notify.reports.find import Capture
from xfc_notify.reports.states import LoadState
from xfc_notify.reports.stream import Identity
from xfc_notify.reports.summary import Summary
from xfc_notify.reports.tables import LoadRow
from xfc_notify.reports.vaults import VaultFile
from xfc_notify.store.database import BATCH, db, for_update

SENT = timedelta(hours=2)
"""How long an order may wait in its queue before it is sent again."""
IN_HAND = timedelta(minutes=3)
"""How long who loads may be silent before another begins."""
MOST_TRIES = 5
"""What has killed so many is not tried again."""


def known(volume: str) -> list[Identity]:
    """The files of a volume that are loaded, owed, or cannot be loaded."""
    rows = LoadRow.select(LoadRow.name, LoadRow.mtime, LoadRow.size).where(LoadRow.volume == volume)
    return [Identity(row.name, row.mtime, row.size) for row in rows]


def owe(captures: Iterable[Capture], now: datetime) -> int:
    """Note that these captures are to be loaded; how many were not known."""
    return sum(
        inserted(
            LoadRow.insert(
                id=str(uuid4()),
                volume=capture.volume,
                name=capture.identity.name,
                mtime=capture.identity.mtime,
                size=capture.identity.size,
                as_of=capture.as_of,
                state=LoadState.OPEN,
                ordered_at=now,
            )
        )
        for capture in captures
    )


def again(volume: str) -> int:
    """Owe once more what could not be loaded of a volume; how many."""
    failed = (LoadRow.volume == volume) & (LoadRow.state == LoadState.FAILED)
    changed = LoadRow.update(state=LoadState.OPEN, attempts=0, lease_until=None, failure=None).where(failed)
    return int(changed.execute())


def claim(now: datetime, volumes: Sequence[str] | None = None) -> list[LoadRow]:
    """Loads that are due to be sent, oldest first; each gets a lease. What was tried too often has failed."""
    with db.atomic():
        is_due = (LoadRow.state == LoadState.OPEN) & _is_free(now)
        if volumes is not None:
            is_due &= LoadRow.volume.in_(list(volumes))
        due = list(for_update(LoadRow.select().where(is_due).order_by(LoadRow.as_of, LoadRow.id)))
        given_up = [row.id for row in due if row.attempts >= MOST_TRIES]
        failure = f"tried {MOST_TRIES} times, and whoever loaded it died each time"
        for some in chunked(given_up, BATCH):
            LoadRow.update(state=LoadState.FAILED, failure=failure, ended_at=now).where(
                LoadRow.id.in_(some)
            ).execute()
        claimed = [row for row in due if row.attempts < MOST_TRIES]
        _lease([row.id for row in claimed], now + SENT)
        return claimed


def unclaim(ids: Sequence[str]) -> None:
    """Give back the lease of loads that could not be sent."""
    _lease(ids, None)


def _lease(ids: Sequence[str], until: datetime | None) -> None:
    for some in chunked(ids, BATCH):
        LoadRow.update(lease_until=until).where(LoadRow.id.in_(some)).execute()


def give_back(row: LoadRow) -> None:
    """Leave a load owed, as if it had not been begun: nobody died of it, so it is tried as often as it takes."""
    begun = LoadRow.update(lease_until=None, attempts=row.attempts - 1)
    begun.where(_is_held(row)).execute()


def release_sent(now: datetime) -> None:
    """Make due again what was sent and is in nobody's hand: for a broker that died with its process."""
    is_sent = (LoadRow.state == LoadState.OPEN) & (LoadRow.lease_until > now + IN_HAND)
    LoadRow.update(lease_until=None).where(is_sent).execute()


def begin(load: str, now: datetime) -> LoadRow | None:
    """Take a load in hand; None if it is done, or somebody has it in hand.

    An order that waited holds the long lease; whoever works holds the short one, which shows that it is in hand.
    """
    with db.atomic():
        row: LoadRow | None = for_update(LoadRow.select().where(LoadRow.id == load)).first()
        if row is None or row.state != LoadState.OPEN:
            return None
        if row.attempts and row.lease_until is not None and now < row.lease_until <= now + IN_HAND:
            return None
        row.attempts += 1
        row.lease_until = now + IN_HAND
        row.save(only=[LoadRow.attempts, LoadRow.lease_until])
        return row


def renew(row: LoadRow, now: datetime) -> None:
    """Go on holding a load that is being worked on."""
    LoadRow.update(lease_until=now + IN_HAND).where(_is_held(row)).execute()


def fail(row: LoadRow, why: str, now: datetime) -> None:
    """Note that a capture cannot be loaded. What was loaded before stays."""
    failed = LoadRow.update(state=LoadState.FAILED, failure=why, ended_at=now, lease_until=None)
    failed.where(_is_held(row)).execute()


def store(
    row: LoadRow,
    read: Read,
    summary: Summary,
    vaults: Sequence[VaultFile],
    standings: Mapping[int, Standing],
    seconds: float,
    now: datetime,
) -> bool:
    """Take the figures of a capture; False, with nothing changed, if that was done before, or another has it in hand.

    To be called in a transaction. Those of an older capture than the last only become history.
    """
    taken = LoadRow.update(
        state=LoadState.LOADED,
        ended_at=now,
        lease_until=None,
        lines=read.lines,
        cells=read.cells,
        seconds=seconds,
        failure=None,
    ).where(_is_held(row))
    if not taken.execute():
        return False
    latest = is_latest(row)
    if latest:
        figures.replace(row, summary, vaults)
    figures.add_history(row, summary, standings, latest=latest)
    return True


def are_open() -> bool:
    """Whether anything is still to be loaded."""
    return LoadRow.select().where(LoadRow.state == LoadState.OPEN).exists()


def _is_held(row: LoadRow) -> Expression:
    """Only whoever has begun it last may touch a load: after a lost lease another may have it in hand."""
    return (LoadRow.id == row.id) & (LoadRow.state == LoadState.OPEN) & (LoadRow.attempts == row.attempts)


def _is_free(now: datetime) -> Any:
    return (
        LoadRow.lease_until.is_null()
        | (LoadRow.lease_until <= now)
        | (LoadRow.lease_until > now + SENT + CLOCK_SKEW)
    )


def is_latest(row: LoadRow) -> bool:
    """Whether no later capture of its volume is loaded."""
    later = (LoadRow.volume == row.volume) & (LoadRow.state == LoadState.LOADED) & (LoadRow.as_of > row.as_of)
    return not LoadRow.select().where(later).exists()
