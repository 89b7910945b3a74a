"""A message as a mail: headers, the text, and the HTML with its pictures as the alternative."""

from datetime import UTC
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from urllib.parse import quote

from xfc_notify import Message, harmless
from xfc_notify_email.address import mailbox


class _Unfolded(UnstructuredHeader, BaseHeader):
    """A header that stays on one line: the standard library would encode a long word, and so break it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that comes back as it was: where the standard library folds one, it loses spaces between words that it
    encodes, and may leave the first line empty."""

    def fold(self, *, policy: Policy) -> str:
        folded = self._folded("us-ascii" if self.isascii() else "utf-8", policy.linesep)
        if folded.startswith(policy.linesep):  # a word too long for the first line: encoded, it can be cut
            folded = self._folded("utf-8", policy.linesep)
        return f"{self.name}: {folded}{policy.linesep}"

    def _folded(self, charset: str, linesep: str) -> str:
        return Header(str(self), charset, header_name=self.name).encode(linesep=linesep)


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
for _name in ("message-id", "in-reply-to", "references", "list-id", "list-unsubscribe", "content-id"):
    _HEADERS.map_to_type(_name, _Unfolded)


def compose(message: Message, recipient: str, sender: Address) -> EmailMessage:
    """The mail for one recipient, whose address has been checked."""
    mail = EmailMessage(EmailPolicy(utf8=not recipient.isascii(), header_factory=_HEADERS))
    user, _, domain = recipient.partition("@")
    mail["Subject"] = harmless(message.subject)
    mail["From"] = sender
    mail["To"] = Address(username=user, domain=domain)
    mail["Date"] = message.created_at.astimezone(UTC)
    mail["Message-ID"] = _identifier(message.message_id, sender)
    if message.thread != message.message_id:
        mail["In-Reply-To"] = mail["References"] = _identifier(message.thread, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<xfc-notify.{sender.domain}>"
    if contact := mailbox(message.contact):
        mail["Reply-To"] = contact
    if ways := _unsubscribe(message, contact):
        mail["List-Unsubscribe"] = ways
    if message.unsubscribe:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_encodable(message.text), cte="quoted-printable")
    _add_page(mail, message, sender)
    return mail


def _add_page(mail: EmailMessage, message: Message, sender: Address) -> None:
    """The HTML, with its pictures beside it; their ids, unlike those in the message, are unique in the world."""
    page, html = EmailMessage(mail.policy), _encodable(message.html)
    ids = {name: _identifier(f"{name}.{message.message_id}", sender) for name in message.images}
    for name, identifier in ids.items():
        html = html.replace(f'src="cid:{name}"', f'src="cid:{identifier.strip("<>")}"')
    page.set_content(html, subtype="html", cte="quoted-printable")
    for name, image in message.images.items():
        page.add_related(image, "image", "png", cid=ids[name], disposition="inline", filename=f"{name}.png")
    del page["MIME-Version"]
    mail.make_alternative()
    mail.attach(page)


def _identifier(identifier: str, sender: Address) -> str:
    return f"<{quote(identifier, safe='', errors='replace')}@{sender.domain}>"


def _unsubscribe(message: Message, contact: Address | None) -> str:
    """How to get no more of these (RFC 2369, 8058): by the message's own link, and by a mail to the contact."""
    ways = [f"<{message.unsubscribe}>"] if message.unsubscribe else []
    if contact is not None:
        subject = quote(f"unsubscribe {message.username}", safe="", errors="replace")
        ways.append(f"<mailto:{quote(contact.addr_spec, safe='@')}?subject={subject}>")
    return ", ".join(ways)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
