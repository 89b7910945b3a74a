"""explain, preview: why something was or was not said, and what would be said now."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import address, print_json, say
from xfc_notify.cli.session import session
from xfc_notify.units import at

_LATEST = 10
_WRITTEN = {"live": "told", "shadow": "only recorded", "held": "held", "dropped": "dropped"}
"""What became of a message, by its mode."""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("explain", help="Why a user was or was not told something.")(_explain)
    app.command("preview", help="The message to a user as it would be now.")(_preview)


def _explain(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.outbox.mode import effective_mode

    with session(settings) as opened:
        told = _gather(name, effective_mode(opened.settings))
    if as_json:
        print_json(told)
        return
    say(
        f"{told['user']}: notify is {'on' if told['notify'] else 'off'}, messages are {told['mode']}. Times are UTC."
    )
    written = {message["created_at"]: _WRITTEN[message["mode"]] for message in told["messages"]}
    for area in told["areas"]:
        say(f"\n{area['path']}: last scanned {at(area['last_scanned'])}")
        if not area["episodes"]:
            say("  No policy has found anything above ok, so there is nothing to say.")
        for episode in area["episodes"]:
            state = f"ended {at(episode['ended_at'])}" if episode["ended_at"] else episode["level"]
            how = written.get(episode["told_at"], "told")
            said = (
                f"{how} {at(episode['told_at'])} ({episode['told_level']})"
                if episode["told_at"]
                else "not told"
            )
            say(f"  {episode['policy']}: began {at(episode['began_at'])}, {state}, {said}")
            if episode["silence"]:
                say(f"    silent because: {episode['silence']}")
        for event in area["events"]:
            say(f"    {at(event['at'])}  {event['policy']}: {event['kind']}: {event['what']}")
    for message in told["messages"]:
        _say_message(message)
    if not told["messages"]:
        say("\nNo message was written to this user yet.")


def _say_message(message: dict[str, Any]) -> None:
    reasons = ", ".join(
        f"{item['policy']} {item['reason']} ({item['level']})".lstrip() for item in message["reasons"]
    )
    say(f"\nmessage of {at(message['created_at'])} ({message['mode']}): {message['subject']}")
    if message["audience"] in ("contact", "operators"):
        say(f"  to the {message['audience']}")
    if reasons:
        say(f"  because: {reasons}")
    if message["mode"] == "held":
        say(
            "  held: it would be one of too many in one round; an operator looks with xfc-notify messages held"
        )
    for delivery in message["deliveries"]:
        error = f": {delivery['error']}" if delivery["error"] else ""
        say(f"  {delivery['channel']} to {delivery['address']}: {delivery['state']}{error}")


def _gather(name: str, mode: str) -> dict[str, Any]:
    from xfc_notify.areas import areas
    from xfc_notify.notify import episode_rows
    from xfc_notify.outbox import deliveries, messages
    from xfc_notify.people import events, users

    user = users.user_named(name)
    return {
        "user": user.name,
        "notify": user.notify,
        "mode": mode,
        "areas": [
            {
                "path": area.path,
                "last_scanned": area.last_scanned,
                "episodes": [_episode(row) for row in episode_rows.latest(area.subject, _LATEST)],
                "events": [
                    {"at": event.at, "policy": event.policy, "kind": event.kind, "what": event.what}
                    for event in events.latest(area.subject, _LATEST)
                ],
            }
            for area in areas.areas_of(user)
        ],
        "messages": [
            {
                "message_id": message.id,
                "created_at": message.created_at,
                "mode": message.mode,
                "audience": message.audience,
                "subject": message.subject,
                "reasons": [{k: v for k, v in it.items() if k != "subject"} for it in message.reasons],
                "deliveries": [
                    {"channel": d.channel, "address": address(d.address), "state": d.state, "error": d.error}
                    for d in deliveries.deliveries_of(message)
                ],
            }
            for message in messages.latest_messages(user, _LATEST)
        ],
    }


def _episode(row: Any) -> dict[str, Any]:
    from xfc_notify.domain import Level

    return {
        "policy": row.policy,
        "level": str(Level(row.level)),
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "told_at": row.told_at,
        "told_level": None if row.told_level is None else str(Level(row.told_level)),
        "silence": row.silence,
    }


def _preview(
    name: UserName,
    html: Annotated[bool, typer.Option("--html", help="The HTML part instead of the text part.")] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.notify.compose import preview
    from xfc_notify.notify.words.render import shown_inline
    from xfc_notify.people import users

    with session(settings) as opened:
        message = preview(users.user_named(name), opened.settings, datetime.now(UTC))
    if as_json:
        print_json(
            {
                "subject": message.subject,
                "text": message.text,
                "html": shown_inline(message.html, message.images),
                "level": str(message.level),
            }
        )
    elif html:
        typer.echo(shown_inline(message.html, message.images))
    else:
        typer.echo(f"Subject: {message.subject}\n\n{message.text}")
