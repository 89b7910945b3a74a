"""xfc-notify history: what the scans of a user's areas found, one after the other."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.tables import AreaRow, ScanRow

_COLUMNS = (
    Column("scan (UTC)"),
    Column("size", right=True),
    Column("temporal usage", right=True),
    Column("files", right=True, spare=1),
    Column("level"),
    Column("", spare=2),
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("history", help="What the scans of a user's areas found, newest first.")(_history)


def _history(
    name: UserName,
    count: Annotated[
        int, typer.Option(min=1, max=10_000, metavar="N", help="At most so many per area.")
    ] = 30,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import areas, history
    from xfc_notify.people import users

    with session(settings):
        found = [(area, history.latest(area, count)) for area in areas.areas_of(users.user_named(name))]
    if as_json:
        print_json([_row(area, scan) for area, scans in found for scan in scans])
        return
    for area, scans in found:
        say(f"{area.path}{'' if scans else ': not scanned yet'}")
        if scans:
            print_table(_COLUMNS, [_cells(scan) for scan in scans])


def _cells(scan: "ScanRow") -> tuple[str, ...]:
    from xfc_notify.store.finding_json import worst_level
    from xfc_notify.units import format_byte_days, format_size

    if scan.state == "failed":
        return at(scan.as_of), "-", "-", "-", "failed", scan.failure or ""
    mark = "" if scan.complete else "*"
    return (
        at(scan.as_of),
        format_size(scan.size) + mark,
        format_byte_days(scan.temporal_usage) + mark,
        f"{scan.files:,}",
        str(worst_level(scan.findings or ())),
        "" if scan.complete else "* not everything could be read: a lower bound",
    )


def _row(area: "AreaRow", scan: "ScanRow") -> dict[str, Any]:
    from xfc_notify.store.finding_json import worst_level

    whole = scan.state == "whole"
    return {
        "area": area.path,
        "as_of": scan.as_of,
        "state": scan.state,
        "size": scan.size if whole else None,
        "temporal_usage": scan.temporal_usage if whole else None,
        "files": scan.files if whole else None,
        "complete": scan.complete if whole else None,
        "level": str(worst_level(scan.findings or ())) if whole else None,
        "seconds": scan.seconds,
        "slices": scan.slices,
        "failure": scan.failure,
    }
