"""Tokens: a signed, expiring text that stands for one answer of one person. Pure.

A link in a mail carries one. Whoever has it may give this answer and nothing else, for 30 days.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from xfc_notify.errors import WrongInput
from xfc_notify.notify.replies import Reply

EXPIRES = timedelta(days=30)
LONGEST = 4096
"""Letters of a token; longer ones are not looked at."""
T = TypeVar("T")
_PURPOSE = "xfc-notify: answer of a person"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: `reply` of `user` to the episodes of these ids; `days` for which they put it off."""

    user: str
    reply: Reply
    episodes: tuple[int, ...]
    days: int = 0


def sign(request: Request, secret: str, now: datetime) -> str:
    """The token of a request, good for URLs."""
    return seal([request.user, request.reply, request.episodes, request.days], _PURPOSE, secret, now)


def read(token: str, secret: str, now: datetime) -> Request:
    """The request of a token; WrongInput if it is forged, expired or of another service."""
    return unseal(token, _PURPOSE, secret, now, lambda payload, _: _request(payload))


def seal(payload: Any, purpose: str, secret: str, now: datetime) -> str:
    """A signed text for this purpose, good for URLs."""
    token = _serializer(secret, now, purpose).dumps(payload)
    return token.decode() if isinstance(token, bytes) else token


def unseal(token: str, purpose: str, secret: str, now: datetime, made: Callable[[Any, datetime], T]) -> T:
    """What `made` makes of a payload and of when it was signed; WrongInput as for `read`."""
    if not secret:
        raise WrongInput("This service takes no answers by link.", "Set service.secret and web.url.")
    if len(token) > LONGEST:
        raise WrongInput("This link is not valid: it is too long.")
    try:
        payload, signed_at = _serializer(secret, now, purpose).loads(
            token, max_age=int(EXPIRES.total_seconds()), return_timestamp=True
        )
        return made(payload, signed_at)
    except SignatureExpired:
        raise WrongInput(f"This link is older than {EXPIRES.days} days and no longer valid.") from None
    except (BadData, TypeError, ValueError):
        raise WrongInput(
            "This link is not valid: it was not made by this service, or not all of it came."
        ) from None


class _Clocked(TimestampSigner):
    """A signer for which it is `now`."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def get_timestamp(self) -> int:
        """Seconds since the epoch."""
        return int(self.now.timestamp())


def _serializer(secret: str, now: datetime, purpose: str = _PURPOSE) -> URLSafeTimedSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256, "now": now}
    return URLSafeTimedSerializer(secret, salt=purpose, signer=_Clocked, signer_kwargs=how)


def _request(payload: Any) -> Request:
    user, reply, episodes, days = payload
    return Request(str(user), Reply(reply), tuple(int(number) for number in episodes), int(days))
