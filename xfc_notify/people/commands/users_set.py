"""users set: change a user's address, preferences or limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json
from xfc_notify.cli.session import Session, session
from xfc_notify.errors import WrongInput
from xfc_notify.people.commands.user_table import print_user, user_as_json

if TYPE_CHECKING:
    from xfc_notify.people.tables import UserRow


def set_user(
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

    given = (email, chat, notify, hard_quota, temporal_quota, digest, timezone, language, contact)
    if all(value is None for value in given):
        raise WrongInput("Nothing to change.", "See: xfc-notify users set --help")
    _check_preferences(digest, timezone)
    _check_address("--contact", contact)
    _check_address("--email", email)
    size = _positive("--hard-quota", parse_size, hard_quota)
    byte_days = _positive("--temporal-quota", parse_byte_days, temporal_quota)
    with session(settings) as opened:
        user = users.user_named(name)
        if language:
            _check_language(language, opened)
        if chat:
            _check_chat(chat, user, opened)
        users.change(user, email=email, chat=chat, notify=notify)
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


def _check_chat(url: str, user: "UserRow", opened: Session) -> None:
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
    """WrongInput for an unknown value; an empty time zone means none."""
    from xfc_notify.notify.digest import KINDS
    from xfc_notify.settings import time_zone

    if digest is not None and digest not in KINDS:
        raise WrongInput(f"--digest: {digest!r} is none of {', '.join(KINDS)}.")
    try:
        time_zone(timezone or "UTC")
    except ValueError as error:
        raise WrongInput(f"--timezone: {error}") from None


def _check_address(option: str, text: str | None) -> None:
    """WrongInput for what no mail server takes; an empty text means none."""
    from xfc_notify.people.address import mistake

    if text and (wrong := mistake(text)) is not None:
        raise WrongInput(f"{option}: {text!r} is not an address. {wrong}", "Write it like ada@example.org.")


def _positive(option: str, parse: Callable[[str], float], text: str | None) -> float | None:
    if text is None:
        return None
    try:
        amount = parse(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {error}") from None
    if amount <= 0:
        raise WrongInput(f"{option}: must be more than 0")
    return amount
