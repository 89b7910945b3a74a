"""Quotas of groups: what `lfs quota` says, else what a file says.

group,limit            under such a header, with any other columns beside them; KiB
gid,disk,bytes,inodes  without a header; the first line whose disk holds the volume counts
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless

KIB = 1024


@dataclass(frozen=True, slots=True)
class Quota:
    """Bytes and files, 0 for no limit; where it comes from, and as of when."""

    bytes: int
    files: int
    source: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class QuotaFile:
    """What a file says of a volume, by name of the group or by gid."""

    by_name: Mapping[str, Quota]
    by_gid: Mapping[int, Quota]

    def of(self, gid: int, name: str) -> Quota | None:
        """The quota of a group; None if the file does not name it."""
        return self.by_gid.get(gid) or self.by_name.get(name)


def read(file: Path, mount: str) -> QuotaFile:
    """The quotas of a file for the volume mounted there. WrongInput with file and line if it is wrong."""
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        as_of = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    except OSError as error:
        raise WrongInput(f"{harmless(str(file))}: {error.strerror}") from None
    rows = csv.reader(text.splitlines())
    source = f"file {harmless(file.name)}"
    by_name: dict[str, Quota] = {}
    by_gid: dict[int, Quota] = {}
    header: dict[str, int] | None = None
    try:
        for row in rows:
            if not row:
                continue
            if rows.line_num == 1 and {"group", "limit"} <= set(row):
                header = {name: place for place, name in enumerate(row)}
            elif header is not None:
                name, limit = row[header["group"]], _size(row[header["limit"]])
                by_name.setdefault(name, Quota(limit * KIB, 0, source, as_of))
            elif len(row) == 4:
                quota = Quota(_size(row[2]), _size(row[3]), source, as_of)
                if _holds(row[1], mount):
                    by_gid.setdefault(int(row[0]), quota)
            else:
                raise ValueError("group,limit in the first line, or gid,disk,bytes,inodes, is needed")  # noqa: TRY301
    except (ValueError, IndexError, csv.Error) as error:
        what = str(error) if isinstance(error, ValueError) else "has too few columns"
        raise WrongInput(f"{harmless(str(file))}, line {rows.line_num}: {harmless(what)}") from None
    return QuotaFile(by_name, by_gid)


def _size(text: str) -> int:
    size = int(text)
    if not 0 <= size < 2**53:
        raise ValueError(f"{size} is no quota")
    return size


def _holds(disk: str, mount: str) -> bool:
    """Whether the volume lies on this disk, or is it."""
    return f"{mount}/".startswith(disk.rstrip("/") + "/")
