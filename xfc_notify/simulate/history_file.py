"""Invented histories for `simulate`: files of JSON lines, one scan of one user per line.

{"user": "ada", "as_of": "2026-03-02T08:00:00Z", "size": 360, "byte_days": 9e3, "files": 12, "complete": true}

"allocated" may be added: the bytes on disk, where hard quotas count these.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from xfc_notify.domain import PastScan
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless

LONGEST_LINE = 10_000
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _in_time(time: datetime) -> datetime:
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    if not FIRST.year < aware.year < LAST.year:
        raise ValueError("must be between 1970 and 2200")
    return aware.astimezone(UTC)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    user: str = Field(min_length=1, max_length=64)
    as_of: Annotated[datetime, AfterValidator(_in_time)]
    size: int = Field(ge=0, lt=2**63, strict=False)
    allocated: int | None = Field(None, ge=0, lt=2**63, strict=False)
    byte_days: float = Field(ge=0, le=1e30, allow_inf_nan=False)
    files: int = Field(ge=0, lt=2**63, strict=False)
    complete: bool


def read(file: Path) -> dict[str, list[PastScan]]:
    """User → scans, oldest first. A time without a zone is UTC; empty lines are passed over.

    Raises WrongInput with file and line for a line that is no scan, or the second of a user at one time.
    """
    scans: dict[str, dict[datetime, PastScan]] = {}
    for number, line in _lines(file):
        scan = _scan(line, f"{file}: line {number}")
        known = scans.setdefault(scan.user, {})
        if scan.as_of in known:
            again = f"{file}: line {number}: a second scan of {scan.user} at {scan.as_of.isoformat()}"
            raise WrongInput(harmless(again))
        known[scan.as_of] = PastScan(
            scan.as_of, scan.size, scan.byte_days, scan.files, scan.complete, allocated=scan.allocated
        )
    return {user: [known[time] for time in sorted(known)] for user, known in scans.items()}


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; no more of one is held in memory than a line may be long."""
    try:
        with file.open("rb") as content:
            number = 0
            while line := content.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise WrongInput(f"{file}: line {number}: longer than {LONGEST_LINE:,} bytes")
                if line.strip():
                    yield number, line
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}", "Name a file of JSON lines with --history.") from None


def _scan(line: bytes, where: str) -> _Line:
    try:
        return _Line.model_validate_json(line)
    except ValidationError as failed:
        error = failed.errors(include_url=False, include_input=False, include_context=False)[0]
        key = ".".join(str(part) for part in error["loc"])
        what = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise WrongInput(
            harmless(f"{where}: {key + ': ' if key else ''}{what}"),
            'A line is like {"user": "ada", "as_of": "2026-03-02T08:00:00Z", "size": 360, '
            '"byte_days": 9e3, "files": 12, "complete": true}',
        ) from None
