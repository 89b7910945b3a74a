"""A real HTTP server that answers as a test tells it to."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class HttpServer:
    """`with HttpServer() as server:` listens on 127.0.0.1 at `server.url`.

    script       (status, headers) of the answers still to be given, first come first; 200 when it is used up
    requests     what arrived, in order
    body         what stands in every answer
    certificate  a file with key and certificate: the server speaks https
    """

    script: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    body: bytes = b""
    certificate: Path | None = None

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_port
        self.url = f"http{'s' if self.certificate else ''}://127.0.0.1:{self.port}/"
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(server: HttpServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.requests.append(Request(self.command, self.path, dict(self.headers), body))
            status, headers = server.script.pop(0) if server.script else (200, {})
            self.send_response(status)
            for name, value in {"Content-Length": str(len(server.body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(server.body)

        do_POST = do_PUT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
