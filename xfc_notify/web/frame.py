"""What surrounds every request: our host and prefix, the headers of every answer, one line in the log."""

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from xfc_notify.paths import harmless
from xfc_notify.settings.web import Web
from xfc_notify.web import network
from xfc_notify.web.addresses import Addresses
from xfc_notify.web.traffic import Traffic
from xfc_notify.web.visits import peer_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PROBES = ("/healthz", "/readyz", "/metrics")
"""Asked by machines, which name us as they reach us."""
WITHOUT_HOST = ("/xfc_control/", "/DM/")
"""For clients of former services, which name us as they find us; a browser is none of them."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
log = logging.getLogger("xfc_notify.web.access")


class Frame:
    """The application with its surroundings."""

    def __init__(self, app: App, web: Web, traffic: Traffic, addresses: Addresses) -> None:
        self._app = app
        self._web = web
        self._traffic = traffic
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answered = time.perf_counter(), {"status": 500}
        path: str = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                given = {name.lower() for name, _ in message["headers"]}
                bears = self._addresses.bears(scope["path"])
                more = HEADERS | ({"referrer-policy": "no-referrer"} if bears else {})
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in more.items() if k.encode() not in given),
                ]
            await send(message)

        try:
            refusal = self._enter(scope)
            if refusal is None:
                await self._app(scope, receive, with_headers)
            else:
                await _refuse(refusal, with_headers)
        finally:
            seconds = time.perf_counter() - began
            self._traffic.count(scope, answered["status"], seconds)
            client = network.client(peer_of(scope), scope["headers"], self._web.trusted_proxies)
            log.info(
                "%s %s %s %d %.0f ms",
                harmless(client),
                harmless(scope["method"]),
                self._addresses.masked(path),
                answered["status"],
                seconds * 1000,
            )

    def _enter(self, scope: Scope) -> tuple[int, str] | None:
        """Take the prefix off the path; a status and why if the request is not for us."""
        path: str = scope["path"]
        if not path.startswith("/"):
            return 400, "This is not an address of this service."
        if self._web.prefix and (path + "/").startswith(self._web.prefix + "/"):
            path = path.removeprefix(self._web.prefix) or "/"
        scope["path"], scope["root_path"] = path, ""
        scope["raw_path"] = path.encode("utf-8", "surrogateescape")
        if path in PROBES or path.startswith(WITHOUT_HOST):
            return None
        hosts = network.values(scope["headers"], "host")
        if len(hosts) != 1 or _without_port(hosts[0].lower(), self._web) != self._web.host:
            return 421, "This service is not called so. Its address is in its messages."
        return None


def _without_port(host: str, web: Web) -> str:
    """The host without the port that its scheme has anyway."""
    usual = ":443" if web.url.startswith("https") else ":80"
    return host.removesuffix(usual)


async def _refuse(refusal: tuple[int, str], send: Send) -> None:
    status, why = refusal
    body = f"{why}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
