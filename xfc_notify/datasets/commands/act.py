"""datasets register, copy, move, remove, verify, shift-root."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.datasets.commands.ready import ROOT, DryRun, Uid, Wait, catalog, ordering
from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from pathlib import Path

    from xfc_notify.datasets.views import TransferView, VerificationView


def register(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="What knows its files: file, tree, glob, template, …")
    ],
    root: Annotated[str, typer.Argument(metavar="ROOT", help=ROOT)],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Of the dataset, below the root.")],
    arguments: Annotated[
        str, typer.Option(metavar="JSON", help='Arguments of the spec, like {"pattern": "*.h5"}.')
    ] = "",
    points: Annotated[
        str, typer.Option(metavar="FIRST-LAST", help="The points of a series, like 0-14.")
    ] = "",
    uid: Annotated[str, typer.Option(metavar="UID", help="Its uid; a new one unless given.")] = "",
    owner: Annotated[str, typer.Option(metavar="USER", help="Whose it is; yours unless given.")] = "",
    group: Annotated[str, typer.Option(metavar="GROUP", help="The group that it belongs to.")] = "",
    description: Annotated[str, typer.Option(metavar="TEXT", help="What it is.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Register a dataset."""
    given = _arguments(arguments), _points(points)
    with catalog(settings) as opened:
        if dry_run:
            names = opened.list_files(spec, root, path, *given)
        else:
            view = opened.register(
                spec, root, path, *given, uid=uid, owner=owner, group=group, description=description
            )
    if dry_run:
        print_json(names) if as_json else say(*names, f"{len(names):,} files would be registered.")
    elif as_json:
        print_json(view)
    else:
        say(view.uid)


def describe(
    uid: Uid,
    owner: Annotated[str | None, typer.Option(metavar="USER", help="Whose it is.")] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="The group that it belongs to.")] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is.")] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Describe a dataset."""
    said = {"owner": owner, "group": group, "description": description}
    changed = {key: value for key, value in said.items() if value is not None}
    if not changed:
        raise WrongInput("Nothing is to be changed.", "Give --owner, --group or --description.")
    with catalog(settings) as opened:
        view = opened.describe(uid, **changed)
    if as_json:
        print_json(view)
    else:
        say(f"{view.uid}: of {view.owner}, group {view.group or '-'}")


