"""The edge: one connection to one server, encrypted and bound as the settings say. Where it fails: ServerAway.

Referrals are not followed: a server that is not in the settings gets no password.
"""

import math
import re
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import ldap3
from ldap3.core import results
from ldap3.core.exceptions import LDAPException

from xfc_notify import ServerAway, harmless
from xfc_notify_ldap.entries import Entry, Unclear
from xfc_notify_ldap.pieces import whole
from xfc_notify_ldap.settings import LdapSettings, Server

GRACE = 1.0
"""Seconds that a search has at least: a large group is not lost for the little time that others left it."""
_PAGES = "1.2.840.113556.1.4.319"
_CUT_SHORT = {
    results.RESULT_TIME_LIMIT_EXCEEDED,
    results.RESULT_SIZE_LIMIT_EXCEEDED,
    results.RESULT_ADMIN_LIMIT_EXCEEDED,
}
_NO_PAGES = {
    results.RESULT_ADMIN_LIMIT_EXCEEDED,
    results.RESULT_UNAVAILABLE_CRITICAL_EXTENSION,
    results.RESULT_UNWILLING_TO_PERFORM,
}
"""So answer servers that give no pages, or none so large."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found; `complete`: nothing was cut off by a limit of the server, or for lack of time."""

    entries: tuple[Entry, ...]
    complete: bool = True


class Session:
    """A connection that is open and bound; `deadline`, by time.monotonic, is when its question has to be answered."""

    def __init__(self, server: Server, settings: LdapSettings, deadline: float) -> None:
        self.deadline = deadline
        self._server = server
        self._page_size = settings.page_size
        self._connection = ldap3.Connection(
            ldap3.Server(
                server.host,
                server.port,
                use_ssl=server.scheme == "ldaps",
                tls=None if server.scheme == "ldap" else _Tls(server.host, settings.ca),
                get_info=ldap3.NONE,
                connect_timeout=self._seconds(),
            ),
            user=settings.bind_dn or None,
            password=settings.password or None,
            auto_referrals=False,
            auto_range=False,  # it stops without a word where the server does
            check_names=False,
            return_empty_attributes=False,
        )
        try:
            self._bind()
        except ServerAway:
            self.close()
            raise

    def _bind(self) -> None:
        with self._told():
            self._connection.open(read_server_info=False)
            if self._server.scheme == "ldap+starttls":
                self._connection.socket.settimeout(self._seconds())
                self._connection.start_tls(read_server_info=False)
            self._connection.socket.settimeout(self._seconds())
            bound = self._connection.bind(read_server_info=False)
        if not bound:  # the server's own text may repeat what we sent
            why = self._connection.result["description"]
            raise ServerAway(f"{self._server} refuses bind_dn or the password ({why})")

    @property
    def is_late(self) -> bool:
        """Whether its question ought to be answered by now."""
        return self._left() <= 0

    def search(self, base: str, wanted: str, attributes: Iterable[str], most: int = 0) -> Found:
        """The entries below a base that pass a filter, page by page; at most so many, 0: all.

        ServerAway if the server does not answer, refuses, or has no such base.
        """
        entries: list[Entry] = []
        asked = {"attributes": list(dict.fromkeys(filter(None, attributes))), "size_limit": most}
        pages: dict[str, Any] = {"paged_size": self._page_size}
        while True:
            seconds = max(self._left(), GRACE)
            with self._told():
                self._connection.socket.settimeout(seconds)
                self._connection.search(base, wanted, time_limit=math.ceil(seconds), **asked, **pages)
            result = self._connection.result
            entries += [whole(entry, self._read) for entry in self._answered()]
            if result["result"] in _NO_PAGES and pages and not entries:
                pages = {}
                continue
            if result["result"] in _CUT_SHORT:
                return Found(tuple(entries), complete=False)
            if result["result"] != results.RESULT_SUCCESS:
                raise ServerAway(self._refusal(result, base))
            cookie = result.get("controls", {}).get(_PAGES, {}).get("value", {}).get("cookie")
            if not cookie:
                return Found(tuple(entries))
            if self.is_late:
                return Found(tuple(entries), complete=False)
            pages["paged_cookie"] = cookie

    def look_up(self, base: str, wanted: str, attributes: Iterable[str]) -> tuple[Entry, ...]:
        """The few entries that pass, all of them. Unclear if the server cuts short what it tells."""
        found = self.search(base, wanted, attributes)
        if not found.complete:
            raise Unclear(f"the server does not tell all entries that pass {wanted}")
        return found.entries

    def close(self) -> None:
        """Say good-bye, if anybody listens."""
        with suppress(LDAPException, OSError):
            self._connection.unbind()

    def _answered(self) -> list[Entry]:
        """The entries of the last answer, without hints that more lies on another server."""
        return [_entry(it) for it in self._connection.response if it["type"] == "searchResEntry"]

    def _read(self, dn: str, attribute: str) -> Entry | None:
        with self._told():
            self._connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=[attribute])
        return next(iter(self._answered()), None)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _seconds(self) -> float:
        """How long what comes next may take."""
        if self.is_late:
            raise ServerAway(f"{self._server} did not answer in time")
        return self._left()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ServerAway:
            raise
        except (LDAPException, OSError, UnicodeError) as error:  # UnicodeError: a host that is no name at all
            raise ServerAway(f"{self._server}: {_reason(error)}") from None
        except Exception as error:  # noqa: BLE001 - ldap3 raises anything over bytes that are not LDAP
            raise ServerAway(f"{self._server} answers what is not LDAP ({type(error).__name__})") from None

    def _refusal(self, result: Any, base: str) -> str:
        code, said = result["result"], result["description"]
        if code == results.RESULT_NO_SUCH_OBJECT:
            return f"{self._server} has no entry {harmless(base)}"
        if code == results.RESULT_REFERRAL:
            return f"{self._server} sends us to another server for {harmless(base)}: name that one in url"
        return harmless(f"{self._server} answers {said} {result['message'] or ''}".rstrip())[:300]


class _Tls(ldap3.Tls):  # type: ignore[misc]
    """Python's own check of certificate and host name; that of ldap3 knows no IP addresses."""

    def __init__(self, host: str, ca: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._host = host
        self._context = ssl.create_default_context(cadata=ca or None)

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Encrypt the socket of a connection."""
        connection.socket = self._context.wrap_socket(
            connection.socket, server_hostname=self._host, do_handshake_on_connect=do_handshake
        )


def _entry(response: Any) -> Entry:
    values = {name.lower(): tuple(several or ()) for name, several in response["raw_attributes"].items()}
    return Entry(response["dn"], values)


def _reason(error: Exception) -> str:
    """What went wrong, without numbers of errors, and the brackets and quotes in which ldap3 packs it several times.

    Of several addresses of a server, it is what went wrong at the last one.
    """
    if len(error.args) > 1 and isinstance(error.args[1], list) and error.args[1]:
        error = error.args[1][-1][0]
    text = re.sub(r"\[Errno -?\d+\] | \(_ssl\.c:\d+\)", "", str(error))
    return harmless(text.strip("()'\", "))[:300]
