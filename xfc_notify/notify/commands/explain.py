"""explain, preview: why something was or was not said, and what would be said now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, say, say_filled
from xfc_notify.cli.session import session
from xfc_notify.states import Audience, Mode
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.notify.views import AreaExplained
    from xfc_notify.outbox.views import MessageView

_WRITTEN = {Mode.LIVE: "told", Mode.SHADOW: "only recorded", Mode.HELD: "held", Mode.DROPPED: "dropped"}
"""What became of a message, by its mode."""

_HAPPENED: Mapping[str, str] = {
    "worse": "got worse",
    "better": "got better",
    "milestone": "came to a milestone",
    "repeat": "was due for a reminder",
    "failed": "could not be asked",
}
"""What happened, in words; what is not here is said as it is."""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("explain", help="Why a user was told something, or was not.")(_explain)
    app.command("preview", help="Show the message to a user as it would be now.")(_preview)


def _explain(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.notify.views import explanation
    from xfc_notify.people.users import user_named

    with session(settings, reads=True) as opened:
        told = explanation(user_named(name), opened.settings)
    if as_json:
        print_json(told)
        return
    say(f"{told.user}: notify is {'on' if told.notify else 'off'}, messages are {told.mode}. Times are UTC.")
    written = {message.created_at: _WRITTEN[message.mode] for message in told.messages}
    for area in told.areas:
        _say_area(area, written)
    for message in told.messages:
        _say_message(message)
    if not told.messages:
        say("", "No message was written to this user yet.")


def _say_area(area: "AreaExplained", written: Mapping[datetime, str]) -> None:
    """`written`: what became of the messages of the times at which they were written."""
    say("", f"{area.path}: last scanned {at(area.last_scanned)}")
    if not area.episodes:
        say("  No policy has found anything above ok, so there is nothing to say.")
    for episode in area.episodes:
        state = f"ended {at(episode.ended_at)}" if episode.ended_at else f"{episode.level} now"
        told = "not told"
        if episode.told_at:
            told = f"{written.get(episode.told_at, 'told')} {at(episode.told_at)}, when it was {episode.told_level}"
        say_filled(f"{episode.policy}: began {at(episode.began_at)}, {state}; {told}", 2)
        if episode.silence:
            say_filled(f"silent because: {episode.silence}", 4)
    for event in area.events:
        what = " ".join(filter(None, (event.policy, _HAPPENED.get(event.kind, event.kind))))
        say_filled(f"{at(event.at)}  {what}{': ' if event.what else ''}{event.what}", 4)


def _say_message(message: "MessageView") -> None:
    reasons = ", ".join(
        f"{reason.policy} {_HAPPENED.get(reason.reason, reason.reason)} ({reason.level})".lstrip()
        for reason in message.reasons
    )
    say("")
    say_filled(f"message of {at(message.created_at)} ({message.mode}): {message.subject}", 0)
    if message.audience in (Audience.CONTACT, Audience.OPERATORS):
        say(f"  to the {message.audience}")
    if reasons:
        say_filled(f"because: {reasons}", 2)
    if message.mode is Mode.HELD:
        say("  held: one of too many in one round; see: xfc-notify messages held")
    for delivery in message.deliveries:
        error = f": {delivery.error}" if delivery.error else ""
        say_filled(f"{delivery.channel} to {delivery.address}: {delivery.state}{error}", 2)


def _preview(
    name: UserName,
    html: Annotated[bool, typer.Option("--html", help="The HTML part instead of the text part.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.compose import preview
    from xfc_notify.notify.words.render import shown_inline
    from xfc_notify.people import users

    with session(settings, reads=True) as opened:
        message = preview(users.user_named(name), opened.settings, datetime.now(UTC))
    if as_json:
        print_json(
            {
                "subject": message.subject,
                "text": message.text,
                "html": shown_inline(message.html, message.images),
                "level": message.level,
            }
        )
    elif html:
        typer.echo(shown_inline(message.html, message.images))
    else:
        typer.echo(f"Subject: {message.subject}\n\n{message.text}")
