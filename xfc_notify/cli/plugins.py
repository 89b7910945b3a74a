"""xfc-notify plugins: what is installed."""

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table
from xfc_notify.cli.session import without_database


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plugins", help="List the plugins: name, version, hooks, origin.")(_plugins)


def _plugins(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    loaded = without_database(settings, or_defaults=True).plugins.all
    if as_json:
        print_json(
            [{"name": p.name, "version": p.version, "hooks": p.hooks, "origin": p.origin} for p in loaded]
        )
        return
    rows = [(p.name, p.version, ", ".join(p.hooks), p.origin) for p in loaded]
    print_table(["name", "version", "hooks", "from"], rows)
