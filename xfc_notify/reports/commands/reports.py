"""xfc-notify reports: load what wrstat has written, and show what groups, users and directories use."""

import typer

from xfc_notify.reports.commands.load import load
from xfc_notify.reports.commands.query import query
from xfc_notify.reports.commands.show import directories, groups, history, make_up, users, vaults
from xfc_notify.reports.commands.split import split


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    reports = typer.Typer(no_args_is_help=True, help="Load and show what groups, users and directories use.")
    reports.command("load", help="Load what is new of these volumes, or of all.")(load)
    reports.command("groups", help="What groups use, below each of their base directories.")(groups)
    reports.command("users", help="What users have of each group.")(users)
    reports.command("directories", help="What groups have in the directories below their bases.")(directories)
    reports.command("types", help="What types of files groups have, and how long untouched.")(make_up)
    reports.command("vaults", help="What vaults keep.")(vaults)
    reports.command("history", help="Where a group stood, and when its quota will be full. Newest first.")(
        history
    )
    reports.command("split", help="Split the lines of wrstat into one file for each group.")(split)
    reports.command("query", help="Ask anything of what is loaded, in SQL.")(query)
    app.add_typer(reports, name="reports")
