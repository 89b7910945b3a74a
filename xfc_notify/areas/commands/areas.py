"""xfc-notify areas: list, forget and move what is measured."""

from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_json_list, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.views import KnownArea

_COLUMNS = (
    "area",
    "user",
    Column("uid", right=True),
    Column("hard quota", right=True, spare=1),
    Column("temporal quota", right=True, spare=1),
    Column("last scan (UTC)", spare=2),
    "mark",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    areas = typer.Typer(no_args_is_help=True, help="List areas, forget those that are gone, move them.")
    areas.command("list", help="All areas; those gone or with an odd owner are marked.")(_list)
    areas.command("forget", help="Forget areas whose directory is gone, and all their scans.")(_forget)
    areas.command("move", help="Say that an area lies elsewhere now. Limits, scans and episodes stay.")(_move)
    app.add_typer(areas, name="areas")


def _list(
    gone: Annotated[bool, typer.Option("--gone", help="Only those whose directory is gone.")] = False,
    marked: Annotated[bool, typer.Option("--marked", help="Only those with a mark.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas.views import known_areas

    with session(settings, reads=True) as opened:
        volumes = {volume.name for volume in opened.settings.volumes}
        found = [
            area
            for area in known_areas(volumes)
            if (not gone or area.gone_at is not None) and (not marked or area.mark)
        ]
    if as_json:
        print_json_list(found)
    elif not found:
        say("No such area." if gone or marked else "No areas are known yet; xfc-notify discover finds them.")
    else:
        print_table(_COLUMNS, [_cells(area) for area in found])


def _forget(
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH", help="As areas list shows it.")] = None,
    every: Annotated[bool, typer.Option("--gone", help="All whose directory is gone.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import upkeep

    if bool(paths) == every:
        raise WrongInput("Name areas, or --gone.", "See: xfc-notify areas list --gone")
    with session(settings):
        areas = upkeep.gone() if every else [upkeep.area_at(path) for path in paths or ()]
        upkeep.refuse_if_there(areas)
        upkeep.forget(areas)
    if as_json:
        print_json({"forgotten": [area.path for area in areas]})
        return
    for area in areas:
        say(f"forgotten: {area.path}, of {area.user.name}")
    if not areas:
        say("No area is gone.")


def _move(
    path: Annotated[str, typer.Argument(metavar="FROM", help="The area, as areas list shows it.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="Its directory now, in any volume.")],
    replace: Annotated[bool, typer.Option("--replace", help="Forget the area that is known there.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import upkeep

    with session(settings) as opened:
        area = upkeep.area_at(path)
        before = area.path
        upkeep.move(area, to, [volume.volume() for volume in opened.settings.volumes], replace=replace)
    if as_json:
        print_json({"from": before, "to": area.path})
    else:
        say(f"{before} is {area.path} from now on.")


def _cells(area: "KnownArea") -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size

    return (
        area.path,
        area.user,
        "-" if area.uid is None else str(area.uid),
        format_size(area.hard_quota),
        format_byte_days(area.temporal_quota),
        at(area.last_scanned),
        area.mark,
    )
