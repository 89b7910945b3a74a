"""xfc-notify migrate: the tables of the database."""

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import without_database


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate", help="Create or upgrade the tables (SQLite does it by itself).")(_migrate)


def _migrate(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.store import database, migrate

    opened = without_database(settings)
    database.prepare(opened.settings.database.url)
    with database.connected():
        applied = migrate.upgrade()
    if as_json:
        print_json({"applied": applied})
    else:
        say(f"Applied: {', '.join(applied)}." if applied else "The tables are up to date.")
