"""Delivers messages of xfc-notify as JSON to a web address."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, ConfigDict, Field

from xfc_notify import DeliveryError, Message, PermanentDeliveryError, hookimpl


class WebhookSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = Field(pattern="^https?://", description="where messages are posted")
    timeout: float = Field(10, gt=0, le=60, description="seconds")


@hookimpl
def settings_model() -> type[WebhookSettings]:
    return WebhookSettings


@hookimpl
def addresses(settings: WebhookSettings) -> list[str]:
    return [settings.url]


@hookimpl
def deliver(message: Message, address: str, settings: WebhookSettings) -> None:
    import requests

    told = {name: getattr(message, name) for name in ("username", "subject", "text", "message_id", "thread")}
    told["level"] = str(message.level)
    try:
        answer = requests.post(address, json=told, timeout=settings.timeout, allow_redirects=False)
    except requests.RequestException as error:
        raise DeliveryError(f"the web address does not answer: {type(error).__name__}") from None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise DeliveryError(f"answered {answer.status_code}", wait(answer.headers.get("Retry-After", "")))
    if not 200 <= answer.status_code < 300:
        raise PermanentDeliveryError(f"answered {answer.status_code}")


def wait(retry_after: str) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date."""
    try:
        if retry_after.isdecimal():
            return timedelta(seconds=int(retry_after))
        return max(parsedate_to_datetime(retry_after) - datetime.now(UTC), timedelta(0))
    except (ValueError, TypeError, OverflowError):
        return None
