"""xfc-notify status: who stands where."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.output import Column, at, print_json, print_table, say
from xfc_notify.cli.session import AsJson, SettingsFile, session

if TYPE_CHECKING:
    from xfc_notify.store.tables import Area, Scan

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
    app.command("status", help="Usage, levels and last scan of everybody, or of one user.")(_status)


def _status(
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="By the username; everybody, if none is given.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    with session(settings):
        rows = standing(user)
        failures = failed(user)
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("No areas are known yet; xfc-notify discover finds them.")
        return
    print_standing(rows)
    for line in failures:
        say(line)


def failed(user: str | None) -> list[str]:
    """A line for every area whose last scan failed."""
    from xfc_notify.store import scans

    return [
        f"last scan failed at {at(scan.as_of)}: {scan.area.path}: {scan.failure}"
        for scan in scans.failures()
        if user in (None, scan.area.user.name)
    ]


def standing(user: str | None) -> list[dict[str, Any]]:
    """Where every area stands, or those of one user, as JSON of exact numbers."""
    from xfc_notify.store import areas

    return [_row(area, scan) for area, scan in areas.with_last_scan(areas.user_named(user) if user else None)]


def print_standing(rows: list[dict[str, Any]]) -> None:
    """The same for people."""
    print_table(_COLUMNS, [_cells(row) for row in rows])
    if any(row["complete"] is False for row in rows):
        say("* not everything could be read: a lower bound")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
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
        row["level"],
        at(row["last_scanned"]),
    )


def _row(area: "Area", scan: "Scan | None") -> dict[str, Any]:
    findings = (scan.findings or []) if scan else []
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
        "level": _worst(findings) if scan else None,
        "complete": scan.complete if scan else None,
        "findings": [
            {key: f[key] for key in ("policy", "level", "used", "limit", "unit", "due")} for f in findings
        ],
    }


def _worst(findings: list[dict[str, Any]]) -> str:
    from xfc_notify.domain import Level

    return str(max((Level[finding["level"].upper()] for finding in findings), default=Level.OK))
