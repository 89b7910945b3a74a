"""Loads: which captures are owed, who has one in hand, and how their figures are taken, once.

A load is a row from the moment its capture is found. Whoever loads it holds a lease, renewed while they work: what died
is loaded again by another, soon. Its figures, those of the capture before, and its state change in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from peewee import Expression

from xfc_notify.domain import CLOCK_SKEW
from xfc_notify.people.users import inserted
from xfc_notify.reports.cells import Read
from xfc_notify.reports.find import Capture
from xfc_notify.reports.states import LoadState
from xfc_notify.reports.stream import Identity
from xfc_notify.reports.summary import Summary
from xfc_notify.reports.tables import (
    DirectoryUsageRow,
    GroupStandingRow,
    GroupUsageRow,
    LoadRow,
    UserUsageRow,
    VaultFileRow,
)
from xfc_notify.reports.vaults import VaultFile
from xfc_notify.store.database import BATCH, db, for_update
from xfc_notify.store.table import Table

SENT = timedelta(hours=2)
"""How long an order may wait in its queue before it is sent again."""
IN_HAND = timedelta(minutes=3)
"""How long who loads may be silent before another begins."""
MOST_TRIES = 5
"""What has killed so many is not tried again."""
MOST = 2**63 - 1
_DETAILS: tuple[type[Table], ...] = (GroupUsageRow, DirectoryUsageRow, UserUsageRow, VaultFileRow)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands on a volume: its quota, 0 for none, where that comes from, and its level."""

    quota: int = 0
    quota_files: int = 0
    quota_source: str = ""
    quota_as_of: datetime | None = None
    level: int = 0


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
        LoadRow.update(state=LoadState.FAILED, failure=failure, ended_at=now).where(
            LoadRow.id.in_(given_up)
        ).execute()
        claimed = [row for row in due if row.attempts < MOST_TRIES]
        LoadRow.update(lease_until=now + SENT).where(LoadRow.id.in_([row.id for row in claimed])).execute()
        return claimed


def unclaim(ids: Sequence[str]) -> None:
    """Give back the lease of loads that could not be sent."""
    LoadRow.update(lease_until=None).where(LoadRow.id.in_(list(ids))).execute()


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
    if is_latest(row):
        for table in _DETAILS:
            table.delete().where(table.volume == row.volume).execute()  # type: ignore[attr-defined]
        _insert_details(row, summary, vaults)
    _insert_history(row, summary, standings)
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


def _insert_details(row: LoadRow, summary: Summary, vaults: Sequence[VaultFile]) -> None:
    of = {"load": row.id, "volume": row.volume}
    _insert(
        GroupUsageRow,
        (
            of
            | {
                "gid": group.gid,
                "base": group.base or "",
                "bytes": min(group.bytes, MOST),
                "files": group.files,
                "newest": group.newest,
                "kinds": group.kinds,
                "ages": group.ages,
                "temporary": min(group.temporary, MOST),
            }
            for group in summary.groups
        ),
    )
    _insert(
        DirectoryUsageRow,
        (
            of
            | {
                "gid": found.gid,
                "base": found.base,
                "directory": found.directory,
                "bytes": min(found.bytes, MOST),
                "files": found.files,
                "newest": found.newest,
                "kinds": found.kinds,
            }
            for found in summary.directories
        ),
    )
    _insert(
        UserUsageRow,
        (
            of
            | {
                "uid": user.uid,
                "gid": user.gid,
                "bytes": min(user.bytes, MOST),
                "files": user.files,
                "newest": user.newest,
            }
            for user in summary.users
        ),
    )
    _insert(
        VaultFileRow,
        (
            of
            | {
                "vault": file.vault,
                "state": file.state,
                "path": file.path,
                "uid": file.uid,
                "gid": file.gid,
                "bytes": file.size,
                "modified": file.modified,
            }
            for file in vaults
        ),
    )


def _insert_history(row: LoadRow, summary: Summary, standings: Mapping[int, Standing]) -> None:
    same = (GroupStandingRow.volume == row.volume) & (GroupStandingRow.as_of == row.as_of)
    GroupStandingRow.delete().where(same).execute()
    bases: dict[int, dict[str, int]] = defaultdict(dict)
    for group in summary.groups:
        bases[group.gid][group.base or ""] = group.bytes
    _insert(
        GroupStandingRow,
        (
            {
                "volume": row.volume,
                "gid": total.gid,
                "as_of": row.as_of,
                "bytes": min(total.bytes, MOST),
                "files": total.files,
                "newest": total.newest,
                "quota": (standing := standings.get(total.gid, Standing())).quota,
                "quota_files": standing.quota_files,
                "quota_source": standing.quota_source,
                "quota_as_of": standing.quota_as_of,
                "level": standing.level,
                "bases": bases[total.gid],
            }
            for total in summary.totals
        ),
    )


def _insert(table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            table.insert_many(batch).execute()
            batch = []
    if batch:
        table.insert_many(batch).execute()
