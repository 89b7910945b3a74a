"""deliveries list, retry; send-test."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import Column, print_json, print_table, say
from xfc_notify.cli.session import session, without_database
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import DeliveryError, WrongInput, XfcNotifyError
from xfc_notify.paths import address
from xfc_notify.states import DeliveryState
from xfc_notify.units import at, counted

if TYPE_CHECKING:
    from xfc_notify.outbox.views import DeliveryView

_LARGEST = 2**31 - 1
STATES = tuple(map(str, DeliveryState))

_COLUMNS = (
    Column("number", right=True),
    "user",
    Column("channel", spare=3),
    "address",
    "state",
    Column("attempts", right=True, spare=2),
    Column("written (UTC)", spare=4),
    Column("sent (UTC)", spare=1),
    "error",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    deliveries = typer.Typer(no_args_is_help=True, help="Look at deliveries, and send dead ones again.")
    deliveries.command("list", help="The latest deliveries.")(_list)
    deliveries.command("retry", help="Send dead and waiting deliveries again.")(_retry)
    app.add_typer(deliveries, name="deliveries")
    app.command("send-test", help="Send a test message through a delivery plugin.")(_send_test)


def _list(
    state: Annotated[
        list[str] | None, typer.Option(metavar="STATE", help=f"Only these: {', '.join(STATES)}.")
    ] = None,
    count: Annotated[
        int, typer.Option(min=1, max=100_000, metavar="N", help="At most so many, newest first.")
    ] = 50,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.outbox.views import delivery_views

    for wanted in state or ():
        if wanted not in STATES:
            raise WrongInput(f"--state: {wanted!r} is none of {', '.join(STATES)}.")
    with session(settings, reads=True):
        found = delivery_views(state or (), count)
    if as_json:
        print_json(found)
        return
    if not found:
        say("No deliveries." if not state else f"No deliveries are {' or '.join(state)}.")
        return
    print_table(_COLUMNS, [_cells(delivery) for delivery in found])


def _cells(delivery: "DeliveryView") -> tuple[object, ...]:
    return (
        delivery.number,
        delivery.user,
        delivery.channel,
        delivery.address,
        delivery.state,
        delivery.attempts,
        at(delivery.created_at),
        at(delivery.sent_at),
        delivery.error,
    )


def _retry(
    number: Annotated[
        int | None,
        typer.Argument(
            min=1, max=_LARGEST, metavar="NUMBER", help="Which one, as `deliveries list` shows it."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are dead or waiting for a retry.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.outbox import deliveries

    if (number is None) == (not every):
        raise WrongInput(
            "Name one delivery by its number, or --all.", "See: xfc-notify deliveries list --state dead"
        )
    with session(settings) as opened:
        revived = deliveries.revive(number, datetime.now(UTC))
        if number is not None and not revived:
            raise WrongInput(
                f"Delivery {number} is neither dead nor waiting for a retry, or its text is no longer kept."
            )
        finish_here(opened)
    if as_json:
        print_json({"retried": revived})
    else:
        say(f"{counted(revived, 'delivery')} queued again.")


def _send_test(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="In the form that the plugin expects.")],
    channel: Annotated[str, typer.Option(metavar="PLUGIN", help="The delivery plugin.")] = "email",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.outbox.trial import trial_message

    opened = without_database(settings)
    plugin = opened.plugins.named(channel)
    if plugin is None or "deliver" not in plugin.hooks:
        known = ", ".join(plugin.name for plugin in opened.plugins.having("deliver"))
        raise WrongInput(f"--channel: {channel} delivers nothing.", f"Known: {known}")
    message = trial_message(opened.settings, datetime.now(UTC))
    try:
        opened.plugins.deliver(channel, message, to)
    except DeliveryError as error:
        raise XfcNotifyError(f"{channel} could not deliver to {address(to)}: {error}") from None
    if as_json:
        print_json({"channel": channel, "address": address(to), "message_id": message.message_id})
    else:
        say(f"Sent by {channel} to {address(to)}; the Message-ID begins with {message.message_id}.")
