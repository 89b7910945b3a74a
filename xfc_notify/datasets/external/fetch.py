"""A file by HTTP: whole, as it is, within its bounds, or an error that says why."""

import base64
import http.client
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import urljoin

from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.external import reach
from xfc_notify.datasets.external.reach import Url
from xfc_notify.datasets.folder import Sink
from xfc_notify.datasets.settings import External
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless

MOST_REDIRECTS = 5
SILENCE = 30.0
"""Seconds without a byte, after which a server is given up."""
BLOCK = 2**18
REDIRECTS = {301, 302, 303, 307, 308}
_OURS = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "te",
    "upgrade",
    "range",
}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Options:
    """What goes with a request to the host of the URL, and to no other."""

    user: str = ""
    password: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, found: Any) -> "Options":
        """Out of JSON: user, password, headers; WrongInput for anything else."""
        if not isinstance(found, dict) or not found.keys() <= {"user", "password", "headers"}:
            raise WrongInput("The options are a JSON object of user, password and headers.")
        user, password, headers = (
            found.get("user", ""), found.get("password", ""), found.get("headers", {}),
        )  # fmt: skip
        texts = [user, password, *(headers.values() if isinstance(headers, dict) else (None,))]
        if not all(isinstance(text, str) and text.isprintable() for text in texts) or ":" in user:
            raise WrongInput("User, password and headers of the options are printable texts.")
        for name, value in headers.items():
            if not _NAME.fullmatch(name) or name.lower() in _OURS or not value.isascii():
                raise WrongInput(f"The header {harmless(name)} cannot be sent.")
        return cls(user, password, headers)

    def __bool__(self) -> bool:
        return bool(self.user or self.password or self.headers)

    def sent(self) -> dict[str, str]:
        """As headers."""
        if not self.user and not self.password:
            return dict(self.headers)
        both = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {**self.headers, "Authorization": f"Basic {both}"}


def fetch(text: str, options: Options, allowed: External, sink: Sink) -> None:
    """Hand over the bytes that a URL stands for. NotAllowed, DatasetError: then they are worth nothing."""
    first = url = Url.of(text)
    ends = monotonic() + allowed.longest.total_seconds()
    for _ in range(MOST_REDIRECTS + 1):
        headers = options.sent() if url.origin == first.origin else {}
        with _asked(url, headers, allowed, ends) as answer:
            if answer.status not in REDIRECTS:
                _take(url, answer, allowed, ends, sink)
                return
            there = answer.headers.get("Location", "")
        try:
            url = Url.of(urljoin(f"{url.scheme}://{_host(url)}:{url.port}{url.target}", there))
        except WrongInput as error:
            raise reach.NotAllowed(f"{url.shown} leads elsewhere: {error.what}") from None
    raise DatasetError(f"{first.shown} leads on more than {MOST_REDIRECTS} times")


@contextmanager
def _asked(
    url: Url, headers: Mapping[str, str], allowed: External, ends: float
) -> Iterator[http.client.HTTPResponse]:
    """The answer of the server at the address that was checked; TLS knows it by its name."""
    address, left = reach.checked(url, allowed), max(ends - monotonic(), 0.001)
    asking = http.client.HTTPConnection(url.host, url.port)
    opened: list[socket.socket] = []
    stop = Timer(left, _cut, [opened])
    stop.daemon = True
    try:
        with _telling(url, allowed, ends):
            opened.append(socket.create_connection((address, url.port), timeout=min(SILENCE, left)))
            stop.start()
            opened[0].settimeout(SILENCE)
            if url.scheme == "https":
                context = ssl.create_default_context()
                secure = context.wrap_socket(
                    opened[0], server_hostname=url.host, do_handshake_on_connect=False
                )
                opened[0] = secure
                secure.do_handshake()
            asking.sock = opened[0]
            standard = {"Host": _named(url), "Accept-Encoding": "identity", "Connection": "close"}
            asking.request("GET", url.target, headers={**headers, **standard})
            answer = asking.getresponse()
        _refuse_late(url, allowed, ends)  # a connection that was cut looks like the end of a head
        yield answer
    finally:
        stop.cancel()
        for one in opened:
            one.close()


@contextmanager
def _telling(url: Url, allowed: External, ends: float) -> Iterator[None]:
    """Let errors of the network say where, and why."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = f"took longer than {allowed.longest}" if monotonic() >= ends else _why(error)
        raise DatasetError(f"{url.shown}: {late}") from None


def _take(url: Url, answer: http.client.HTTPResponse, allowed: External, ends: float, sink: Sink) -> None:
    """Hand over the whole body, and nothing but the body as it is."""
    if answer.status != http.client.OK:
        raise DatasetError(f"{url.shown} answers {answer.status} {harmless(answer.reason)}")
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise DatasetError(f"{url.shown} sends it encoded as {harmless(coding)}, which was not asked for")
    expected = answer.length
    if expected is None and not answer.chunked:
        raise DatasetError(
            f"{url.shown} does not say how long it is: its end could not be told from a failure"
        )
    if expected is not None and expected > allowed.largest:
        raise DatasetError(f"{url.shown} has {expected:,} bytes, more than {allowed.largest:,}")
    size = 0
    while expected is None or size < expected:
        with _telling(url, allowed, ends):
            block = answer.read1(BLOCK if expected is None else min(BLOCK, expected - size))
        if not block:
            break
        size += len(block)
        if size > allowed.largest:
            raise DatasetError(f"{url.shown} has more than {allowed.largest:,} bytes")
        sink(memoryview(block))
    _refuse_late(url, allowed, ends)
    if expected is not None and size != expected:
        raise DatasetError(f"{url.shown} ended after {size:,} of {expected:,} bytes")


def _refuse_late(url: Url, allowed: External, ends: float) -> None:
    if monotonic() >= ends:
        raise DatasetError(f"{url.shown}: took longer than {allowed.longest}")


def _cut(opened: Sequence[socket.socket]) -> None:
    """End a connection whose time is over, whoever waits for it."""
    for one in opened:
        with suppress(OSError):
            socket.socket.shutdown(one, socket.SHUT_RDWR)


def _host(url: Url) -> str:
    return f"[{url.host}]" if ":" in url.host else url.host


def _named(url: Url) -> str:
    usual = url.port == reach.PORTS[url.scheme]
    return _host(url) if usual else f"{_host(url)}:{url.port}"


def _why(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "ended before it was whole"
    if isinstance(error, TimeoutError):
        return f"nothing came for {SILENCE:.0f} seconds"
    return harmless(str(error)) or type(error).__name__
