"""Looks at this host: the scanner, and the volumes."""

import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xfc_notify.errors import ScanRefused
from xfc_notify.parts import Check, Checked, Inspection
from xfc_notify.paths import show
from xfc_notify.units import counted, format_duration

if TYPE_CHECKING:
    from xfc_notify.settings import VolumeTable

STANDS_STILL = timedelta(hours=2)
"""Longer than a lost order waits to be sent again."""


def look_at_scanner(asked: Inspection) -> Iterator[Checked]:
    """Which one measures."""
    from xfc_notify.scan.engine import choose
    from xfc_notify.usage import Scanner

    scanner = choose()
    if scanner is Scanner.PYTHON:
        do = "for the native scanner, many times as fast, install again on Linux with gcc"
        yield Checked("scanner", "notice", "python, one thread", do)
        return
    threads = asked.settings.scan.threads or "as many as bring something"
    yield Checked("scanner", "ok", f"{scanner}, threads: {threads}")


def look_at_volumes(asked: Inspection) -> Iterator[Checked]:
    """Whether each can be opened, and whether we would notice that it is not mounted."""
    if not asked.settings.volumes:
        yield Checked("volumes", "notice", "none", "add a [[volumes]] block to the settings")
    for volume in asked.settings.volumes:
        yield _volume(volume)


def _volume(volume: "VolumeTable") -> Checked:
    from xfc_notify.scan import guard

    name, path = f"volume {volume.name}", show(volume.path)
    try:
        with guard.opened(volume.volume()) as here, os.scandir(here) as entries:
            count, filesystem = sum(1 for _ in entries), guard.filesystem_id(here)
    except ScanRefused as refused:
        do = "mount it; if it is mounted, correct marker or filesystem in its [[volumes]] block"
        what = refused.what.removeprefix(f"{name}: ").removesuffix("; is the volume mounted?")
        return Checked(name, "failed", what, do)
    except OSError as error:
        return Checked(name, "failed", f"{path}: {error.strerror}", "is it mounted?")
    retired = ", retired" if volume.retired else ""
    what = f"{path}: {count} entries{retired}, on file system {filesystem}"
    if volume.volume().guarded:
        return Checked(name, "ok", what)
    do = 'create a file in it and name it: marker = ".xfc-volume"'
    if filesystem != guard.NO_ID:
        do += f'; or set filesystem = "{filesystem}"'
    return Checked(name, "notice", f"{what}; nothing would show that it is not mounted", do)


def look_at_areas(asked: Inspection) -> Iterator[Checked]:
    """Whether all were measured lately, and are still there."""
    if asked.has_database:
        yield from _areas(asked.now, 2 * asked.settings.scan.every, asked.settings.surveyed)


def _areas(now: datetime, long: timedelta, surveyed: Collection[str]) -> list[Checked]:
    from xfc_notify.areas import areas
    from xfc_notify.areas.views import overdue_in_words
    from xfc_notify.store import database, migrate

    with database.connected():
        if migrate.pending():
            return []
        late, gone = areas.overdue(now - long, surveyed), areas.count_gone()
    found = [Checked("areas", "ok", "all were measured within two rounds of scans")]
    if late is not None:
        do = "nobody is told old figures; see why: xfc-notify status, xfc-notify check workers volumes"
        found = [Checked("areas", "notice", overdue_in_words(late), do)]
    if gone:
        what = f"{counted(gone, 'directory')} gone"
        found.append(Checked("areas", "notice", what, "see xfc-notify areas list; areas forget drops them"))
    return found


def look_at_scans(asked: Inspection) -> Iterator[Checked]:
    """Whether scans that were ordered are answered; a notice at most: a scanner may be at work elsewhere."""
    if not asked.has_database:
        return
    from xfc_notify.areas import scans
    from xfc_notify.store import database, migrate
    from xfc_notify.units import at

    with database.connected():
        count, first = (0, None) if migrate.pending() else scans.unanswered(asked.now - STANDS_STILL)
    if count:
        what = f"{count:,} have had no answer for {format_duration(STANDS_STILL)}, one since {at(first)} UTC"
        do = "do scanners run (xfc-notify check workers), and do they see the volumes?"
        yield Checked("scans", "notice", what, do)
    else:
        yield Checked("scans", "ok", "orders are answered")


CHECKS = (
    Check(("scanner",), look_at_scanner),
    Check(("volumes",), look_at_volumes),
    Check(("areas",), look_at_areas, needs_database=True),
    Check(("scans",), look_at_scans, needs_database=True),
)
