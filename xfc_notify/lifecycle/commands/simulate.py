"""lifecycle simulate."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at, counted, parse_duration

_SPAN = "Instead of what settings and groups say, like 180d."


def simulate(
    open_lifespan: Annotated[str, typer.Option(metavar="SPAN", help=_SPAN)] = "",
    close_lifespan: Annotated[str, typer.Option(metavar="SPAN", help=_SPAN)] = "",
    days: Annotated[int, typer.Option(min=1, max=36500, help="Of the last so many days.")] = 365,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Simulate lifespans."""
    from xfc_notify.lifecycle import hindsight

    typed = {"open_lifespan": open_lifespan, "close_lifespan": close_lifespan}
    lifespans = {name: _span(name, text) for name, text in typed.items() if text}
    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    with session(settings, reads=True) as opened:
        found = hindsight.expired(opened.service, since, now, lifespans)
    if as_json:
        print_json(found)
        return
    columns = (
        "expired (UTC)",
        "dataset",
        Column("path", spare=1),
        "decide",
        Column("asked in turn", spare=2),
    )
    print_table(
        columns, [(at(it.expired_at), it.dataset, it.path, it.decision, ", ".join(it.asked)) for it in found]
    )
    datasets = counted(len({it.dataset for it in found}), "dataset")
    people = counted(len({it.owner for it in found}), "owner")
    say(f"{datasets} of {people} would have expired since {at(since)} UTC; nothing was changed.")


def _span(name: str, text: str) -> timedelta:
    option = f"--{name.replace('_', '-')}"
    try:
        span = parse_duration(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {error}") from None
    if span <= timedelta():
        raise WrongInput(f"{option}: a span above 0 is needed, like 180d.")
    return span
