"""users set: change a user's address, preferences or limits."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.people.commands.checked import (
    check_address,
    check_chat,
    check_language,
    check_preferences,
    positive,
)
from xfc_notify.people.commands.user_table import print_user, user_as_json


def set_user(
    name: UserName,
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help='Where mail goes; "" for nowhere.')
    ] = None,
    full_name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="As messages greet the user; kept whatever a plugin says."),
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
        str | None, typer.Option(metavar="HOW", help="Send a digest: off, weekly or monthly.")
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
    """Change what is given, and show the user as it is then."""
    from xfc_notify.areas import areas
    from xfc_notify.cli.work import finish_here
    from xfc_notify.notify.judge import judge_changed
    from xfc_notify.notify.views import user_in_full
    from xfc_notify.people import subjects, users
    from xfc_notify.units import parse_byte_days, parse_size

    given = (email, full_name, chat, notify, hard_quota, temporal_quota, digest, timezone, language, contact)
    if all(value is None for value in given):
        raise WrongInput("Nothing to change.", "See: xfc-notify users set --help")
    check_preferences(digest, timezone)
    check_address("--contact", contact)
    check_address("--email", email)
    if full_name is not None and not full_name.isprintable():
        raise WrongInput("--full-name: it holds what does not print.")
    size = positive("--hard-quota", parse_size, hard_quota)
    byte_days = positive("--temporal-quota", parse_byte_days, temporal_quota)
    with session(settings) as opened:
        user = users.user_named(name)
        if language:
            check_language(language, opened)
        if chat:
            check_chat(chat, users.person(user), opened)
        users.change(user, full_name=full_name, email=email, chat=chat, notify=notify)
        areas.set_limits(user, hard_quota=None if size is None else int(size), temporal_quota=byte_days)
        if contact is not None:
            subjects.set_contact(user, contact or None)
        users.prefer(user, digest=digest, timezone=timezone, language=language, now=datetime.now(UTC))
        if size is not None or byte_days is not None:
            judge_changed(opened.service, datetime.now(UTC), user)
            finish_here(opened)
        changed = user_in_full(users.user_named(name))
    if as_json:
        print_json(user_as_json(changed.user, changed.areas))
        return
    print_user(changed.user, changed.areas)
