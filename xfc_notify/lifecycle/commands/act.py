"""lifecycle open, close, extend, vote, withdraw, restore, resume."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at, counted

if TYPE_CHECKING:
    from xfc_notify.lifecycle.actions import Actions
    from xfc_notify.lifecycle.lives import By

Uid = Annotated[str, typer.Argument(metavar="UID", help="Of the dataset.")]
Name = Annotated[str, typer.Option("--as", metavar="USER", help="In whose name.")]


def open_(
    uid: Uid,
    automated: Annotated[
        bool, typer.Option("--automated", help="Programs fill it: nobody is asked to close it.")
    ] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Open a dataset."""
    _do(lambda lives, by: lives.open(uid, by, automated=automated), uid, settings, as_json=as_json)


def close(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Close a dataset."""
    _do(lambda lives, by: lives.close(uid, by), uid, settings, as_json=as_json)


def extend(
    uid: Uid,
    by_span: Annotated[str, typer.Option("--by", metavar="SPAN", help="Later by so much, like 3d.")] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Until the end of a day, 2027-04-05, or an instant.")
    ] = "",
    beyond: Annotated[bool, typer.Option("--beyond", help="Beyond the limits of its group.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Extend a dataset."""
    from xfc_notify.lifecycle import dates, people
    from xfc_notify.units import parse_duration

    if bool(by_span) == bool(to):
        raise WrongInput("Give either --by SPAN or --to DATE.")
    with session(settings) as opened:
        try:
            span = parse_duration(by_span) if by_span else timedelta()
        except ValueError as error:
            raise WrongInput(f"--by: {error}") from None
        if by_span and span <= timedelta():
            raise WrongInput("--by: a span above 0 is needed, like 3d.")
        wanted = span if by_span else dates.typed(to, people.zone(opened.settings))
    _do(lambda lives, by: lives.extend(uid, wanted, by, beyond=beyond), uid, settings, as_json=as_json)


def vote(uid: Uid, who: Name, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Vote."""
    _do(lambda lives, by: lives.vote(uid, who, by), uid, settings, as_json=as_json)


def withdraw(uid: Uid, who: Name, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Withdraw a vote."""
    _do(lambda lives, by: lives.withdraw(uid, who, by), uid, settings, as_json=as_json)


def restore(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Restore a dataset."""
    _do(lambda lives, by: lives.restore(uid, by), uid, settings, as_json=as_json)


def resume(
    uid: Annotated[str, typer.Argument(metavar="UID", help="Of a dataset that was parked.")] = "",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Resume."""
    if uid:
        _do(lambda lives, by: lives.resume(uid, by), uid, settings, as_json=as_json)
        return
    from xfc_notify.lifecycle import clock

    with session(settings):
        missed = clock.resume(datetime.now(UTC))
    if as_json:
        print_json({"missed_seconds": missed.total_seconds()})
    else:
        hours = round(missed / timedelta(hours=1))
        say(f"What waits gets {counted(hours, 'hour')} more." if hours else "All goes on.")


def _do(action: "Callable[[Actions, By], object]", uid: str, settings: Path | None, *, as_json: bool) -> None:
    from xfc_notify.datasets.describing import caller
    from xfc_notify.lifecycle import lives, views
    from xfc_notify.lifecycle.actions import Actions
    from xfc_notify.lifecycle.lives import By

    with session(settings) as opened:
        actions = Actions.by_clock(opened.service, datetime.now(UTC))
        action(actions, By(caller(), lives.COMMAND))
        view = views.life(uid, opened.settings)
    if as_json:
        print_json(view)
        return
    until = view.last_day or (at(view.expires_at) + " UTC" if view.expires_at else "")
    expires = f", expires after {until}" if until else ""
    asked = f", to be decided: {view.deciding}" if view.deciding else ""
    say(f"{view.dataset} is {'in the bin' if view.phase == 'bin' else view.phase}{expires}{asked}")
