"""What the links of mails about datasets carry: a signed, expiring text that stands for one step of one person. Pure.

A link is about a date: where that is another by now, there is nothing left to do by it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from xfc_notify.notify import tokens

_PURPOSE = "xfc-notify: step of a person about a dataset"


class Act(StrEnum):
    """What a link offers, as it stands there."""

    AGREE = "a"
    EXTEND = "e"
    WITHDRAW = "w"


@dataclass(frozen=True, slots=True)
class Token:
    """That `who` may do this with a dataset while its date is `about`; when it was written is known once it is read."""

    who: str
    dataset: str
    act: Act
    about: datetime
    written_at: datetime | None = None


def sign(token: Token, secret: str, now: datetime) -> str:
    """The token as a text, good for URLs."""
    payload = [token.act, token.who, token.dataset, int(token.about.timestamp())]
    return tokens.seal(payload, _PURPOSE, secret, now)


def read(text: str, secret: str, now: datetime) -> Token:
    """The token of a text; WrongInput if it is forged, expired or of another service."""
    return tokens.unseal(text, _PURPOSE, secret, now, _token)


def same(about: datetime, date: datetime | None) -> bool:
    """Whether this is the date that a token is about, which knows no fractions of seconds."""
    return date is not None and about == date.replace(microsecond=0)


def _token(payload: Any, written_at: datetime) -> Token:
    act, who, dataset, about = payload
    return Token(str(who), str(dataset), Act(act), datetime.fromtimestamp(int(about), UTC), written_at)
