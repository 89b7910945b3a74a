"""A real SMTP server that answers as a test tells it to."""

import asyncio
import socket
import ssl
from asyncio import WriteTransport
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    """A mail as it arrived; `encrypted`, `user` and `ehlo` tell how."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    user: str | None
    ehlo: str = ""

    @property
    def mail(self) -> EmailMessage:
        """The mail, parsed, with lines that end as in a file."""
        return message_from_bytes(self.content.replace(b"\r\n", b"\n"), policy=policy.default)


@dataclass
class SmtpServer:
    """`with SmtpServer() as server:` listens on 127.0.0.1 at `server.port`.

    messages    what was accepted, in order
    replies     recipient → with what RCPT TO is refused: a code, like 451 or 550, or the whole answer
    on_sender   the whole answer to MAIL FROM, like "552 too large"; None accepts
    on_data     the whole answer after DATA; None accepts
    drop        hang up when the mail has come in, without an answer
    stall       seconds for which the mail that has come in gets no answer; it counts as accepted afterwards
    on_quit     the whole answer to QUIT
    tls         STARTTLS or smtps, with `certificate` (a PEM file with its key)
    users       name → password; with any, mail is taken from those only
    smtputf8    whether the server says that it takes addresses beyond ASCII
    """

    replies: dict[str, int | str] = field(default_factory=dict)
    on_sender: str | None = None
    on_data: str | None = None
    on_quit: str | None = None
    drop: bool = False
    stall: float = 0
    tls: Literal["none", "starttls", "smtps"] = "none"
    certificate: str | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    smtputf8: bool = True
    messages: list[Received] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    """User names of all attempts to log in, refused ones too."""
    port: int = 0

    @property
    def url(self) -> str:
        """`smtp://127.0.0.1:PORT`, or smtps."""
        return f"{'smtps' if self.tls == 'smtps' else 'smtp'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._controller = _Controller(self, self._listener)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()
        self._listener.close()

    def context(self) -> ssl.SSLContext | None:
        """What the server shows of itself, where it speaks TLS."""
        if self.tls == "none" or self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        """Asked by aiosmtpd for every login."""
        assert isinstance(data, LoginPassword)
        user = data.login.decode()
        self.logins.append(user)
        good = self.users.get(user) == data.password.decode()
        return AuthResult(success=good, handled=False, auth_data=user)

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_sender:
            return self.on_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.replies.get(address):
            return f"{answer} not this one" if isinstance(answer, int) else answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.stall)
        if self.drop:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
            return ""
        if self.on_data:
            return self.on_data
        assert isinstance(envelope.content, bytes)
        self.messages.append(
            Received(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.content,
                encrypted=session.ssl is not None or self.tls == "smtps",
                user=session.auth_data if session.authenticated else None,
                ehlo=session.host_name or "",
            )
        )
        return "250 accepted"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self.on_quit or "221 bye"


class _Controller(Controller):
    """Listens on a socket that is already bound, so that the port is the kernel's choice."""

    def __init__(self, server: SmtpServer, listener: socket.socket) -> None:
        starttls = server.context() if server.tls == "starttls" else None
        super().__init__(
            server,
            hostname="127.0.0.1",
            port=server.port,
            ssl_context=server.context() if server.tls == "smtps" else None,
            tls_context=starttls,
            authenticator=server.authenticate if server.users else None,
            auth_required=bool(server.users),
            auth_require_tls=server.tls == "starttls",
            enable_SMTPUTF8=server.smtputf8,
        )
        self._listener = listener

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listener, ssl=self.ssl_context)
