"""xfc-notify datasets: files that belong together, and their copies."""

import typer

from xfc_notify.datasets.commands.act import (
    copy,
    describe,
    finish,
    move,
    rebuild,
    register,
    remove,
    repair,
    shift_root,
    verify,
)
from xfc_notify.datasets.commands.archive import activate, archive
from xfc_notify.datasets.commands.show import files, history, journal, list_, rules, show
from xfc_notify.datasets.commands.waiting import transfers, wait


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    datasets = typer.Typer(no_args_is_help=True, help="Register, copy, verify, move and remove datasets.")
    datasets.command("register", help="Make files known as a dataset; each is read once.")(register)
    datasets.command("list", help="Datasets that fit all that is given, the newest first.")(list_)
    datasets.command("show", help="One dataset with its copies.")(show)
    datasets.command("files", help="The files of a dataset, as they were last seen.")(files)
    datasets.command("describe", help="Say whose a dataset is, and what it is.")(describe)
    datasets.command("copy", help="Copy a dataset, and read the copy back.")(copy)
    datasets.command("move", help="Copy a dataset, read the copy back, then remove the source.")(move)
    datasets.command(
        "archive", help="Pack a copy into a tar in an archive, read that, then remove the copy."
    )(archive)
    datasets.command("activate", help="Bring a dataset back out of its archive; the tar stays.")(activate)
    datasets.command("remove", help="Remove a copy, never the last one unless told to.")(remove)
    datasets.command("verify", help="Read all copies, and compare them with their hashes.")(verify)
    datasets.command("repair", help="Make what is known to be bad or missing anew, from a good copy.")(repair)
    datasets.command("rebuild", help="Make the rows of a copy's files anew, by what lies there.")(rebuild)
    datasets.command("shift-root", help="Move the border between root and path; no file moves.")(shift_root)
    datasets.command("rules", help="Datasets with fewer copies than [[datasets.rules]] say, and why.")(rules)
    datasets.command("transfers", help="What is under way, or waits, with how far it has come.")(transfers)
    datasets.command("wait", help="Wait until a command that workers do has ended.")(wait)
    datasets.command("finish", help="Finish or undo what was interrupted, as tick does.")(finish)
    datasets.command("history", help="Where a dataset has lain, the oldest first.")(history)
    datasets.command("journal", help="The last commands and how they ended, the newest first.")(journal)
    app.add_typer(datasets, name="datasets")
