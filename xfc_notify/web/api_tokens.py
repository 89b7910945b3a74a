"""Tokens: what programs show instead of signing in. Whoever makes one sees it once; the table has its hash."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.pages import Scope, Visitor
from xfc_notify.settings import Settings
from xfc_notify.web.operators import is_operator
from xfc_notify.web.signed import hashed, random_id
from xfc_notify.web.tables import TokenRow

PREFIX = "xfc_"
LONGEST_LIFE = timedelta(days=366)
MOST = 20
"""Tokens of one user."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token. `known_by` is how logs call it: the first 8 digits of its hash."""

    number: int
    user: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    known_by: str


def create(name: str, label: str, scopes: Collection[Scope], life: timedelta, now: datetime) -> str:
    """A new token of a user, to be shown once. WrongInput for one that lasts too long, or is good for nothing."""
    if not scopes:
        raise WrongInput("A token needs at least one scope.", f"Known: {', '.join(Scope)}")
    if not timedelta() < life <= LONGEST_LIFE:
        raise WrongInput(f"A token lasts at most {LONGEST_LIFE.days} days.")
    if TokenRow.select().where(TokenRow.name == name, TokenRow.expires_at > now).count() >= MOST:
        raise WrongInput(f"{name} has {MOST} tokens already.", "Revoke one first.")
    token = PREFIX + random_id()
    TokenRow.create(
        hash=hashed(token),
        name=name,
        label=" ".join(label.split())[:200],
        scopes=",".join(sorted(scopes)),
        created_at=now,
        expires_at=now + life,
    )
    return token


def visitor(token: str, settings: Settings, now: datetime) -> Visitor | None:
    """In whose name a program asks; None for a token that is unknown or over."""
    row = TokenRow.get_or_none(TokenRow.hash == hashed(token)) if token.startswith(PREFIX) else None
    if row is None or row.expires_at <= now:
        return None
    return Visitor(row.name, operator=is_operator(row.name, settings), scopes=frozenset(_scopes(row)))


def tokens(name: str | None, now: datetime, count: int | None = None, skipped: int = 0) -> list[TokenView]:
    """The tokens that work now, of one user or all, the newest first; so many, after those that are skipped."""
    query = TokenRow.select().where(TokenRow.expires_at > now)
    if name is not None:
        query = query.where(TokenRow.name == name)
    if count is not None:
        query = query.offset(skipped).limit(count)
    return [_view(row) for row in query.order_by(TokenRow.id.desc())]


def revoke(number: int, name: str | None = None) -> bool:
    """End a token, of this user if one is given; whether there was one."""
    query = TokenRow.delete().where(TokenRow.id == number)
    return bool((query.where(TokenRow.name == name) if name is not None else query).execute())


def remove_expired(now: datetime) -> int:
    """Remove the tokens that are over, and log which; how many."""
    over = list(TokenRow.select().where(TokenRow.expires_at <= now))
    for row in over:
        row.delete_instance()
        log.info("the token %s of %s has expired and is removed", row.hash[:8], row.name)
    return len(over)


def _scopes(row: TokenRow) -> tuple[Scope, ...]:
    return tuple(Scope(scope) for scope in row.scopes.split(","))


def _view(row: TokenRow) -> TokenView:
    return TokenView(
        number=row.id,
        user=row.name,
        label=row.label,
        scopes=_scopes(row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        known_by=row.hash[:8],
    )
