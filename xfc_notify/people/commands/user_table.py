"""A user with all areas, as `users show` and `users set` print them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xfc_notify.cli.output import Column, as_json, print_table, say
from xfc_notify.units import at

if TYPE_CHECKING:
    from xfc_notify.areas.views import AreaView
    from xfc_notify.people.views import UserView

_COLUMNS = (
    "area",
    Column("volume", spare=1),
    Column("contact", spare=3),
    Column("hard quota", right=True),
    Column("temporal quota", right=True),
    Column("last scan (UTC)", spare=2),
)


def user_as_json(user: "UserView", areas: "Sequence[AreaView]") -> dict[str, Any]:
    """What is known of the user, and "areas"."""
    return {**as_json(user), "areas": as_json(areas)}


def print_user(user: "UserView", areas: "Sequence[AreaView]") -> None:
    """The same for people."""
    say(f"{user.name} {user.full_name}".rstrip())
    say(f"email: {address(user)}    notify: {switch(user.notify)}    chat: {user.chat or '-'}")
    say(f"digest: {user.digest}    timezone: {user.timezone or '-'}    language: {user.language or '-'}")
    print_table(_COLUMNS, [_cells(area) for area in areas])


def address(user: "UserView") -> str:
    """The address, with a mark if no mail can reach it, or a dash."""
    mark = "" if user.email_mistake is None else " (no mail can reach it)"
    return f"{user.email}{mark}" if user.email else "-"


def switch(on: bool) -> str:
    """on or off."""
    return "on" if on else "off"


def _cells(area: "AreaView") -> tuple[str, ...]:
    from xfc_notify.units import format_byte_days, format_size

    return (
        area.path,
        area.volume,
        area.contact or "-",
        format_size(area.hard_quota),
        format_byte_days(area.temporal_quota),
        at(area.last_scanned),
    )
