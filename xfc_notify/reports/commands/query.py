"""reports query: any question in SQL."""

from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import without_database
from xfc_notify.reports.commands.ready import ensure_libraries, volumes_named


def query(
    question: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the table `cells`.")],
    seconds: Annotated[float, typer.Option(min=0.1, max=600, metavar="S", help="At most so long.")] = 30,
    count: Annotated[
        int, typer.Option(min=1, max=1_000_000, metavar="N", help="At most so many rows.")
    ] = 1000,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Answer from the Parquet files of the last captures; the database is not opened."""
    ensure_libraries()
    from xfc_notify.reports.load import loaded_file
    from xfc_notify.reports.query import ask

    opened = without_database(settings)
    _, names = volumes_named(opened.settings, None)
    files = {name: loaded_file(opened.settings, name) for name in names}
    answer = ask(question, files, seconds, count)
    if as_json:
        print_json([dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows])
        return
    print_table(answer.columns, [[_plain(value) for value in row] for row in answer.rows])
    if answer.cut:
        say(f"(only the first {count:,} rows)")


def _plain(value: object) -> object:
    """A value as JSON has it; whole numbers stay exact."""
    from decimal import Decimal

    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
