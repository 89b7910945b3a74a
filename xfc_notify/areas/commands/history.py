"""xfc-notify history: what the scans of a user's areas found, one after the other."""

from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.bars import bar, sparkline
from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.scan_views import ScanView

_COLUMNS = (
    Column("scan (UTC)"),
    Column("size", right=True),
    Column("hard quota"),
    Column("temporal usage", right=True, spare=3),
    Column("temporal quota"),
    Column("files", right=True, spare=1),
    Column("level"),
    Column("", spare=2),
)


LEAST, MOST = 3, 60
"""How many scans a course has."""


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
    from xfc_notify.areas.scan_views import scan_views
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
        if course := _course(scans):
            say(course)


def _course(scans: "list[ScanView]") -> str:
    """The course of the size over these scans, in a line; nothing for fewer than three."""
    from xfc_notify.units import format_size

    sizes = [scan.size for scan in reversed(scans) if scan.size is not None]
    if len(sizes) < LEAST:
        return ""
    shown = sizes[-MOST:]
    return f"size: {format_size(shown[0])} {sparkline(shown)} {format_size(shown[-1])}"


def _share(scan: "ScanView", policy: str) -> str:
    """The share of a quota as it was then."""
    found = next((found for found in scan.findings if found.policy == policy), None)
    return "-" if found is None else f"{bar(found.percent)} {found.percent:>3,} %"


def _cells(scan: "ScanView") -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size

    lower_bound = scan.complete is False
    mark = "*" if lower_bound else ""
    return (
        at(scan.as_of),
        or_dash(scan.size, format_size) + mark,
        _share(scan, "quota_hard"),
        or_dash(scan.temporal_usage, format_byte_days) + mark,
        _share(scan, "quota_temporal"),
        or_dash(scan.files, "{:,}".format),
        str(scan.state if scan.level is None else scan.level),
        "* not everything could be read: a lower bound" if lower_bound else scan.failure or "",
    )
