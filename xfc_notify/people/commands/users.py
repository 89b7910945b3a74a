"""users list, show, set."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import Column, address, print_json, print_table, say
from xfc_notify.cli.session import Session, session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(no_args_is_help=True, help="List, show and change users.")
    users.command("list", help="All users.")(_list)
    users.command("show", help="One user with all areas and limits.")(_show)
    users.command("set", help="Change a user's address, preferences or limits.")(_set)
    app.add_typer(users, name="users")


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.people import users

    with session(settings):
        found = users.users()
    if as_json:
        print_json([_user(user) for user in found])
        return
    if not found:
        say("No users are known yet; xfc-notify discover finds them.")
        return
    rows = [(user.name, user.full_name, user.email or "-", _switch(user.notify)) for user in found]
    print_table(["user", "name", "email", "notify"], rows)


def _show(name: UserName, as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.areas import areas
    from xfc_notify.notify import reply_rows
    from xfc_notify.people import users

    with session(settings):
        user = users.user_named(name)
        rows, muted = areas.areas_of(user), sorted(reply_rows.muted_by(user))
    if as_json:
        print_json(_user(user) | {"areas": [_area(row) for row in rows], "muted": muted})
        return
    _print(user, rows)
    if muted:
        say(f"muted: {', '.join(muted)}")


def _set(
    name: UserName,
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help='Where mail goes; "" for nowhere.')
    ] = None,
    chat: Annotated[
        str | None, typer.Option(metavar="URL", help='An Apprise URL, told of everything too; "" for none.')
    ] = None,
    notify: Annotated[
        bool | None, typer.Option("--notify/--no-notify", help="Whether to tell this user.")
    ] = None,
    hard_quota: Annotated[
        str | None, typer.Option(metavar="SIZE", help='For all areas of the user, like "40 TB".')
    ] = None,
    temporal_quota: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help='For all areas of the user, like "300 TB days".')
    ] = None,
    digest: Annotated[
        str | None, typer.Option(metavar="HOW", help="Say where one stands: off, weekly or monthly.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help='Of the times in messages; "" for the service\'s.')
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help='Of messages: en or de; "" for the service\'s.')
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help='Of somebody beside the user, for all areas; "" for nobody.'),
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.areas import areas
    from xfc_notify.people import subjects, users
    from xfc_notify.units import parse_byte_days, parse_size

    given = (email, chat, notify, hard_quota, temporal_quota, digest, timezone, language, contact)
    if all(value is None for value in given):
        raise WrongInput("Nothing to change.", "See: xfc-notify users set --help")
    _check_preferences(digest, timezone)
    if contact and not _plausible(contact):
        raise WrongInput(f"--contact: {contact!r} is not an address; write it like ada@example.org.")
    if email and not _plausible(email):
        raise WrongInput(f"--email: {email!r} is not an address; write it like ada@example.org.")
    size = _positive("--hard-quota", parse_size, hard_quota)
    byte_days = _positive("--temporal-quota", parse_byte_days, temporal_quota)
    with session(settings) as opened:
        user = users.user_named(name)
        if language:
            _check_language(language, opened)
        if chat:
            _check_chat(chat, user, opened)
        users.change(
            user,
            email=email,
            chat=chat,
            notify=notify,
        )
        areas.set_limits(user, hard_quota=None if size is None else int(size), temporal_quota=byte_days)
        if contact is not None:
            subjects.set_contact(user, contact or None)
        users.prefer(
            user,
            digest=digest,
            timezone=timezone,
            language=language,
            now=datetime.now(UTC),
        )
        user, rows = users.user_named(name), areas.areas_of(user)
    if as_json:
        print_json(_user(user) | {"areas": [_area(row) for row in rows]})
        return
    _print(user, rows)


def _print(user: Any, rows: list[Any]) -> None:
    from xfc_notify.units import format_byte_days, format_size

    say(f"{user.name} {user.full_name}".rstrip())
    say(f"email: {user.email or '-'}    notify: {_switch(user.notify)}    chat: {_chat(user) or '-'}")
    say(f"digest: {user.digest}    timezone: {user.timezone or '-'}    language: {user.language or '-'}")
    cells = [
        (
            row.path,
            row.volume,
            row.subject.contact or "-",
            format_size(row.hard_quota),
            format_byte_days(row.temporal_quota),
            at(row.last_scanned),
        )
        for row in rows
    ]
    columns = (
        "area",
        Column("volume", spare=1),
        Column("contact", spare=3),
        Column("hard quota", right=True),
        Column("temporal quota", right=True),
        Column("last scan (UTC)", spare=2),
    )
    print_table(columns, cells)


def _user(user: Any) -> dict[str, Any]:
    return {
        "name": user.name,
        "full_name": user.full_name,
        "email": user.email,
        "chat": _chat(user),
        "notify": user.notify,
        "digest": user.digest,
        "timezone": user.timezone,
        "language": user.language,
    }


def _area(row: Any) -> dict[str, Any]:
    return {
        "path": row.path,
        "volume": row.volume,
        "contact": row.subject.contact,
        "hard_quota": row.hard_quota,
        "temporal_quota": row.temporal_quota,
        "last_scanned": row.last_scanned,
    }


def _chat(user: Any) -> str | None:
    return address(user.chat) if user.chat else None


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _check_chat(url: str, user: Any, opened: Session) -> None:
    """WrongInput if no plugin takes a chat's URL, or one has something against this one."""
    from xfc_notify.people import users

    plugins = opened.plugins
    if not plugins.having("objection"):
        raise WrongInput("--chat: no plugin for chats is in use.", "See: xfc-notify plugins")
    if (objection := plugins.objection(replace(users.person(user), chat=url))) is not None:
        raise WrongInput(f"--chat: {objection}")


def _check_language(language: str, opened: Session) -> None:
    """WrongInput for a language in which there are no messages."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(opened.settings.messages.templates)
    if language not in known:
        raise WrongInput(
            f"--language: there are no messages in {language!r}.", f"Known: {', '.join(sorted(known))}"
        )


def _check_preferences(digest: str | None, timezone: str | None) -> None:
    """WrongInput for what is none of those that there are; an empty time zone is none."""
    from xfc_notify.notify.digest import KINDS
    from xfc_notify.settings import time_zone

    if digest is not None and digest not in KINDS:
        raise WrongInput(f"--digest: {digest!r} is none of {', '.join(KINDS)}.")
    try:
        time_zone(timezone or "UTC")
    except ValueError as error:
        raise WrongInput(f"--timezone: {error}") from None


def _plausible(email: str) -> bool:
    local, at_sign, domain = email.rpartition("@")
    return (
        bool(local and at_sign and domain) and "@" not in local and email.isprintable() and " " not in email
    )


def _positive(option: str, parse: Any, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        amount: float = parse(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {error}") from None
    if amount <= 0:
        raise WrongInput(f"{option}: must be more than 0")
    return amount
