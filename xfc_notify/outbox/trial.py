"""A message that only tests whether messages arrive."""

from datetime import datetime
from uuid import uuid4

from xfc_notify.domain import Level, Message
from xfc_notify.outbox.plain import PROMISE
from xfc_notify.settings import Settings

TEXT = """\
Hello,

this is a test message of {service}. Nobody is over any limit; somebody who looks after
the service wanted to see whether its messages arrive. They do.

Nothing needs to be done. {promise}
"""


def trial_message(settings: Settings, now: datetime) -> Message:
    """A message that says that it is a test."""
    from markupsafe import escape

    text = TEXT.format(service=settings.service.name, promise=PROMISE)
    message_id = str(uuid4())
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n"))
    return Message(
        message_id=message_id,
        thread=message_id,
        username="test",
        created_at=now,
        level=Level.OK,
        subject=f"[{settings.service.name}] A test message",
        text=text,
        html=f'<!doctype html><html lang="en"><title>A test message</title><body>{paragraphs}</body></html>',
        service=settings.service.name,
        contact=settings.service.contact,
    )
