"""What an operator types of a user, checked: WrongInput says what is wrong with it and names the option."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from xfc_notify.domain import Person
from xfc_notify.errors import WrongInput

if TYPE_CHECKING:
    from xfc_notify.cli.session import Session


def check_chat(url: str, person: Person, opened: "Session") -> None:
    """WrongInput if no plugin takes a chat's URL, or one has something against this one."""
    plugins = opened.plugins
    if not plugins.having("objection"):
        raise WrongInput("--chat: no plugin for chats is in use.", "See: xfc-notify plugins")
    if (objection := plugins.objection(replace(person, chat=url))) is not None:
        raise WrongInput(f"--chat: {objection}")


def check_language(language: str, opened: "Session") -> None:
    """WrongInput for a language in which there are no messages."""
    from xfc_notify.notify.words.catalog import languages

    known = languages(opened.settings.messages.templates)
    if language not in known:
        raise WrongInput(
            f"--language: there are no messages in {language!r}.", f"Known: {', '.join(sorted(known))}"
        )


def check_preferences(digest: str | None, timezone: str | None) -> None:
    """WrongInput for an unknown value; an empty time zone means none."""
    from xfc_notify.notify.digest import KINDS
    from xfc_notify.settings import time_zone

    if digest is not None and digest not in KINDS:
        raise WrongInput(f"--digest: {digest!r} is none of {', '.join(KINDS)}.")
    try:
        time_zone(timezone or "UTC")
    except ValueError as error:
        raise WrongInput(f"--timezone: {error}") from None


def check_address(option: str, text: str | None) -> None:
    """WrongInput for what no mail server takes; an empty text means none."""
    from xfc_notify.people.address import mistake

    if text and (wrong := mistake(text)) is not None:
        raise WrongInput(f"{option}: {text!r} is not an address. {wrong}", "Write it like ada@example.org.")


def positive(option: str, parse: Callable[[str], float], text: str | None) -> float | None:
    """An amount above 0; None if none was given."""
    if text is None:
        return None
    try:
        amount = parse(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {error}") from None
    if amount <= 0:
        raise WrongInput(f"{option}: must be more than 0")
    return amount
