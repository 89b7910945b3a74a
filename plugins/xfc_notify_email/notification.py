"""Mail as Apprise's own kind of notification.

Apprise's mail derives the text from the HTML, sets no Message-ID and reduces every answer of the server to
yes or no. This class sends the mail as it was composed and keeps the answer.
"""

# mypy: disable-error-code="no-untyped-call"

from pathlib import Path
from typing import Any

from apprise import Apprise, AppriseAsset, NotificationManager, NotifyBase, NotifyFormat

from xfc_notify import DeliveryError, Message, PermanentDeliveryError, harmless, is_address
from xfc_notify_email import transport
from xfc_notify_email.address import mailbox
from xfc_notify_email.mime import compose
from xfc_notify_email.settings import EmailSettings, destination


class MailNotification(NotifyBase):
    """One mail to one recipient. `failure` is what went wrong in `send`, if anything did."""

    service_name = "xfc-notify mail"  # type: ignore[assignment]
    protocol = "xfc-notify-mail"  # type: ignore[assignment]
    request_rate_per_sec = 0

    def __init__(self, message: Message, recipient: str, settings: EmailSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.message = message
        self.recipient = recipient
        self.settings = settings
        self.failure: Exception | None = None

    def send(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        """Send the message itself: the body and title that Apprise hands over are stripped and converted."""
        try:
            self._send()
        except Exception as error:  # noqa: BLE001 - it is raised again where Apprise cannot swallow it
            self.failure = error
        return self.failure is None

    def url(self, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002
        """Nothing of the server's url, since Apprise keeps this in its results."""
        return f"{self.protocol}://"

    def _send(self) -> None:
        sender = mailbox(self.settings.sender)
        if sender is None or not self.settings.url:
            raise DeliveryError("[plugins.email] has no url or no sender")
        mail = compose(self.message, self.recipient, sender)
        place = destination(self.settings.url)
        if isinstance(place, Path):
            transport.store(mail, place)
        else:
            ca, ehlo = self.settings.ca, self.settings.ehlo
            transport.submit(mail, sender.addr_spec, self.recipient, place, ca, ehlo)


NotificationManager().add(MailNotification)


def send(message: Message, recipient: str, settings: EmailSettings) -> None:
    """Send one mail to one recipient; DeliveryError or PermanentDeliveryError if it was not accepted."""
    if not is_address(recipient):
        raise PermanentDeliveryError(f"not an address: {harmless(recipient)[:300]}")
    # Apprise's own time limit would leave the mail behind in a thread, perhaps to be sent after all.
    asset = AppriseAsset(async_mode=False, service_timeout=0)
    notification = MailNotification(message, recipient, settings, asset=asset)
    apprise = Apprise(notification, asset=asset)
    sent = apprise.notify(body=message.text, title=message.subject, body_format=NotifyFormat.TEXT)
    if notification.failure is not None:
        raise notification.failure
    if not sent:
        raise DeliveryError("Apprise did not send the mail")
