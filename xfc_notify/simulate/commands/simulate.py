"""xfc-notify simulate: who would have been told what with other settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import SettingsFile
from xfc_notify.cli.output import Column, json_line, print_table, progress, say
from xfc_notify.cli.session import Session, session, without_database
from xfc_notify.errors import WrongInput
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.simulate.replay import Past, Summary, Talk
    from xfc_notify.simulate.stored import Source

_TALKERS = 10

_UNKNOWN = "a history knows sizes and byte-days, but no ages of files and no directories"

Lines = Annotated[bool, typer.Option("--json", help="Print a line of JSON per message.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate", help="Who would have been told what with other settings.")(_simulate)


def _simulate(
    history: Annotated[
        Path | None, typer.Option("--history", metavar="FILE", help="An invented history: JSON lines.")
    ] = None,
    hard_quota: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Instead of each area's own, like '40 TB'.")
    ] = None,
    temporal_quota: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Instead of each area's own, like '300 TB days'.")
    ] = None,
    as_json: Lines = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.simulate.replay import Summary, replay
    from xfc_notify.simulate.stored import Asked, with_quotas
    from xfc_notify.simulate.views import ToldView

    quotas = _quotas(hard_quota, temporal_quota)
    summary, count = Summary(_TALKERS), 0
    with _made(history, settings) if history else _stored(settings) as (opened, source):
        if source.first is None or source.last is None:
            if not as_json:
                say("There is no whole scan to replay.")
            return
        asked, rules = Asked(opened.plugins.evaluate_here), opened.settings.messages
        with progress("replaying") as shown:
            task = shown.add_task("", total=source.count, what="") if shown else None
            for past in source.people:
                told = list(replay(with_quotas(past, quotas), asked, rules, source.last))
                count += len(told)
                summary.add(told)
                for message in told if as_json else ():
                    typer.echo(json_line(ToldView.of(message)))
                if shown is not None and task is not None:
                    shown.update(task, advance=1, what=f"{count:,} messages")
    if not as_json:
        _print(summary, source.count, source.first, source.last)
        if silent := asked.silent:
            say("", f"Left out: {', '.join(silent)}. There was nothing to judge: {_UNKNOWN}.")


def _quotas(hard_quota: str | None, temporal_quota: str | None) -> dict[str, Any]:
    """The quotas that hold for all areas, by the fields of an area."""
    from xfc_notify.units import parse_byte_days, parse_size

    given: dict[str, Any] = {}
    for option, text, key, parse in (
        ("--hard-quota", hard_quota, "hard_quota", parse_size),
        ("--temporal-quota", temporal_quota, "temporal_quota", parse_byte_days),
    ):
        if text is not None:
            try:
                given[key] = parse(text)
            except ValueError as error:
                raise WrongInput(f"{option}: {error}") from None
            if given[key] <= 0:
                raise WrongInput(f"{option}: {text!r} is no limit; it must be more than 0")
    return given


@contextmanager
def _made(file: Path, settings: Path | None) -> "Iterator[tuple[Session, Source]]":
    """The history in a file; limits are those of [limits]."""
    from xfc_notify.areas.settings import Limits
    from xfc_notify.domain import Area
    from xfc_notify.simulate.history_file import read
    from xfc_notify.simulate.replay import Measured, Past
    from xfc_notify.simulate.stored import Source

    opened = without_database(settings, or_defaults=True)
    limits = opened.settings.of(Limits)
    made = read(file)
    times = [scan.as_of for scans in made.values() for scan in scans]

    def people() -> "Iterator[Past]":
        for user, scans in made.items():
            area = Area(
                user,
                "",
                user.encode(),
                hard_quota=limits.hard_quota,
                temporal_quota=limits.temporal_quota,
                counts=limits.counts,
            )
            yield Past(user, [Measured(area, scan.as_of, scan) for scan in scans])

    yield opened, Source(people(), len(made), min(times, default=None), max(times, default=None))


@contextmanager
def _stored(settings: Path | None) -> "Iterator[tuple[Session, Source]]":
    """The scans in the database; the limits are those of each area."""
    from xfc_notify.simulate.stored import stored

    with session(settings, reads=True) as opened:
        yield opened, stored(opened.settings)


def _print(summary: "Summary", people: int, first: datetime, last: datetime) -> None:
    say(f"{people:,} {'person' if people == 1 else 'people'}, scans from {at(first)} to {at(last)} UTC.", "")
    rows = [
        (month.name, f"{month.messages:,}", f"{month.people:,}", f"{month.messages / people:.2f}")
        for month in summary.by_month(first, last)
    ]
    per_month = summary.messages / people / len(rows)
    if len(rows) > 1:
        rows.append(("all", f"{summary.messages:,}", f"{summary.people:,}", f"{per_month:.2f}"))
    counts = [Column(name, right=True) for name in ("messages", "people told", "per user and month")]
    print_table(["month", *counts], rows)
    if not summary.messages:
        return
    say("", "Most messages:")
    print_table(
        ["user", Column("messages", right=True), "first", "last", "reasons"],
        [
            (talk.user, talk.messages, at(talk.first), at(talk.last), _reasons(talk))
            for talk in summary.most_told
        ],
    )


def _reasons(talk: "Talk") -> str:
    return ", ".join(f"{what} × {count}" for what, count in talk.reasons.items())
