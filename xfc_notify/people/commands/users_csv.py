"""users export, import: everything about users and areas that measuring does not bring back, as CSV."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.files import replacing

COLUMNS = (
    "user",
    "uid",
    "full_name",
    "full_name_from",
    "email",
    "email_from",
    "notify",
    "chat",
    "language",
    "timezone",
    "digest",
    "muted",
    "volume",
    "directory",
    "hard_quota",
    "temporal_quota",
    "contact",
    "lifted",
)


def export_users(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to write it; else it is printed.")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Write all users with their areas. Only its owner may read the file: URLs of chats are secrets."""
    from xfc_notify.people.commands.export_rows import export_rows
    from xfc_notify.people.csv_rows import write

    with session(settings, reads=True):
        text = write(COLUMNS, export_rows(datetime.now(UTC)))
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        with replacing(file, 0o600) as out:
            out.write(text)
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}") from None


def import_users(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="As users export writes it, or fewer columns.")
    ],
    add: Annotated[
        bool,
        typer.Option("--add", help="Add users and areas that are not known; without it they are mistakes."),
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Change what is given; empty cells change nothing. A mistake names its line, and then nothing is changed."""
    from xfc_notify.cli.work import finish_here
    from xfc_notify.notify.judge import judge_changed
    from xfc_notify.people.commands.import_rows import import_rows
    from xfc_notify.people.csv_rows import read

    try:
        data = file.read_bytes()
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}") from None
    rows = read(data, str(file), COLUMNS, needed="user")
    with session(settings) as opened:
        done = import_rows(rows, opened, datetime.now(UTC), add=add)
        if done.areas_changed:
            judge_changed(opened.service, datetime.now(UTC))
            finish_here(opened)
    if as_json:
        print_json(done)
        return
    say(f"{done.users_added} users added, {done.users_changed} changed;")
    say(f"{done.areas_added} areas added, {done.areas_changed} changed.")
