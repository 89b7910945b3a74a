"""The link by which a user, or their mail provider for them, ends all messages. Nobody has to sign in for it."""

from datetime import datetime, timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.settings import Settings
from xfc_notify.signed import read as read_signed
from xfc_notify.signed import sign

LASTS = timedelta(days=366)
PURPOSE = "unsubscribe"


def link(user: str, settings: Settings, written_at: datetime) -> str:
    """The address for a message to a user; empty where there are no pages. The same for the same message."""
    if not settings.web.url:
        return ""
    token = sign(user, PURPOSE, settings.service.secret, written_at + LASTS)
    return f"{settings.web.url}/unsubscribe/{token}"


def read(token: str, settings: Settings, now: datetime) -> str:
    """The username in the link; WrongInput if it is forged or over."""
    user = read_signed(token, PURPOSE, settings.service.secret, now)
    if not isinstance(user, str):
        raise WrongInput("This link is not valid: it was not made by this service, or not all of it came.")
    return user
