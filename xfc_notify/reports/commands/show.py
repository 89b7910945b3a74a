"""reports groups, users, directories, types, vaults, history: tables for people, and files for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.as_json import as_json
from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, or_dash, print_json, print_json_list, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.files import replacing
from xfc_notify.reports.commands.ready import OneGroup, OneVolume, ensure_libraries, file_in, volumes_named
from xfc_notify.reports.commands.tables import print_directories, print_groups, print_users
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.cli.session import Session
    from xfc_notify.reports.choice import Choice
    from xfc_notify.reports.sheets import Sheet


class Format(StrEnum):
    """What can be written instead of a table."""

    TABLE = "table"
    JSON = "json"
    TSV = "tsv"
    CSV = "csv"
    PARQUET = "parquet"


AsTsv = Annotated[bool, typer.Option("--tsv", help="Print TSV, as the programs before wrote it.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV for spreadsheets: no text in it is a formula.")]
AsParquet = Annotated[bool, typer.Option("--parquet", help="Write Parquet with exact numbers.")]
Crlf = Annotated[bool, typer.Option("--crlf", help="End lines of TSV in CRLF, as before.")]
Write = Annotated[bool, typer.Option("--write", help="Write the file of today below [reports] out.")]


def groups(
    volume: OneVolume = None,
    group: OneGroup = None,
    json_: AsJson = False,
    tsv: AsTsv = False,
    csv: AsCsv = False,
    parquet: AsParquet = False,
    crlf: Crlf = False,
    write: Write = False,
    settings: SettingsFile = None,
) -> None:
    """What groups use."""
    from xfc_notify.reports.sheets import groups_sheet
    from xfc_notify.reports.views import group_views

    form = _form(json_, tsv, csv, parquet, write)
    with _asking(settings, volume, group) as (opened, choice):
        _show(opened, group_views(choice), form, groups_sheet, print_groups, crlf=crlf, write=write)


def users(
    volume: OneVolume = None,
    group: OneGroup = None,
    json_: AsJson = False,
    tsv: AsTsv = False,
    csv: AsCsv = False,
    parquet: AsParquet = False,
    crlf: Crlf = False,
    write: Write = False,
    settings: SettingsFile = None,
) -> None:
    """What users have."""
    from xfc_notify.reports.sheets import users_sheet
    from xfc_notify.reports.views import user_views

    form = _form(json_, tsv, csv, parquet, write)
    today = datetime.now(UTC).date()
    with _asking(settings, volume, group) as (opened, choice):
        _show(
            opened,
            user_views(choice),
            form,
            lambda views: users_sheet(views, today),
            print_users,
            crlf=crlf,
            write=write,
        )


def directories(
    volume: OneVolume = None,
    group: OneGroup = None,
    json_: AsJson = False,
    tsv: AsTsv = False,
    csv: AsCsv = False,
    parquet: AsParquet = False,
    crlf: Crlf = False,
    write: Write = False,
    settings: SettingsFile = None,
) -> None:
    """What groups have in directories."""
    from xfc_notify.reports.sheets import directories_sheet
    from xfc_notify.reports.views import directory_views

    form = _form(json_, tsv, csv, parquet, write)
    with _asking(settings, volume, group) as (opened, choice):
        _show(
            opened,
            directory_views(choice),
            form,
            directories_sheet,
            print_directories,
            crlf=crlf,
            write=write,
        )


def make_up(
    volume: OneVolume = None, group: OneGroup = None, json_: AsJson = False, settings: SettingsFile = None
) -> None:
    """Types and ages."""
    from xfc_notify.reports.cells import AGES
    from xfc_notify.reports.views import make_up_views
    from xfc_notify.units import format_size

    with _asking(settings, volume, group) as (_, choice):
        found = make_up_views(choice)
    if json_:
        print_json(found)
        return
    for view in found:
        say(f"{view.group} on {view.volume}, as of {at(view.as_of)} UTC")
        types = sorted(view.types.items(), key=lambda item: -item[1])
        say("  types: " + ", ".join(f"{name} {format_size(size)}" for name, size in types if size))
        ages = ", ".join(f"{name} {format_size(view.ages[name])}" for name in AGES if view.ages.get(name))
        say(f"  neither read nor written for: {ages or '-'}")


def vaults(
    volume: OneVolume = None, group: OneGroup = None, json_: AsJson = False, settings: SettingsFile = None
) -> None:
    """What vaults keep."""
    from xfc_notify.reports.views import vault_views
    from xfc_notify.units import format_size

    with _asking(settings, volume, group) as (_, choice):
        found = list(vault_views(choice))
    if json_:
        print_json_list(found)
        return
    columns = ("volume", "vault", "state", "path", "user", "group", Column("size", right=True))
    print_table(
        columns,
        [(v.volume, v.vault, v.state, v.path, v.user, v.group, format_size(v.bytes)) for v in found],
    )


def history(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="By name or gid.")],
    volume: OneVolume = None,
    count: Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="At most so many.")] = 30,
    json_: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """The course of a group."""
    from xfc_notify.people.groups import named
    from xfc_notify.reports.course import standing_views
    from xfc_notify.units import format_size

    with session(settings, reads=True):
        found = standing_views(named(group).gid, volume, count)
    if json_:
        print_json(found)
        return
    columns = (
        Column("as of (UTC)"),
        Column("volume"),
        Column("size", right=True),
        Column("quota", right=True),
        Column("files", right=True, spare=1),
        Column("age (days)", right=True, spare=2),
        Column("level"),
        Column("full on", spare=3),
    )
    rows = [
        (
            at(point.as_of),
            point.volume,
            format_size(point.bytes),
            or_dash(point.quota, format_size),
            f"{point.files:,}",
            f"{point.age_days:.1f}",
            str(point.level),
            or_dash(point.full_at, lambda time: f"{time:%Y-%m-%d}"),
        )
        for point in found
    ]
    print_table(columns, rows)


@contextmanager
def _asking(
    settings: Path | None, volume: str | None, group: str | None
) -> "Iterator[tuple[Session, Choice]]":
    """The database, to be read, and what is asked for."""
    from xfc_notify.people.groups import named
    from xfc_notify.reports.choice import Choice

    with session(settings, reads=True) as opened:
        if volume is not None:
            volumes_named(opened.settings, [volume])
        yield opened, Choice(volume, None if group is None else frozenset({named(group).gid}))


def _form(json_: bool, tsv: bool, csv: bool, parquet: bool, write: bool) -> Format:
    """The one format that was asked for; what is written is TSV unless another one is named."""
    asked = {Format.JSON: json_, Format.TSV: tsv, Format.CSV: csv, Format.PARQUET: parquet}
    named = [form for form, wanted in asked.items() if wanted]
    if len(named) > 1:
        raise WrongInput("One format at a time: --json, --tsv, --csv or --parquet.")
    return named[0] if named else (Format.TSV if write else Format.TABLE)


def _show(
    opened: "Session",
    views: "Iterable[Any]",
    form: Format,
    sheet: "Callable[[Iterable[Any]], Sheet]",
    print_them: "Callable[[Sequence[Any]], None]",
    *,
    crlf: bool,
    write: bool,
) -> None:
    from xfc_notify.reports import sheets
    from xfc_notify.reports.settings import out_folder

    found = list(views)
    out = out_folder(opened.settings)
    if form is Format.TABLE:
        print_them(found)
    elif form is Format.JSON and not write:
        print_json_list(found)
    elif form is Format.PARQUET:
        ensure_libraries()
        file = file_in(out, f"{sheet(found).name}.parquet")
        sheets.write_parquet([_plain_row(view) for view in found], file)
        say(str(file))
    else:
        lines = {
            Format.TSV: lambda: sheets.tsv(sheet(found), "\r\n" if crlf else "\n"),
            Format.CSV: lambda: sheets.for_spreadsheets(*_flat(found)),
            Format.JSON: lambda: iter([json.dumps(as_json(found), indent=2) + "\n"]),
        }[form]()
        if not write:
            sys.stdout.flush()
            for line in lines:
                sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
            return
        file = file_in(out, f"{sheet(found).name}.{form}")
        with replacing(file) as text:
            text.writelines(lines)
        say(str(file))


def _flat(views: Sequence[Any]) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Views as header and rows; what has parts, such as types, becomes a column for each."""
    rows = [_plain_row(view) for view in views]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return header, [[row.get(name, 0) for name in header] for row in rows]


def _plain_row(view: Any) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields(view):
        value = getattr(view, field.name)
        if isinstance(value, Mapping):
            row |= {f"{field.name} {name}": part for name, part in value.items()}
        elif isinstance(value, IntEnum):
            row[field.name] = str(value)
        else:
            row[field.name] = value
    return row
