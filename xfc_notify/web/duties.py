"""What `tick` does for the web."""

from datetime import datetime, timedelta

from xfc_notify.lifecycle import upkeep
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service
from xfc_notify.web import api_tokens, sessions


def remove_tokens(service: Service, now: datetime) -> dict[str, int]:
    """Remove tokens that have expired, as often as [lifecycle.every] says. They are refused before."""
    is_due = upkeep.TOKENS.is_due(service.settings, now)
    return {"tokens_expired": api_tokens.remove_expired(now)} if is_due else {}


def forget_what_is_over(service: Service, now: datetime) -> dict[str, int]:  # noqa: ARG001
    """Remove sessions and used links whose time is over."""
    return {"sessions_over": sessions.forget(now)}


DUTIES = (
    Duty("tokens", remove_tokens, forgets=True),
    Duty("web over", forget_what_is_over, timedelta(hours=5), forgets=True),
)