def copy(
    uid: Uid,
    new_root: Annotated[str, typer.Argument(metavar="NEW_ROOT", help=ROOT)],
    old_root: Annotated[
        str, typer.Option("--from", metavar="ROOT", help="Which copy is read; the nearest unless given.")
    ] = "",
    wait: Wait = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Copy a dataset."""
    if not (wait or dry_run):
        tell_order(settings, as_json, "copy", uid, old_root=old_root or None, new_root=new_root)
        return
    with catalog(settings) as opened:
        view = opened.copy(uid, new_root, old_root or None, dry_run=dry_run)
    tell_transfer(view, "would be copied" if dry_run else "copied and read back", as_json)


def move(
    uid: Uid,
    old_root: Annotated[str, typer.Argument(metavar="OLD_ROOT", help="Of the copy that moves.")],
    new_root: Annotated[str, typer.Argument(metavar="NEW_ROOT", help=ROOT)],
    wait: Wait = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Move a copy."""
    if not (wait or dry_run):
        tell_order(settings, as_json, "move", uid, old_root=old_root, new_root=new_root)
        return
    with catalog(settings) as opened:
        view = opened.move(uid, old_root, new_root, dry_run=dry_run)
    tell_transfer(view, "would be moved" if dry_run else "moved", as_json)


def remove(
    uid: Uid,
    old_root: Annotated[str, typer.Argument(metavar="ROOT", help="Of the copy that goes.")],
    force_last: Annotated[
        bool, typer.Option("--force-last", help="Even if no other copy is good: the data are lost then.")
    ] = False,
    wait: Wait = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Remove a copy."""
    from xfc_notify.units import format_size

    if not (wait or dry_run):
        tell_order(settings, as_json, "remove", uid, old_root=old_root, force_last=force_last)
        return
    with catalog(settings) as opened:
        view = opened.remove(uid, old_root, force_last=force_last, dry_run=dry_run)
    if as_json:
        print_json(view)
        return
    done = "would be removed" if dry_run else "removed"
    say(
        f"{view.files - view.shared:,} of {view.files:,} files ({format_size(view.bytes)}) {done} from {view.root}."
    )
    if view.shared:
        say(f"{view.shared:,} stay: other datasets share them.")


def verify(
    uid: Uid,
    root: Annotated[str, typer.Option("--root", metavar="ROOT", help="Of one copy; all unless given.")] = "",
    wait: Wait = True,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Verify a dataset; exit 1 unless every copy is there and good."""
    if not wait:
        tell_order(settings, as_json, "verify", uid, old_root=root or None)
        return
    with catalog(settings) as opened:
        views = opened.verify(uid, root or None)
    _tell_verified(views, as_json)


def _tell_verified(views: "Sequence[VerificationView]", as_json: bool) -> None:
    if as_json:
        print_json(views)
    for view in () if as_json else views:
        say(f"{view.root}: {view.away or f'{view.state}, {view.files:,} files, every byte read and hashed'}.")
        say(*(f"  {path}: {why}" for path, why in view.wrong.items()))
    if any(view.away or view.wrong for view in views):
        raise typer.Exit(1)


def repair(
    uid: Uid,
    root: Annotated[str, typer.Option("--root", metavar="ROOT", help="Of one copy; all unless given.")] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Repair copies; exit 1 unless they are good then."""
    with catalog(settings) as opened:
        views = opened.repair(uid, root or None)
    if as_json:
        print_json(views)
    for view in () if as_json else views:
        say(f"{view.root}: {view.files:,} files made anew from a good copy; it is {view.state}.")
    if any(view.state != "good" for view in views):
        raise typer.Exit(1)


def rebuild(
    uid: Uid,
    root: Annotated[str, typer.Argument(metavar="ROOT", help="Of the copy.")],
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Rebuild the rows of a copy; exit 1 unless it is good."""
    with catalog(settings) as opened:
        view = opened.rebuild(uid, root)
    _tell_verified([view], as_json)


def shift_root(
    uid: Uid,
    levels: Annotated[
        int, typer.Argument(metavar="LEVELS", help="Parts of the path that become the root's; below 0 back.")
    ],
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Shift the border."""
    with catalog(settings) as opened:
        view = opened.shift_root(uid, levels)
    if as_json:
        print_json(view)
    else:
        say(f"root {view.root}, path {view.path or '.'}")


def finish(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Finish what was interrupted."""
    with catalog(settings) as opened:
        said = opened.finish()
    if as_json:
        print_json(said)
    else:
        say(*said or ["Nothing was interrupted."])


def tell_order(settings: "Path | None", as_json: bool, command: str, uid: str, **named: Any) -> None:
    """Order a command, and say its id."""
    with ordering(settings) as opened:
        view = opened.order(command, uid, **named)
    if as_json:
        print_json(view)
    else:
        say(view.id)


def tell_transfer(view: "TransferView", done: str, as_json: bool) -> None:
    """Say what a transfer did, or would do."""
    from xfc_notify.units import format_duration, format_size

    if as_json:
        print_json(view)
        return
    say(f"{view.files:,} files ({format_size(view.bytes)}) {done} from {view.old} to {view.new}.")
    if view.taken_over:
        say(f"{view.taken_over:,} of them, with the very same bytes, stood there already.")
    if view.seconds is not None and done.startswith("would"):
        took = format_duration(timedelta(seconds=view.seconds))
        say(f"By the transfers of the past between these stores, it takes {took}.")


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise WrongInput(f"--arguments {text} is no JSON object.", 'Write it like \'{"pattern": "*.h5"}\'.')
    return found


def _points(text: str) -> list[Mapping[str, Any]]:
    first, _, last = text.partition("-")
    if text and not (first.isdecimal() and last.isdecimal() and int(first) <= int(last) < int(first) + 10**7):
        raise WrongInput(f"--points {text} is no range of points.", "Write it like 0-14.")
    return [{"point_number": number} for number in range(int(first), int(last) + 1)] if text else []
