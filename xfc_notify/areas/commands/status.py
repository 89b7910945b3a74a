"""xfc-notify status: who stands where."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json_list, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.tables import AreaRow, ScanRow
    from xfc_notify.domain import Exemption

MOST_ROWS = 50
"""What a person can read; nobody reads 100,000."""

_SHOWN = {"quota_hard", "quota_temporal"}
"""The policies whose shares the table shows."""


class LevelChoice(StrEnum):
    """As domain.Level, which is imported late."""

    OK = "ok"
    NOTICE = "notice"
    WARNING = "warning"
    OVER = "over"


_COLUMNS = (
    Column("user"),
    Column("volume", spare=4),
    Column("size", right=True),
    Column("hard quota", right=True, spare=3),
    Column("used", right=True),
    Column("temporal usage", right=True),
    Column("temporal quota", right=True, spare=2),
    Column("used", right=True),
    Column("files", right=True, spare=1),
    Column("level"),
    Column("last scan (UTC)", spare=5),
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status", help="Usage, levels and last scan, the worst first, or of one user.")(_status)


def _status(
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="By the username; everybody, if none is given.")
    ] = None,
    level: Annotated[LevelChoice | None, typer.Option(help="Only areas at this level or worse.")] = None,
    every: Annotated[bool, typer.Option("--all", help=f"Not only the {MOST_ROWS} worst.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    with session(settings):
        if as_json:
            print_json_list(standing(user, level))
            return
        rows = list(standing(user, level, None if every or user else MOST_ROWS))
        exempt = exempted(user)
        failures, full = failed(user, MOST_ROWS), [] if user else filling()
        summary = "" if every or user or len(rows) < MOST_ROWS else _summary(level)
    if rows:
        print_standing(rows, exempt)
    elif level:
        say(f"No area is at the level {level} or worse.")
    else:
        say("No areas are known yet; xfc-notify discover finds them.")
    for line in full:
        say(line)
    for line in failures:
        say(line)
    if summary:
        say(summary)


def exempted(user: str | None) -> dict[str, list[str]]:
    """For every area with limits that are lifted now, a line for each."""
    from xfc_notify.notify import exemption_rows
    from xfc_notify.people import users

    lines: dict[str, list[str]] = {}
    for it in exemption_rows.standing(datetime.now(UTC), users.user_named(user) if user else None):
        line = f"lifted until {at(it.until)} UTC: {it.policy} of {it.subject.key}: {it.reason}"
        lines.setdefault(it.subject.key, []).append(line)
    return lines


def filling() -> list[str]:
    """A line for every volume that is filling up."""
    from xfc_notify.domain import Level
    from xfc_notify.notify import episode_rows
    from xfc_notify.people import subjects
    from xfc_notify.states import Kind
    from xfc_notify.store.finding_json import load_finding
    from xfc_notify.units import format_amount

    lines = []
    for subject in subjects.of_kind(Kind.VOLUME):
        for row in episode_rows.latest(subject, 10):
            if row.ended_at is None:
                finding = load_finding(row.finding)
                used, limit = (format_amount(it, finding.unit) for it in (finding.used, finding.limit))
                lines.append(f"volume {subject.place}: {Level(row.level)}: {used} of {limit} used")
    return lines


def failed(user: str | None, count: int) -> list[str]:
    """A line for every area whose last scan failed, the latest first, and one for those beyond the count."""
    from xfc_notify.areas import scans
    from xfc_notify.people import users

    found = scans.failures(users.user_named(user) if user else None, count + 1)
    lines = [f"last scan failed at {at(scan.as_of)}: {scan.area.path}: {scan.failure}" for scan in found]
    return [*lines[:count], "more scans failed before"] if len(lines) > count else lines


def standing(
    user: str | None = None, level: str | None = None, count: int | None = None
) -> Iterator[dict[str, Any]]:
    """Where areas stand, the worst first, as JSON of exact numbers: those of one user, from a level on, so many."""
    from xfc_notify.areas import areas
    from xfc_notify.domain import Level
    from xfc_notify.notify import exemption_rows
    from xfc_notify.people import users

    least = Level.named(level) if level else None
    whose, now = users.user_named(user) if user else None, datetime.now(UTC)
    given: dict[int, list[Exemption]] = {}
    for it in exemption_rows.standing(now, whose):
        given.setdefault(it.subject.id, []).append(exemption_rows.exemption(it))
    rows = areas.with_last_scan(whose, least, count)
    return (_row(area, scan, given.get(area.subject_id, ()), now) for area, scan in rows)


def _summary(level: str | None) -> str:
    """How many areas stand where, and how to see those that are not shown; empty where all are."""
    from xfc_notify.areas import areas
    from xfc_notify.domain import Level

    levels = areas.levels()
    least = Level.named(level) if level else None
    meant = sum(count for it, count in levels.items() if least is None or (it is not None and it >= least))
    if meant <= MOST_ROWS:
        return ""
    where = ", ".join(f"{count:,} {'never scanned' if it is None else it}" for it, count in levels.items())
    return (
        f"{sum(levels.values()):,} areas: {where}.\n"
        f"{meant - MOST_ROWS:,} more are not shown; --level, USER, --all or --json show them."
    )


def _unexplained(row: dict[str, Any]) -> list[str]:
    """A line for each policy that gives an area its level, where neither of the quotas in the table does."""
    from xfc_notify.units import format_amount

    worst = [f for f in row["findings"] if f["level"] == row["level"] != "ok"]
    if any(f["policy"] in _SHOWN for f in worst):
        return []
    return [
        f"{f['level']}: {f['policy']} of {row['area']}: "
        f"{format_amount(f['used'], f['unit'])} of {format_amount(f['limit'], f['unit'])}"
        for f in worst
    ]


def print_standing(
    rows: list[dict[str, Any]], exempt: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> None:
    """The same for people, with what `exempted` said of them."""
    print_table(_COLUMNS, [_cells(row, lifted=row["area"] in exempt) for row in rows])
    for line in (line for row in rows for line in _unexplained(row)):
        say(line)
    for line in (line for lines in exempt.values() for line in lines):
        say(line)
    if any(row["complete"] is False for row in rows):
        say("* not everything could be read: a lower bound")


def _cells(row: dict[str, Any], *, lifted: bool) -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size, percent

    quota, temporal_quota = row["hard_quota"], row["temporal_quota"]
    if row["size"] is None:
        quotas = format_size(quota), format_byte_days(temporal_quota)
        return row["user"], row["volume"], "-", quotas[0], "-", "-", quotas[1], "-", "-", "-", "never"
    mark = "" if row["complete"] else "*"
    used = next(
        (f["used"] for f in row["findings"] if f["policy"] == "quota_temporal"), row["temporal_usage"]
    )
    return (
        row["user"],
        row["volume"],
        format_size(row["size"]) + mark,
        format_size(quota),
        f"{percent(row['size'], quota)} %",
        format_byte_days(used) + mark,
        format_byte_days(temporal_quota),
        f"{percent(used, temporal_quota)} %",
        f"{row['files']:,}",
        "lifted" if lifted and row["level"] == "ok" else row["level"],
        at(row["last_scanned"]),
    )


def _row(
    area: "AreaRow", scan: "ScanRow | None", given: "Sequence[Exemption]", now: datetime
) -> dict[str, Any]:
    from xfc_notify.notify.exempt import lifted
    from xfc_notify.store.finding_json import dump_finding, load_finding, worst_level

    findings = (scan.findings or []) if scan else []
    if given:
        findings = [
            f | dump_finding(lifted(f["policy"], load_finding(f), given, now)) | {"policy": f["policy"]}
            for f in findings
        ]
    return {
        "user": area.user.name,
        "area": area.path,
        "volume": area.volume,
        "last_scanned": area.last_scanned,
        "size": scan.size if scan else None,
        "hard_quota": area.hard_quota,
        "temporal_usage": scan.temporal_usage if scan else None,
        "temporal_quota": area.temporal_quota,
        "files": scan.files if scan else None,
        "level": str(worst_level(findings)) if scan else None,
        "complete": scan.complete if scan else None,
        "findings": [
            {key: f[key] for key in ("policy", "level", "used", "limit", "unit", "due")} for f in findings
        ],
    }
