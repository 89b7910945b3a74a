"""A message as a mail: headers, the text, and the HTML as its alternative."""

from datetime import UTC
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from urllib.parse import quote

from xfc_notify import Message
from xfc_notify_email.address import mailbox, printable


class _Unfolded(UnstructuredHeader, BaseHeader):
    """A header that stays on one line: the standard library would encode a long word, and so break it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Unfolded)


def compose(message: Message, recipient: str, sender: Address) -> EmailMessage:
    """The mail for one recipient, whose address has been checked."""
    mail = EmailMessage(EmailPolicy(utf8=not recipient.isascii(), header_factory=_HEADERS))
    user, _, domain = recipient.partition("@")
    mail["Subject"] = printable(message.subject)
    mail["From"] = sender
    mail["To"] = Address(username=user, domain=domain)
    mail["Date"] = message.created_at.astimezone(UTC)
    mail["Message-ID"] = _identifier(message.message_id, sender)
    if message.thread != message.message_id:
        mail["In-Reply-To"] = mail["References"] = _identifier(message.thread, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if contact := mailbox(message.contact):
        mail["Reply-To"] = contact
        mail["List-Unsubscribe"] = _unsubscribe(contact, message.username)
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    mail.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    return mail


def _identifier(identifier: str, sender: Address) -> str:
    return f"<{quote(identifier, safe='', errors='replace')}@{sender.domain}>"


def _unsubscribe(contact: Address, username: str) -> str:
    subject = quote(f"unsubscribe {username}", safe="", errors="replace")
    return f"<mailto:{quote(contact.addr_spec, safe='@')}?subject={subject}>"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
