"""volumes: how full every volume is, by the last scans of its areas."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session

if TYPE_CHECKING:
    from xfc_notify.areas.volume_views import VolumeView

_COLUMNS = (
    "volume",
    Column("areas", right=True),
    Column("size", right=True, spare=1),
    Column("on disk", right=True),
    Column("capacity", right=True),
    Column("used", right=True),
    "level",
    "uses most",
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("volumes", help="How full every volume is, according to the last scans.")(_volumes)


def _volumes(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.areas.settings import Limits
    from xfc_notify.areas.volume_views import volume_view

    with session(settings, reads=True) as opened:
        now = datetime.now(UTC)
        counts, tables = opened.settings.of(Limits).counts, opened.settings.volumes
        volumes = [volume_view(table.volume(), opened.plugins, counts, now) for table in tables]
    if as_json:
        print_json(volumes)
    elif not volumes:
        say("No volume is in the settings; add a [[volumes]] block.")
    else:
        print_table(_COLUMNS, [_cells(volume) for volume in volumes])


def _cells(volume: "VolumeView") -> tuple[str, ...]:
    from xfc_notify.units import format_size, percent

    capacity = volume.capacity
    return (
        volume.volume + (" (retired)" if volume.retired else ""),
        f"{volume.areas:,}",
        format_size(volume.size),
        format_size(volume.allocated),
        format_size(capacity) if capacity else "-",
        f"{percent(volume.allocated, capacity)} %" if capacity else "-",
        str(volume.level) if volume.findings else "-",
        ", ".join(list(volume.findings[0].facts)[:3]) if volume.findings else "",
    )
