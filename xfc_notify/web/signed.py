"""What stands for a person: random ids, of which only the hash is kept, and signed texts that expire."""

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from xfc_notify.errors import WrongInput

LONGEST = 4096
"""Letters of a signed text; longer ones are not looked at."""


def random_id() -> str:
    """256 bits that nobody can guess, good for URLs and cookies."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of a secret: its SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def shown(secret: str) -> str:
    """By what a log tells a secret from others: the first 8 digits of its hash."""
    return hashed(secret)[:8]


def sign(value: Any, purpose: str, secret: str, expires: datetime) -> str:
    """A text for this purpose that nobody else can make, and that ends at a time."""
    signed = _serializer(secret, purpose).dumps([int(expires.timestamp()), value])
    return signed.decode() if isinstance(signed, bytes) else signed


def read(text: str, purpose: str, secret: str, now: datetime) -> Any:
    """The value of a signed text; WrongInput if it is forged, for another purpose, or over."""
    try:
        expires, value = _serializer(secret, purpose).loads(text[: LONGEST + 1])
    except (BadData, TypeError, ValueError):
        raise WrongInput(
            "This link is not valid: it was not made by this service, or not all of it came."
        ) from None
    if now.timestamp() > expires:
        raise WrongInput("This link is over.")
    return value


def proof(about: str, secret: str) -> str:
    """What a form carries to show that it is ours: it belongs to one session, and is not guessed."""
    return hmac.new(secret.encode(), f"form of {about}".encode(), hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Whether they are equal, without telling by the time it takes how far."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(secret, salt=f"xfc-notify: {purpose}", signer_kwargs=how)
