"""Whose a directory is: by its name, by its owner's uid, and by what the system knows of the name. Pure."""

from collections.abc import Container
from dataclasses import dataclass

from xfc_notify.people import names
from xfc_notify.people.settings import People

NOBODY: Container[int] = frozenset({2**16 - 2, 2**32 - 2})
"""What a file system shows where it cannot tell the owner: it says nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who owns a directory.

    uid      of the person; None if neither the directory nor the system tells: whose it was, it stays
    account  the uid that the system knows by the name; None if it knows none
    owner    the uid of the directory itself
    remark   what an operator should look at; empty if all agrees
    """

    uid: int | None
    account: int | None
    owner: int
    remark: str = ""


def no_user(name: str, account: int | None, people: People) -> str | None:
    """Why a directory of this name belongs to no user, whoever owns it; None if it may."""
    if name in people.system_accounts:
        return "a system account, by [people] system_accounts"
    if (wrong := names.mistake(name, people.names)) is not None:
        return wrong
    if account is not None and account < people.min_uid:
        return f"a system account: its uid {account} is below [people] min_uid = {people.min_uid}"
    return None


def claim(name: str, owner: int, account: int | None, people: People) -> Claim:
    """Whose a directory is that may be a user's. What the system owns, it owns for the one of its name."""
    tells = owner >= people.min_uid and owner not in NOBODY
    uid = owner if tells else account
    if uid is None:
        return Claim(None, None, owner, f"belongs to uid {owner}, and no account is called {name}")
    if account not in (None, owner):
        return Claim(uid, account, owner, f"belongs to uid {owner}, but {name} has the uid {account}")
    return Claim(uid, account, owner)
