"""What `tick` does for the web."""

from datetime import datetime, timedelta

from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service
from xfc_notify.web import api_tokens, sessions


def forget_what_is_over(service: Service, now: datetime) -> dict[str, int]:  # noqa: ARG001
    """Remove tokens, sessions and used links whose time is over."""
    return {"tokens_expired": api_tokens.remove_expired(now), "sessions_over": sessions.forget(now)}


DUTIES = (Duty("web over", forget_what_is_over, timedelta(hours=5)),)
