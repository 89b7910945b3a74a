"""The figures of captures as rows: those of the last capture of each volume, and the history of groups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import chunked

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
from xfc_notify.store.table import Table

MOST = 2**63 - 1
"""What a column can hold."""
_DETAILS: tuple[type[Table], ...] = (GroupUsageRow, DirectoryUsageRow, UserUsageRow, VaultFileRow)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group stands on a volume: its quota, 0 for none, where that comes from, and its level."""

    quota: int = 0
    quota_files: int = 0
    quota_source: str = ""
    quota_as_of: datetime | None = None
    level: int = 0


def replace(row: LoadRow, summary: Summary, vaults: Sequence[VaultFile]) -> None:
    """Put the figures of a capture in the place of those of the one before. In a transaction."""
    for table in _DETAILS:
        table.delete().where(table.volume == row.volume).execute()  # type: ignore[attr-defined]
    before = (GroupStandingRow.volume == row.volume) & GroupStandingRow.latest
    GroupStandingRow.update(latest=False).where(before).execute()
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


def add_history(row: LoadRow, summary: Summary, standings: Mapping[int, Standing], *, latest: bool) -> None:
    """Add where groups stood at a capture; `latest`: no later one of its volume is loaded. In a transaction."""
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
                "latest": latest,
            }
            for total in summary.totals
        ),
    )


def _insert(table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
    for some in chunked(rows, table.at_once()):
        table.insert_many(some).execute()
