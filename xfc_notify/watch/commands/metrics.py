"""xfc-notify metrics: how the service is doing, for Prometheus."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xfc_notify.cli.options import AsJson, SettingsFile
from xfc_notify.cli.output import print_json, say
from xfc_notify.cli.session import Session, session
from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.paths import show

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer
    from wsgiref.types import StartResponse, WSGIEnvironment

_PATIENCE = 30.0
"""Seconds after which a client that says nothing is hung up on."""
log = logging.getLogger(__name__)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics", help="Print, write or serve metrics for Prometheus.")(_metrics)


def _metrics(
    textfile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them to this file, for the node exporter.")
    ] = None,
    serve: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Serve them by HTTP until stopped.")
    ] = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    if sum((textfile is not None, serve is not None, as_json)) > 1:
        raise WrongInput("Only one of --textfile, --serve and --json can be given.")
    place = _place(serve) if serve is not None else None
    with session(settings) as opened:
        if place is None:
            _show(opened, textfile, as_json)
            return
    with server(opened, *place) as listening:
        say(f"Serving metrics at http://{serve}/metrics")
        listening.serve_forever()


def _show(opened: Session, textfile: Path | None, as_json: bool) -> None:
    from prometheus_client import generate_latest, write_to_textfile

    registry = _metrics_of(opened).registry()
    if textfile is not None:
        try:
            write_to_textfile(str(textfile), registry)  # to another file first, which then takes its place
        except OSError as error:
            raise WrongInput(f"--textfile: {show(bytes(textfile))}: {error.strerror}") from None
    elif as_json:
        families = registry.collect()
        print_json(
            [
                {"name": sample.name, "labels": sample.labels, "value": sample.value}
                for family in families
                for sample in family.samples
            ]
        )
    else:
        say(*generate_latest(registry).decode().rstrip().split("\n"))


def server(opened: Session, host: str, port: int) -> "WSGIServer":
    """A server of the metrics, which listens already; WrongInput where it cannot.

    Every request has a database connection of its own. One that fails is answered by 500, and a line in the log.
    """
    import socket
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from prometheus_client import make_wsgi_app
    from prometheus_client.exposition import ThreadingWSGIServer

    from xfc_notify.store import database

    answer = make_wsgi_app(_metrics_of(opened).registry())

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            with database.connected():
                body: Iterable[bytes] = answer(environ, start_response)
                return body
        except XfcNotifyError as error:
            what = error.what
        except Exception as error:  # noqa: BLE001 - whatever it is, the next request may do better
            what = f"{type(error).__name__}: {error}"
        log.error("metrics cannot be read: %s", what.partition("\n")[0])
        start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"The metrics cannot be read now; the log says why.\n"]

    class Handler(WSGIRequestHandler):
        timeout = _PATIENCE

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Requests are not worth a log line."""

    class Server(ThreadingWSGIServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Nor is a client that went away."""

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        Server.address_family = found[0][0]
        return make_server(str(found[0][4][0]), port, app, Server, Handler)
    except OSError as error:
        raise WrongInput(f"--serve: {host}:{port}: {error.strerror}") from None


def _metrics_of(opened: Session) -> Any:
    from xfc_notify.watch.metrics import Metrics

    return Metrics(opened.settings, lambda: datetime.now(UTC))


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise WrongInput(f"--serve: {text!r} is not HOST:PORT, such as 127.0.0.1:9469 or [::1]:9469")
    return host.removeprefix("[").removesuffix("]"), int(port)
