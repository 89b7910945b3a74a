"""xfc-notify history: what the scans of a user's areas found, one after the other."""

from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.views import ScanView

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
    app.command("history", help="What past scans of a user's areas found, newest first.")(_history)


def _history(
    name: UserName,
    count: Annotated[
        int, typer.Option(min=1, max=10_000, metavar="N", help="At most so many per area.")
    ] = 30,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas.views import scan_views
    from xfc_notify.people import users

    with session(settings, reads=True):
        found = scan_views(users.user_named(name), count)
    if as_json:
        print_json([scan for scans in found.values() for scan in scans])
        return
    for area, scans in found.items():
        say(f"{area}{'' if scans else ': not scanned yet'}")
        if scans:
            print_table(_COLUMNS, [_cells(scan) for scan in scans])


def _cells(scan: "ScanView") -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size

    lower_bound = scan.complete is False
    mark = "*" if lower_bound else ""
    return (
        at(scan.as_of),
        or_dash(scan.size, format_size) + mark,
        or_dash(scan.temporal_usage, format_byte_days) + mark,
        or_dash(scan.files, "{:,}".format),
        str(scan.state if scan.level is None else scan.level),
        "* not everything could be read: a lower bound" if lower_bound else scan.failure or "",
    )
