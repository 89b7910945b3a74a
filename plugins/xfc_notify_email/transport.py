"""The edge: a mail goes to a server or into a folder, and what was answered becomes the right error."""

import mailbox
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

from xfc_notify import DeliveryError, PermanentDeliveryError, harmless
from xfc_notify_email.answers import is_final
from xfc_notify_email.settings import EmailSettings, Server, destination

TIMEOUT = 30.0
"""Seconds for each answer of the server."""
IMPATIENT = 3.0
"""The same where a person waits."""


def submit(
    mail: EmailMessage, sender: str, recipient: str, server: Server, ca: str = "", ehlo: str = ""
) -> None:
    """Hand the mail to the server for one recipient; `ehlo` is how this host introduces itself, "": by its own name.

    Raises PermanentDeliveryError for a 5xx that is plainly about this mailbox or this mail; DeliveryError for a 4xx, a
    connection that fails or is not safe enough, and whatever the operators have to mend.
    """
    try:
        with _session(server, ca, ehlo) as smtp:
            _send(smtp, mail, sender, recipient, server)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(server, *error.recipients[recipient], of_recipient=True) from None
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        raise _refusal(server, error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(_answer(server, error.smtp_code, error.smtp_error)) from None
    except (OSError, UnicodeError) as error:  # a host that is no name at all is a UnicodeError
        raise DeliveryError(f"{server}: {_reason(error)}") from None


def store(mail: EmailMessage, folder: Path) -> None:
    """Put the mail into a maildir, which is made where it is missing; never seen there half written."""
    try:
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        mailbox.Maildir(folder, create=False).add(mail.as_bytes())
    except (OSError, mailbox.Error) as error:
        raise DeliveryError(f"maildir {harmless(str(folder))}: {_reason(error)}") from None


def outage(settings: EmailSettings) -> str | None:
    """Why nothing could be sent now; None if the server answers, or the maildir can be written.

    The server is greeted (EHLO), encrypted and logged in to as for a mail.
    """
    place = destination(settings.url) if settings.url else None
    if isinstance(place, Path):
        return _unwritable(place)
    if place is None:
        return "[plugins.email] has no url"
    try:
        with _session(place, settings.ca, settings.ehlo, IMPATIENT) as smtp:
            smtp.ehlo_or_helo_if_needed()
    except smtplib.SMTPResponseException as error:
        return _answer(place, error.smtp_code, error.smtp_error)
    except DeliveryError as error:
        return error.what
    except (OSError, UnicodeError) as error:
        return f"{place}: {_reason(error)}"
    return None


def _unwritable(folder: Path) -> str | None:
    """Why no mail could be put into a maildir: into its folders, or the nearest one above that exists."""
    there = next(path for path in (folder / "tmp", folder, *folder.absolute().parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    what = "may not be written" if there.is_dir() else "is not a folder"
    return f"maildir {harmless(str(folder))}: {harmless(str(there))} {what}"


@contextmanager
def _session(server: Server, ca: str, ehlo: str, timeout: float = TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted and logged in as far as the server's url demands."""
    context = _context(server, ca)
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, ehlo or None, timeout=timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, ehlo or None, timeout=timeout)
    try:
        if server.scheme != "smtps":
            _encrypt(smtp, server, context)
        if server.user:
            _log_in(smtp, server)
        yield smtp
    finally:  # once a mail is accepted, no bad end of the conversation may count against it
        with suppress(OSError):
            smtp.quit()
        smtp.close()


def _context(server: Server, ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=ca or None)
    if not server.protected and not ca:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _encrypt(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    elif server.protected:
        raise DeliveryError(f"{server} offers no STARTTLS; nothing was sent over the open connection")


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        smtp.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:  # its text is the server's and may repeat what we sent
        raise DeliveryError(f"{server} refuses the user name or the password ({error.smtp_code})") from None
    except smtplib.SMTPNotSupportedError:
        raise DeliveryError(f"{server} offers no login") from None


def _send(smtp: smtplib.SMTP, mail: EmailMessage, sender: str, recipient: str, server: Server) -> None:
    options = () if recipient.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
    smtp.ehlo_or_helo_if_needed()
    if options and not smtp.has_extn("smtputf8"):
        raise PermanentDeliveryError(f"{server} takes no address beyond ASCII (SMTPUTF8)")
    # Not send_message: it writes a line that begins with "From " as ">From ".
    content = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    smtp.sendmail(sender, [recipient], content, options)


def _refusal(server: Server, code: int, text: bytes | str, *, of_recipient: bool = False) -> DeliveryError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    kind = PermanentDeliveryError if is_final(code, said, of_recipient=of_recipient) else DeliveryError
    return kind(_answer(server, code, said))


def _answer(server: Server, code: int, text: bytes | str) -> str:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return f"{server} answered {code} {harmless(' '.join(text.split()))}"[:500]


def _reason(error: Exception) -> str:
    """What went wrong in the system's words, without the number of the error."""
    return harmless(getattr(error, "strerror", None) or str(error))
