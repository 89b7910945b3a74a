"""reports split: the lines of each group in a file of its own."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, progress, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.reports.commands.ready import VolumeNames, ensure_libraries, volumes_named


def split(
    volumes: VolumeNames = None,
    upload: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Copy what was split to any URL of fsspec, like s3://bucket/groups."
        ),
    ] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Split the newest capture of each volume."""
    ensure_libraries()
    from xfc_notify.people.groups import by_gid
    from xfc_notify.reports import find
    from xfc_notify.reports import split as splitting
    from xfc_notify.reports.settings import out_folder

    now = datetime.now(UTC)
    with session(settings) as opened:
        reports, names = volumes_named(opened.settings, volumes)
        chosen = [volume for volume in reports.volumes if volume.name in names]
        newest = [found[-1].file for volume in chosen if (found := find.captures(volume, reports, now))]
        if not newest:
            raise WrongInput("There are no data of these volumes yet.", "See [reports] data.")

        def name_of(gid: int) -> str:
            if gid not in named:
                row = by_gid([gid]).get(gid)
                found = None if row is not None else opened.plugins.find_group(gid)
                named[gid] = row.name if row is not None else found.name if found else str(gid)
            return named[gid]

        named: dict[int, str] = {}
        with progress("splitting") as shown:
            task = shown.add_task("", total=None, what="") if shown else None

            def watch(count: int) -> None:
                if shown is not None and task is not None:
                    shown.update(task, what=f"{count:,} lines")

            folder = splitting.split(newest, out_folder(opened.settings), now.date(), name_of, watch)
    target = splitting.upload(folder, upload, {}) if upload else None
    if as_json:
        print_json({"folder": str(folder), "url": target})
        return
    say(str(folder))
    if target:
        say(f"copied to {target}")
