"""`[plugins.email]`: where mail goes and who sends it. No error and no repr shows a password."""

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from xfc_notify_email.address import mailbox

MAILDIR = "maildir:"
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as a url names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def protected(self) -> bool:
        """Whether the connection must be encrypted, and the certificate valid, before anything is sent.

        So wherever the scheme asks for it or a password would cross a network. Otherwise STARTTLS is used
        when offered, with any certificate, as mail servers do among themselves.
        """
        return self.scheme != "smtp" or (self.user != "" and not _is_loopback(self.host))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def destination(url: str) -> Server | Path:
    """What a url names: a server, or the folder of a maildir; ValueError says what is allowed."""
    if url.startswith(MAILDIR):
        if len(url) == len(MAILDIR) or "\0" in url:
            raise ValueError('a folder is needed; write it like "maildir:outbox"')
        return Path(url.removeprefix(MAILDIR))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_a_server() from None
    if parts.scheme not in PORTS or not parts.hostname or not url.isprintable() or " " in url:
        raise _not_a_server()
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _not_a_server()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user.isascii() and password.isascii()):
        raise ValueError("a user name and a password for SMTP can hold ASCII characters only")
    return Server(parts.scheme, parts.hostname, port or PORTS[parts.scheme], user, password)


def _not_a_server() -> ValueError:
    return ValueError(
        'allowed are "smtp://user:password@host:port", "smtp+starttls://…", "smtps://…" and "maildir:FOLDER"'
        "; special characters of a password are percent-encoded"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _url(value: str, info: ValidationInfo) -> str:
    if not value:
        return value
    place = destination(value)
    if isinstance(place, Server):
        return value
    folder: Path = (info.context or {}).get("folder", Path())
    return MAILDIR + os.path.normpath(folder.absolute() / place)


def _sender(value: str) -> str:
    address = mailbox(value)
    if value and (address is None or not address.addr_spec.isascii()):
        raise ValueError('not a sender; write it like "XFC <xfc@example.org>"')
    return value


def _certificates(value: str) -> str:
    import ssl

    try:
        if value:
            ssl.create_default_context(cadata=value)
    except (ssl.SSLError, ValueError):
        raise ValueError("no certificates in PEM form") from None
    return value


def _ehlo(value: str) -> str:
    if value and not _HOST.fullmatch(value):
        raise ValueError('not a host name; write it like "scratch.example.org"')
    return value


class EmailSettings(BaseModel):
    """The table `[plugins.email]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, AfterValidator(_url)] = Field(
        "",
        repr=False,
        description="`smtp://user:password@host:port`, `smtp+starttls://…`, `smtps://…` or `maildir:FOLDER`; "
        "empty: no mail is sent",
    )
    sender: Annotated[str, AfterValidator(_sender)] = Field(
        "", description="who sends, like `XFC <xfc@example.org>`"
    )
    ca: Annotated[str, AfterValidator(_certificates)] = Field(
        "",
        repr=False,
        description='certificates (PEM) to trust instead of the system\'s; usually `ca_file = "ca.pem"`',
    )

    ehlo: Annotated[str, AfterValidator(_ehlo)] = Field(
        "",
        description="how this host greets the server (EHLO), like `scratch.example.org`; empty: by its own name",
    )

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if self.url and not self.sender:
            raise ValueError('sender is needed with url; write it like "XFC <xfc@example.org>"')
        return self
