"""volumes: how full every volume is, by the last scans of its areas."""

from datetime import UTC, datetime
from typing import Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("volumes", help="How full every volume is, by the last scans.")(_volumes)


def _volumes(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.areas import volumes

    with session(settings) as opened:
        rows = []
        for table in opened.settings.volumes:
            volume = table.volume()
            scans = volumes.last_scans(volume.name)
            rows.append(_row(volume, scans, opened.plugins.evaluate_volume(volume, scans, datetime.now(UTC))))
    if as_json:
        print_json(rows)
    elif not rows:
        say("No volume is in the settings; add a [[volumes]] block.")
    else:
        columns = ("volume", Column("areas", right=True), Column("size", right=True), Column("capacity", right=True),
                   Column("used", right=True), "level", "uses most")  # fmt: skip
        print_table(columns, [_cells(row) for row in rows])


def _row(volume: Any, scans: Any, judgement: Any) -> dict[str, Any]:
    from xfc_notify.domain import Level
    from xfc_notify.paths import show

    findings = [it.finding for it in judgement.verdicts]
    return {
        "volume": volume.name,
        "path": show(volume.path),
        "retired": volume.retired,
        "areas": len(scans),
        "scanned": sum(scan is not None for _, scan in scans),
        "size": sum(scan.size for _, scan in scans if scan is not None),
        "capacity": volume.capacity,
        "level": str(max((finding.level for finding in findings), default=Level.OK)),
        "findings": [
            {"policy": it.policy, "level": str(it.finding.level), "used": it.finding.used,
             "limit": it.finding.limit, "unit": it.finding.unit, "facts": dict(it.finding.facts)}
            for it in judgement.verdicts
        ],
    }  # fmt: skip


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    from xfc_notify.units import format_size, percent

    capacity = row["capacity"]
    return (
        row["volume"] + (" (retired)" if row["retired"] else ""),
        f"{row['areas']:,}",
        format_size(row["size"]),
        format_size(capacity) if capacity else "-",
        f"{percent(row['size'], capacity)} %" if capacity else "-",
        row["level"] if row["findings"] else "-",
        ", ".join(list(row["findings"][0]["facts"])[:3]) if row["findings"] else "",
    )
