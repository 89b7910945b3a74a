"""A mail server that keeps in mind which mails a test has expected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session
from servers.process import until
from servers.smtp import Received, SmtpServer

USER, PASSWORD = "xfc", "smtp-secret"


@dataclass
class MailServer(SmtpServer):
    """An SmtpServer with a login.

    offered      the Message-IDs of all mails that came so far as to be sent, accepted or not
    on_accepted  called when a mail was accepted, before the client hears of it
    """

    offered: list[str] = field(default_factory=list)
    on_accepted: Callable[[], None] | None = None
    _expected: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.users = {USER: PASSWORD}

    @property
    def login_url(self) -> str:
        """The URL with the login."""
        return f"smtp://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    @property
    def unexpected(self) -> list[Received]:
        """Mails that no test has asked for."""
        return [mail for mail in self.messages if not any(mail is other for other in self._expected)]

    def expect(self, to: str, subject_part: str) -> EmailMessage:
        """Wait for a mail to this address with this in its subject; each can be expected once."""

        def found() -> Received | None:
            return next(
                (m for m in self.unexpected if m.recipients == (to,) and subject_part in subject(m)), None
            )

        received = until(found, f"a mail to {to} with {subject_part!r}; there are {self.summary()}")
        self._expected.append(received)
        return received.mail

    def take(self) -> list[Received]:
        """All mails that nobody has asked for so far; from now on they are."""
        taken = self.unexpected
        self._expected += taken
        return taken

    def summary(self) -> list[tuple[str, str]]:
        """Recipient and subject of the mails that no test has asked for."""
        return [(", ".join(mail.recipients), subject(mail)) for mail in self.unexpected]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        received = Received("", (), envelope.content, encrypted=False, user=None)
        self.offered.append(received.mail["Message-ID"])
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250") and self.on_accepted:
            self.on_accepted()
        return answer


def subject(received: Received) -> str:
    """The subject of a mail."""
    return str(received.mail["Subject"])
