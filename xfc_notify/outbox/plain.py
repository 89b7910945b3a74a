"""Short messages to those who look after the service: paragraphs and lists, the same as text and as HTML."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from xfc_notify.domain import Level, Message
from xfc_notify.outbox.columns import SUBJECT_COLUMNS, fill, shortened
from xfc_notify.paths import harmless
from xfc_notify.settings import Settings

PROMISE = "This service never deletes anything."
"""What every message says, once, at its end."""
Block = str | Sequence[str]
"""A paragraph, or the lines of a list."""


def plain_message(
    settings: Settings,
    username: str,
    subject: str,
    blocks: Sequence[Block],
    now: datetime,
    *,
    level: Level = Level.OK,
    thread: str | None = None,
    reasons: Sequence[str] = (),
    promise: str = PROMISE,
) -> Message:
    """A message of these blocks to `username`; the first of its thread unless one is given. `promise` ends it."""
    service, message_id = settings.service, str(uuid4())
    name = shortened(harmless(service.name), 20)
    line = shortened(f"[{name}] {harmless(subject)}", SUBJECT_COLUMNS)
    return Message(
        message_id=message_id,
        thread=thread or message_id,
        username=username,
        created_at=now,
        level=level,
        subject=line,
        text="\n\n".join(map(_as_text, [*blocks, promise])) + f"\n\n-- \n{harmless(service.name)}\n",
        html=_page(line, "\n".join(map(_as_html, [*blocks, promise]))),
        service=service.name,
        contact=service.contact,
        reasons=tuple(reasons),
    )


def _as_text(block: Block) -> str:
    if isinstance(block, str):
        return fill(harmless(block))
    return "\n".join(f"    {harmless(line)}" for line in block)


def _as_html(block: Block) -> str:
    from markupsafe import escape

    if isinstance(block, str):
        return f"<p>{escape(harmless(block))}</p>"
    return "<ul>\n" + "\n".join(f"<li>{_linked(escape(harmless(line)))}</li>" for line in block) + "\n</ul>"


def _linked(line: str) -> str:
    """A line that is a web address as a link to it."""
    is_address = line.startswith(("https://", "http://")) and " " not in line
    return f'<a href="{line}">{line}</a>' if is_address else line


def _page(title: str, body: str) -> str:
    from markupsafe import escape

    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        f'<body style="font-family: sans-serif; max-width: 40em; margin: 1em auto;">\n{body}\n</body>\n</html>\n'
    )
