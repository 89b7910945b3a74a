"""xfc-notify where: in which directories of a user's areas it lies."""

from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, Browse, SettingsFile, UserName
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session
from xfc_notify.cli.where_table import LEVELS, print_where
from xfc_notify.paths import show
from xfc_notify.units import at, format_size
from xfc_notify.usage.explaining import grown
from xfc_notify.usage.where import By

if TYPE_CHECKING:
    from xfc_notify.areas.where_views import AreaWhere

_GROWN = 3
"""So many directories that grew are named."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("where", help="Where it lies: directories of a user's areas.")(_where)


def _where(
    name: UserName,
    path: Annotated[
        str,
        typer.Argument(metavar="[PATH]", help="A directory, as it is shown; the areas, if none is given."),
    ] = "",
    by: Annotated[By, typer.Option(help="What comes first.")] = By.SIZE,
    levels: Annotated[
        int | None, typer.Option("--depth", min=1, max=2_048, metavar="N", help="So many levels down.")
    ] = None,
    browse: Browse = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas.where_views import areas_where
    from xfc_notify.people import users

    with session(settings, reads=True):
        found, inside = areas_where(users.user_named(name), path)
    if as_json:
        print_json([area.view(inside, levels) for area in found])
    elif not found:
        say(f"Nothing of {name} has been scanned yet.")
    elif browse:
        _browse(found, inside, by)
    else:
        _print(found, inside, by, levels or LEVELS)


def _browse(found: "list[AreaWhere]", inside: bytes, by: By) -> None:
    from xfc_notify.cli.browsing import browse

    if not browse([(area.area, area.where) for area in found], inside, by):
        _print(found, inside, by, LEVELS)


def _print(found: "list[AreaWhere]", inside: bytes, by: By, levels: int) -> None:
    for area in found:
        say(f"{area.shown(inside)}, as of {at(area.as_of)} UTC")
        print_where(area.where, inside, by, levels)
        if area.before is not None and (more := grown(area.where.usage.tree, area.before[1], _GROWN)):
            named = ", ".join(f"{show(path)} by {format_size(size)}" for path, size in more)
            say(f"grown most since {at(area.before[0])}: {named}")
