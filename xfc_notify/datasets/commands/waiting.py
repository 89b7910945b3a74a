"""datasets transfers, wait: what workers have under way."""

from time import sleep
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, progress, say
from xfc_notify.cli.session import session
from xfc_notify.datasets.commands.ready import catalog
from xfc_notify.units import at

EVERY = 0.5
"""Seconds between two looks at what is waited for."""


def transfers(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show what is under way."""
    from xfc_notify.units import format_size

    with catalog(settings, reads=True) as opened:
        views = opened.transfers()
    if as_json:
        print_json(views)
        return
    rows = [
        (
            it.id,
            it.command,
            it.dataset,
            it.step,
            f"{format_size(it.done)} of {format_size(it.bytes)}" if it.bytes else "-",
            at(it.began_at),
            or_dash(it.ends_at, at),
            it.outcome or "-",
        )
        for it in views
    ]
    columns = (
        *("id", "command", "dataset", "step", Column("done", right=True)),
        *(Column("began (UTC)", spare=2), Column("copied by (UTC)", spare=1), "waits for"),
    )
    print_table(columns, rows)


def wait(
    command: Annotated[str, typer.Argument(metavar="ID", help="Of the command, as --no-wait printed it.")],
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Wait until a command has ended; exit 1 if it failed."""
    from xfc_notify.datasets import Catalog

    with session(settings) as opened, progress("datasets") as shown:
        found = Catalog(opened.service)
        opened.pipeline.send_what_is_owed()
        opened.pipeline.work_here(lambda: None)
        task = shown.add_task("", total=None, what="") if shown else None
        while (view := found.command(command)).success is None:
            if shown is not None and task is not None:
                shown.update(
                    task, total=view.bytes or None, completed=view.done, what=view.outcome or view.step
                )
            sleep(EVERY)
    if as_json:
        print_json(view)
    else:
        say(
            f"{view.command} of dataset {view.dataset} {'is done' if view.success else f'failed: {view.outcome}'}."
        )
    if not view.success:
        raise typer.Exit(1)
