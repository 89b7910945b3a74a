"""datasets archive, activate."""

from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.datasets.commands.act import tell_order, tell_transfer
from xfc_notify.datasets.commands.ready import ROOT, DryRun, Uid, Wait, catalog


def archive(
    uid: Uid,
    new_root: Annotated[str, typer.Argument(metavar="ROOT", help="In an archive, like tape:exp.")],
    old_root: Annotated[
        str, typer.Option("--from", metavar="ROOT", help="Which copy is packed; the nearest unless given.")
    ] = "",
    wait: Wait = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Archive a dataset."""
    if not (wait or dry_run):
        tell_order(settings, as_json, "archive", uid, old_root=old_root or None, new_root=new_root)
        return
    with catalog(settings) as opened:
        view = opened.archive(uid, new_root, old_root or None, dry_run=dry_run)
    done = "would be packed" if dry_run else "packed, read back, and removed"
    tell_transfer(view, done, as_json)


def activate(
    uid: Uid,
    new_root: Annotated[
        str, typer.Argument(metavar="ROOT", help=f"{ROOT} Where it was packed, unless given.")
    ] = "",
    wait: Wait = True,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Bring a dataset back."""
    if not (wait or dry_run):
        tell_order(settings, as_json, "activate", uid, new_root=new_root or None)
        return
    with catalog(settings) as opened:
        view = opened.activate(uid, new_root or None, dry_run=dry_run)
    tell_transfer(view, "would be unpacked" if dry_run else "unpacked and read back", as_json)
