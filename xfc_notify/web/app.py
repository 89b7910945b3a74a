"""The application: the pages and resources of all components, in their frame."""

import logging
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xfc_notify import components
from xfc_notify.errors import SettingsError, XfcNotifyError
from xfc_notify.pages import NO_SUCH, Page, mark
from xfc_notify.plugins.service import Service
from xfc_notify.web import visits
from xfc_notify.web.addresses import Addresses
from xfc_notify.web.frame import App, Frame
from xfc_notify.web.health import Health
from xfc_notify.web.nul import has_nul
from xfc_notify.web.serve import Reply, Server
from xfc_notify.web.threads import Busy, Threads
from xfc_notify.web.traffic import Traffic
from xfc_notify.web.visits import Asked

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATIC = Path(__file__).with_name("static")
LARGEST_BODY = 64 * 1024
MOST_FIELDS = 200
BUSY_SECONDS = 5
log = logging.getLogger(__name__)


def build(service: Service) -> App:
    """The application. SettingsError if the settings lack what it cannot do without."""
    from fastapi import FastAPI
    from starlette.exceptions import HTTPException
    from starlette.routing import Route
    from starlette.staticfiles import StaticFiles

    from xfc_notify.web import api, data_manager, old_api

    settings = service.settings
    if not settings.web.url:
        raise SettingsError(f"{settings.source}: web.url is needed: all links begin with it")
    settings.signing  # noqa: B018 - without it, nothing is served
    threads, outside, traffic = Threads(), Threads(), Traffic()
    health = Health(service, threads, traffic)
    pages = tuple(page for module in components.modules("pages") for page in module.PAGES)
    addresses = Addresses(pages)
    server = Server(service, pages, addresses)
    app = FastAPI(openapi_url=None, redirect_slashes=False, max_body_size=LARGEST_BODY)
    for path, probe in (
        ("/healthz", health.healthz),
        ("/readyz", health.readyz),
        ("/metrics", health.metrics),
    ):
        app.router.routes.append(Route(path, _counted(path, probe), methods=["GET"]))
    for page in pages:
        methods = ["GET", "POST"] if page.post else ["GET"]
        endpoint = partial(_serve, server=server, page=page, threads=outside if page.outside else threads)
        app.router.routes.append(Route(page.path, _counted(page.path, endpoint), methods=methods))
    app.mount("/static", _cached(StaticFiles(directory=STATIC)))
    app.mount("/api/v1", api.build(service, threads))
    if settings.stores:
        app.mount("/DM", data_manager.build(service))
    if settings.web.old_api.networks:
        app.mount("/xfc_control/api/v1", old_api.build(service, threads))

    async def refuse(request: "Request", error: Exception) -> "Response":
        if request.scope["path"].startswith("/api/v1/"):  # a path that no mount takes: it has a newline
            return api.refused(error)
        status = error.status_code if isinstance(error, HTTPException) else 500
        return await _error(request, server, status)

    async def fail(request: "Request", error: Exception) -> "Response":
        return await _failed(request, server, error)

    async def away(request: "Request", error: Exception) -> "Response":
        log.error("%s: %s", addresses.masked(request.url.path), getattr(error, "what", error))
        return await _error(request, server, 503)

    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(Busy, away)
    app.add_exception_handler(XfcNotifyError, away)
    app.add_exception_handler(Exception, fail)
    return Frame(app, settings.web, traffic, addresses)


async def _serve(request: "Request", *, server: Server, page: Page, threads: Threads) -> "Response":
    asked = await read(request)
    try:
        reply = await threads.run(lambda: server.reply(page, asked))
    except (Busy, XfcNotifyError):
        raise
    except Exception as error:  # noqa: BLE001 - here, or Starlette and the server would log it as well
        return await _failed(request, server, error)
    return response(reply, server.service.settings.web.url)


async def read(request: "Request") -> Asked:
    """The request as plain data; HTTPException for a body that is no form, and where anything has a NUL."""
    from starlette.exceptions import HTTPException

    form: dict[str, list[str]] = {}
    if request.method == "POST":
        async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LARGEST_BODY) as fields:
            for name, value in fields.multi_items():
                if isinstance(value, str):
                    form.setdefault(name, []).append(value)
    ticked: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        ticked.setdefault(name, []).append(value)
    if has_nul([request.path_params, ticked, form]):
        raise HTTPException(404)
    return Asked(
        method=request.method,
        path=request.scope["path"],
        headers=request.scope["headers"],
        peer=visits.peer_of(request.scope),
        cookies=dict(request.cookies),
        place=request.path_params,
        query={name: found[0] for name, found in ticked.items()},
        ticked=ticked,
        form=form,
    )


def response(reply: Reply, url: str) -> "Response":
    """The reply as the server sends it; our cookies are for our pages alone."""
    from starlette.responses import Response

    prefix = "/" + "/".join(url.split("/")[3:]) if url.count("/") > 2 else "/"
    headers = {"Location": reply.location} if reply.location else {"Content-Type": reply.kind}
    made = Response(reply.content, reply.status, headers=headers)
    for cookie in reply.cookies:
        made.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.seconds,
            path=prefix,
            secure=url.startswith("https"),
            httponly=True,
            samesite="lax",
        )
    return made


async def _failed(request: "Request", server: Server, error: Exception) -> "Response":
    log.error("%s failed", server.addresses.masked(request.url.path), exc_info=error)
    return await _error(request, server, 500)


async def _error(request: "Request", server: Server, status: int) -> "Response":
    asked = Asked(
        request.method, request.scope["path"], request.scope["headers"], None, dict(request.cookies), {}, {}
    )
    made = response(
        server.mistake(asked, status, WORDS.get(status, HTTPStatus(status).phrase)),
        server.service.settings.web.url,
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        made.headers["Retry-After"] = str(BUSY_SECONDS)
    return made


def _counted(path: str, endpoint: Any) -> Any:
    """The endpoint, whose requests are counted by its path as it is declared."""

    async def counted(request: "Request") -> "Response":
        request.scope["xfc_route"] = path
        made: Response = await endpoint(request)
        return made

    return counted


def _cached(files: App) -> App:
    """Files that are the same for all may be kept."""

    async def served(scope: Any, receive: Any, send: Any) -> None:
        async def with_age(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"cache-control", b"public, max-age=3600"))
            await send(message)

        scope["xfc_route"] = "/static"
        await files(scope, receive, with_age)

    return served


WORDS = {
    404: NO_SUCH,
    405: mark("There is nothing to send here."),
    413: mark("That is more than a form of this service can hold."),
    500: mark("Something went wrong here. It is written down; please try again later."),
    503: mark("The service is busy, or its database is away. Please try again in a moment."),
}
"""What pages say of what went wrong before any of them was reached."""
