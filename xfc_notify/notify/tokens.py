"""Tokens: a signed, expiring text that stands for one answer of one person. Pure.

A link in a mail carries one. Whoever has it may give this answer and nothing else, for 30 days.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from xfc_notify.errors import WrongInput
from xfc_notify.notify.replies import Reply

EXPIRES = timedelta(days=30)
LONGEST = 4096
"""Letters of a token; longer ones are not looked at."""
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
    payload = [request.user, request.reply, request.episodes, request.days]
    token = _serializer(secret, now).dumps(payload)
    return token.decode() if isinstance(token, bytes) else token


def read(token: str, secret: str, now: datetime) -> Request:
    """The request of a token; WrongInput if it is forged, expired or of another service."""
    if not secret:
        raise WrongInput("This service takes no answers by link.", "Set service.secret and web.url.")
    if len(token) > LONGEST:
        raise WrongInput("This link is not valid: it is too long.")
    try:
        payload = _serializer(secret, now).loads(token, max_age=int(EXPIRES.total_seconds()))
        return _request(payload)
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


def _serializer(secret: str, now: datetime) -> URLSafeTimedSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256, "now": now}
    return URLSafeTimedSerializer(secret, salt=_PURPOSE, signer=_Clocked, signer_kwargs=how)


def _request(payload: Any) -> Request:
    user, reply, episodes, days = payload
    return Request(str(user), Reply(reply), tuple(int(number) for number in episodes), int(days))
