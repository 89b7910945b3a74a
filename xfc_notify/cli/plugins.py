"""xfc-notify plugins: what is installed."""

import typer

from xfc_notify.cli.options import AsJson, SettingsFile


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plugins", help="List the plugins: name, version, hooks, origin.")(_plugins)


def _plugins(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.cli.listing import list_plugins

    list_plugins(settings, as_json)
