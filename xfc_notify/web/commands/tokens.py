"""tokens create, list, revoke: for programs that ask the web."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from xfc_notify.cli.options import AsJson, SettingsFile, UserName
from xfc_notify.cli.output import print_json, print_table, say
from xfc_notify.cli.session import session
from xfc_notify.errors import WrongInput
from xfc_notify.units import at


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = typer.Typer(no_args_is_help=True, help="Make, list and revoke tokens for programs.")
    tokens.command("create", help="Make a token; it is shown only once.")(_create)
    tokens.command("list", help="List the tokens that work now.")(_list)
    tokens.command("revoke", help="End a token.")(_revoke)
    app.add_typer(tokens, name="tokens")


def _create(
    name: UserName,
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help="What it may: own, read, write, datasets.")
    ],
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
    expires: Annotated[str, typer.Option(metavar="TIME", help="How long it works, at most 366d.")] = "90d",
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.pages import Scope
    from xfc_notify.people import users
    from xfc_notify.units import parse_duration
    from xfc_notify.web import api_tokens
    from xfc_notify.web.operators import is_operator

    try:
        life = parse_duration(expires)
    except ValueError as error:
        raise WrongInput(f"--expires: {error}") from None
    for one in scope:
        if one not in tuple(Scope):
            raise WrongInput(f"--scope: {one!r} is none of {', '.join(Scope)}.")
    scopes = set(map(Scope, scope))
    with session(settings) as opened:
        if not is_operator(name, opened.settings):
            users.user_named(name)
        token = api_tokens.create(name, label, scopes, life, datetime.now(UTC))
    if as_json:
        print_json({"token": token})
    else:
        say(token)


def _list(as_json: AsJson = False, settings: SettingsFile = None) -> None:
    from xfc_notify.web import api_tokens

    with session(settings, reads=True):
        found = api_tokens.tokens(None, datetime.now(UTC))
    if as_json:
        print_json(found)
    elif not found:
        say("There are no tokens.")
    else:
        print_table(
            ["number", "user", "label", "scopes", "until (UTC)", "known by"],
            [
                (one.number, one.user, one.label, ",".join(one.scopes), at(one.expires_at), one.known_by)
                for one in found
            ],
        )


def _revoke(
    number: Annotated[
        int, typer.Argument(min=1, max=2**31 - 1, metavar="NUMBER", help="As `tokens list` shows it.")
    ],
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    from xfc_notify.web import api_tokens

    with session(settings):
        if not api_tokens.revoke(number):
            raise WrongInput(f"There is no token {number}.", "See: xfc-notify tokens list")
    if as_json:
        print_json({"revoked": number})
    else:
        say(f"Token {number} works no more.")
