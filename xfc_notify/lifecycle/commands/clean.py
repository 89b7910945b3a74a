"""lifecycle clean."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at, counted, format_size


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Clean the folder of exports."""
    from xfc_notify.lifecycle import exports
    from xfc_notify.lifecycle.settings import Lifecycle

    with session(settings, reads=True) as opened:
        own = opened.settings.of(Lifecycle)
        if own.exports is None:
            raise WrongInput("No folder of exports is named.", "Set exports in [lifecycle].")
        gone = exports.clean(own.exports, datetime.now(UTC) - own.exports_unread, dry_run=dry_run)
    if as_json:
        print_json(gone)
        return
    print_table(
        (Column("file", spare=1), Column("size", right=True), "read (UTC)"),
        [(it.name, format_size(it.bytes), at(it.read_at)) for it in gone],
    )
    say(f"{counted(len(gone), 'file')} {'would be removed' if dry_run else 'removed'}.")
