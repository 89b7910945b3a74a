"""xfc-notify check: settings, database, broker, plugins, volumes; one line each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table
from xfc_notify.cli.session import Session, without_database
from xfc_notify.components import CHECKS, checks
from xfc_notify.errors import WrongInput
from xfc_notify.parts import Checked, Inspection

_BASIS = frozenset({"settings", "database", "broker"})
"""What is shown whatever was asked for: where the settings are, and what others need where it failed."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help="Check settings, database, broker, plugins, volumes.")(_check)


def _check(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PART", help=f"Only these, or one line such as 'volume vol1': {', '.join(CHECKS)}."
        ),
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    for part in parts or ():
        if _part_of(part) not in CHECKS:
            raise WrongInput(f"{part!r} is none of {', '.join(CHECKS)}.")
    asked = frozenset(parts or CHECKS)
    looks = frozenset(map(_part_of, asked)) | {"settings"}
    results = [
        row
        for row in _checked(without_database(settings), looks)
        if row.name in asked | _BASIS or _part_of(row.name) in asked
    ]
    for name in asked:
        if name not in CHECKS and all(row.name != name for row in results):
            raise WrongInput(f"There is no {name}.", f"See: xfc-notify check {_part_of(name)}")
    if as_json:
        print_json(results)
    else:
        print_table(
            ["checked", "state", ""],
            [
                (result.name, result.state, "; ".join(filter(None, (result.what, result.do))))
                for result in results
            ],
        )
    if any(result.state == "failed" for result in results):
        raise typer.Exit(1)


def _part_of(name: str) -> str:
    """What to ask for to see a line of the table: "volumes" for "volume vol1", of most their own name."""
    kind, _, one = name.partition(" ")
    return f"{kind}s" if one else name


def _checked(opened: Session, parts: frozenset[str]) -> Iterator[Checked]:
    looks = checks(parts)
    asked = Inspection(
        opened.settings,
        plugins=lambda: opened.plugins,
        pipeline=lambda: opened.pipeline,
        parts=parts,
        now=datetime.now(UTC),
    )
    if any(check.needs_database for check in looks):
        from xfc_notify.store.checks import check_database

        database = check_database(opened.settings.database.url)
        asked = replace(asked, database=database)
        if not asked.has_database:
            yield database
    for check in looks:
        yield from check.look(asked)
