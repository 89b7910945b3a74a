"""groups list, show, set."""

from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.people.views import GroupView

GroupName = Annotated[str, typer.Argument(metavar="GROUP", help="By name or gid.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    groups = typer.Typer(no_args_is_help=True, help="List, show and change groups.")
    groups.command("list", help="All groups that occur in the data of reports.")(_list)
    groups.command("show", help="One group with its members and limits.")(_show)
    groups.command("set", help="Change who answers for a group, or its limits.")(_set)
    app.add_typer(groups, name="groups")


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.people.views import group_views

    with session(settings, reads=True):
        found = group_views()
    if as_json:
        print_json(found)
    elif not found:
        say("No groups are known yet; xfc-notify reports load finds them.")
    else:
        columns = (
            *(
                "group",
                Column("gid", right=True),
                "head",
                Column("contact", spare=2),
                Column("parent", spare=1),
            ),
            *(Column("members", right=True), Column("asked (UTC)", spare=3)),
        )
        rows = [
            (
                *(view.name, view.gid, view.head or "-", view.contact or "-", view.parent or "-"),
                *(f"{len(view.members)}{'' if view.complete else '+'}", at(view.as_of)),
            )
            for view in found
        ]
        print_table(columns, rows)


def _show(name: GroupName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.people.groups import named
    from xfc_notify.people.views import group_view

    with session(settings, reads=True):
        shown = group_view(named(name))
    if as_json:
        print_json(shown)
    else:
        _print(shown)


def _set(
    name: GroupName,
    head: Annotated[
        str | None, typer.Option(metavar="USER", help='Who answers for it; "" for whom the directory names.')
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help='Of somebody beside the head; "" for nobody.')
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="GROUP", help='The group above it; "" for the directory\'s.')
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help='Its quota on --volume, like "40 TB"; "" takes it back.'),
    ] = None,
    volume: Annotated[str | None, typer.Option(metavar="NAME", help="Where the limit holds.")] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from datetime import UTC, datetime

    from xfc_notify.people import groups
    from xfc_notify.people.address import mistake
    from xfc_notify.people.limits import set_limit
    from xfc_notify.people.views import group_view
    from xfc_notify.units import parse_size

    if all(value is None for value in (head, contact, parent, limit)):
        raise WrongInput("Nothing to change.", "See: xfc-notify groups set --help")
    if (limit is None) != (volume is None):
        raise WrongInput("--limit and --volume belong together.")
    if contact and (wrong := mistake(contact)) is not None:
        raise WrongInput(
            f"--contact: {contact!r} is not an address. {wrong}", "Write it like ada@example.org."
        )
    try:
        size = parse_size(limit) if limit else 0
    except ValueError as error:
        raise WrongInput(f"--limit: {error}") from None
    with session(settings):
        group = groups.named(name)
        groups.change(group, groups.Change(head, contact, parent))
        if limit is not None and volume is not None:
            set_limit(group, volume, int(size) if limit else None, datetime.now(UTC))
        shown = group_view(groups.named(str(group.gid)))
    if as_json:
        print_json(shown)
    else:
        _print(shown)


def _print(view: "GroupView") -> None:
    from xfc_notify.units import format_size

    say(f"{view.name} ({view.gid})    head: {view.head or '-'}    contact: {view.contact or '-'}")
    more = "" if view.complete else " (not all are known)"
    say(f"parent: {or_dash(view.parent, str)}    asked: {at(view.as_of)} UTC")
    say(f"members{more}: {', '.join(view.members) or '-'}")
    for volume, size in view.limits.items():
        say(f"limit on {volume}: {format_size(size)}")
