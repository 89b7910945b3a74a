"""lifecycle list, show, explain, notices, duties."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, or_dash, print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.lifecycle.commands.act import Uid
from xfc_notify.lifecycle.states import Phase
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.lifecycle.views import LifeView


def list_(
    phase: Annotated[Phase | None, typer.Option("--phase", help="In this phase.")] = None,
    owner: Annotated[str, typer.Option(metavar="USER", help="Of this owner.")] = "",
    group: Annotated[str, typer.Option(metavar="GROUP", help="Of this group.")] = "",
    count: Annotated[int, typer.Option("--count", min=1, max=100_000, help="How many at most.")] = 1000,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """List lives."""
    from xfc_notify.lifecycle import views

    with session(settings, reads=True) as opened:
        found = views.some(opened.settings, phase or "", owner, group, count)
    if as_json:
        print_json(found)
        return
    columns = (
        *("dataset", Column("path", spare=3), "owner", Column("group", spare=2), "phase", "last day"),
        *("to be decided", Column("in the bin until (UTC)", spare=1)),
    )
    print_table(
        columns,
        [
            (it.dataset, it.path, it.owner, it.group or "-", it.phase, until(it), it.deciding or "-",
             or_dash(it.bin_until, at))
            for it in found
        ],
    )  # fmt: skip


def show(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show a life."""
    from xfc_notify.lifecycle import views

    with session(settings, reads=True) as opened:
        view, happened = views.life(uid, opened.settings), views.events(uid)
        asked = [notice for notice in views.notices() if notice.dataset == uid]
    if as_json:
        print_json({"life": view, "notices": asked, "events": happened})
        return
    kind = " (filled by programs)" if view.automated else ""
    say(f"{view.dataset}: {view.path or '.'}, {view.phase}{kind}, of {view.owner}, last day {until(view)}")
    say(*filter(None, [f"parked: {view.parked}" if view.parked else ""]))
    for notice in asked:
        votes = ", ".join(f"{who} ({count})" for who, count in sorted(notice.votes.items()))
        say(f"to be decided: {notice.decision}, {notice.needed} votes of two people")
        say(f"  asked since {at(notice.since)} UTC: {notice.group or 'the owner'}: {votes or 'nobody'}")
        say(f"  agreed: {', '.join(notice.voters) or 'nobody'}")
    print_table(
        ("time (UTC)", "what", "who", Column("how", spare=1), Column("data", spare=2)),
        [(at(it.at), it.what, it.who or "-", it.channel, json.dumps(it.data)) for it in happened],
    )


def explain(uid: Uid, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Explain a life."""
    from xfc_notify.lifecycle import views

    with session(settings, reads=True) as opened:
        view = views.explained(uid, opened.settings, datetime.now(UTC))
    if as_json:
        print_json(view)
        return
    say(f"{view.life.dataset} is {view.life.phase}, of {view.life.owner}, last day {until(view.life)}")
    say(f"asked in turn: {', '.join([view.life.owner, *view.groups])}")
    say(f"can be extended until {at(view.extend_until)} UTC at most")
    print_table(
        ("term", "value", "said by"), [(it.term, it.value, it.said_by or "[lifecycle]") for it in view.terms]
    )


def notices(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show what is to be decided."""
    from xfc_notify.lifecycle import views

    with session(settings, reads=True):
        found = views.notices()
    if as_json:
        print_json(found)
        return
    print_table(
        ("dataset", Column("path", spare=1), "decide", "asked", "since (UTC)", "agreed", Column("needed", right=True)),
        [
            (it.dataset, it.path, it.decision, it.group or "the owner", at(it.since), ", ".join(it.voters) or "-",
             it.needed)
            for it in found
        ],
    )  # fmt: skip


def duties(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    """Show what is done."""
    from xfc_notify.lifecycle import views

    with session(settings, reads=True) as opened:
        found = views.duties(opened.settings)
    if as_json:
        print_json(found)
        return
    rows = [(it.name, it.interval, or_dash(it.last, at), it.what) for it in found]
    print_table(("duty", "interval", "last (UTC)", "what"), rows)


def until(view: "LifeView") -> str:
    """The last day of a dataset, or the instant, or a dash."""
    return view.last_day or or_dash(view.expires_at, lambda time: f"{at(time)} UTC")
