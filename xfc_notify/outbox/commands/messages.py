"""messages held, release, drop: what the brake holds until an operator has looked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.cli.work import finish_here
from xfc_notify.errors import WrongInput
from xfc_notify.units import counted

if TYPE_CHECKING:
    from xfc_notify.outbox.views import HeldMessage

Users = Annotated[list[str] | None, typer.Argument(metavar="USER", help="Those to these users.")]
Every = Annotated[bool, typer.Option("--all", help="All of them.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    messages = typer.Typer(no_args_is_help=True, help="Look at messages that are held, release or drop them.")
    messages.command("held", help="List the messages that wait for an operator.")(_held)
    messages.command("release", help="Send held messages after all.")(_release)
    messages.command("drop", help="Never send held messages; they count as told.")(_drop)
    app.add_typer(messages, name="messages")


def _held(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.outbox.views import held_messages

    with session(settings, reads=True):
        held = held_messages()
    if as_json:
        print_json(held)
        return
    if not held:
        say("No messages are held.")
        return
    now = datetime.now(UTC)
    print_table(["user", "subject", "reasons", "age"], [_cells(message, now) for message in held])
    verb = "is" if len(held) == 1 else "are"
    say(
        f"{counted(len(held), 'message')} {verb} held. Send: xfc-notify messages release --all; "
        "or drop: xfc-notify messages drop --all."
    )


def _cells(message: "HeldMessage", now: datetime) -> tuple[str, ...]:
    from xfc_notify.units import format_duration

    reasons = ", ".join(f"{reason.policy} {reason.reason}" for reason in message.reasons)
    return message.user, message.subject, reasons, format_duration(now - message.created_at)


def _release(
    users: Users = None, every: Every = False, as_json: AsJson = False, settings: SettingsFile = None
) -> None:
    from xfc_notify.outbox import held

    count = _decide(held.release, users or (), every, settings)
    if as_json:
        print_json({"released": count})
    else:
        say(f"{counted(count, 'message')} released.")


def _drop(
    users: Users = None, every: Every = False, as_json: AsJson = False, settings: SettingsFile = None
) -> None:
    from xfc_notify.outbox import held

    count = _decide(held.drop, users or (), every, settings)
    if as_json:
        print_json({"dropped": count})
    else:
        say(f"{counted(count, 'message')} dropped; what was said counts as told.")


def _decide(
    do: Callable[[Sequence[str] | None, datetime], int],
    users: Sequence[str],
    every: bool,
    settings: SettingsFile,
) -> int:
    from xfc_notify.outbox import held
    from xfc_notify.people.users import user_named

    if bool(users) == every:
        raise WrongInput("Name users, or --all.", "See: xfc-notify messages held")
    with session(settings) as opened:
        for name in users:
            user_named(name)
            if not held.waiting([name]):
                raise WrongInput(f"No message to {name} is held.", "See: xfc-notify messages held")
        count = do(None if every else users, datetime.now(UTC))
        finish_here(opened)
    return count
