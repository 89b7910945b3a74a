"""`/DM`: the REST of a former data manager, for its clients, with tokens, or without one from named networks.

Whoever is in these networks may see, move and delete every dataset. A browser is not its client and is refused, so
that no page elsewhere can act through one.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from xfc_notify.datasets.data_manager import archives, content, tasks
from xfc_notify.datasets.data_manager.answers import Answers
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Caller, Content
from xfc_notify.pages import Scope
from xfc_notify.paths import harmless
from xfc_notify.plugins.service import Service
from xfc_notify.web import bearer, changes, network
from xfc_notify.web.nul import has_nul
from xfc_notify.web.threads import Threads
from xfc_notify.web.visits import client_of, is_of_browser

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Router

LARGEST_BODY = 64 * 1024
LARGEST_PUT = 32 * 2**20
"""Bytes as they are sent: a byte of the payload can take three."""
MOST_FIELDS = 100
BLOCK = 2**18
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"]
Call = Callable[[Answers, Asked], Answer]
ROUTES: Mapping[str, Mapping[str, Call]] = {
    "/info": {"GET": Answers.info},
    "/info/{id}": {"GET": Answers.info_of},
    "/search": {"GET": Answers.search},
    "/register": {"PUT": Answers.register},
    "/copy/{id}": {"POST": Answers.copy},
    "/move/{id}": {"POST": Answers.move},
    "/delete/{id}": {"DELETE": Answers.delete},
    "/remove/{id}": {"DELETE": Answers.remove},
    "/health": {"GET": Answers.health},
    "/get/{id}": {"GET": content.get},
    "/put": {"PUT": content.put},
    "/getexternal": {"PUT": content.get_external, "POST": content.get_external},
    "/archive/{id}": {"PUT": archives.archive, "POST": archives.archive},
    "/activate/{id}": {"PUT": archives.activate, "POST": archives.activate},
    "/predict": {"POST": tasks.predict},
    "/async/copy/{id}": {"POST": tasks.copy},
    "/async/move/{id}": {"POST": tasks.move},
    "/async/getexternal": {"PUT": tasks.get_external, "POST": tasks.get_external},
    "/async/status/{id}": {"GET": tasks.status},
}
"""Path → method → what answers."""


def build(service: Service) -> "Router":
    """What is below /DM; what fails there is the application's to answer."""
    from starlette.routing import Route, Router

    threads = Threads()  # of its own: a copy takes its time, and keeps no page waiting
    answers = Answers(service)

    def route(path: str, calls: Mapping[str, Call]) -> "Route":
        async def endpoint(request: "Request") -> "Response":
            request.scope["xfc_route"] = f"/DM{path}"
            call = calls.get("GET" if request.method == "HEAD" else request.method)
            if call is None:
                return _response(Answer(405, "Method not allowed."))
            form = await _form(request)
            if isinstance(form, Answer):
                return _response(form)
            payload = form.pop("payload").encode("utf-8", "surrogateescape") if "payload" in form else None
            asked = Asked(
                Caller(), request.path_params.get("id", ""), dict(request.query_params), form, payload
            )
            if has_nul([asked.id, asked.query, asked.form]):
                return _response(Answer(400, "No text may have a NUL."))
            return _response(await threads.run(lambda: _answer(answers, call, asked, request)))

        largest = LARGEST_PUT if path == "/put" else LARGEST_BODY
        return Route(path, endpoint, methods=METHODS, max_body_size=largest)

    both = [f"{path}{slash}" for path in ROUTES for slash in ("", "/")]  # one version's words have a slash
    return Router(routes=[route(path, ROUTES[path.rstrip("/")]) for path in both], redirect_slashes=False)


def _answer(answers: Answers, call: Call, asked: Asked, request: "Request") -> Answer:
    now, client = datetime.now(UTC), client_of(request.scope, answers.service.settings)
    caller = _caller(request, client, answers.service, now)
    if isinstance(caller, Answer):
        return caller
    made = answers.answer(call, replace(asked, caller=caller))
    if made.kept:
        changes.keep(caller.name or "data manager", client, made.kept, now)
    return made


def _caller(request: "Request", client: str, service: Service, now: datetime) -> Caller | Answer:
    """Who asks, by a token, else by where they are; or why they may not."""
    header = request.headers.get("authorization", "")
    if not header:
        if not network.is_in(client, service.settings.web.data_manager.networks):
            return Answer(401, "Show a token; it needs the scope datasets.")
        if is_of_browser(request.headers):
            return Answer(403, "Not from a browser.")
        return Caller(all=True)
    try:
        visitor = bearer.visitor(header, client, service.settings, now)
    except bearer.Refusal as error:
        return Answer(error.status, error.detail)
    if Scope.DATASETS not in visitor.scopes:
        return Answer(403, "The token is not good for this: it needs the scope datasets.")
    return Caller(visitor.name, visitor.operator)


async def _form(request: "Request") -> dict[str, str] | Answer:
    """The fields of a form, whatever its Content-Type says; bytes that are no UTF-8 stay what they are."""
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return Answer(400, "That is too many fields.")
    return {_text(name): _text(value) for name, value in pairs}


def _text(field: str) -> str:
    return field.encode("latin-1").decode("utf-8", "surrogateescape")


def _response(answer: Answer) -> "Response":
    from starlette.responses import Response, StreamingResponse

    if isinstance(answer.body, Content):
        length = {"Content-Length": str(answer.body.size)}
        return StreamingResponse(
            _blocks(answer.body), answer.status, headers=length, media_type="application/octet-stream"
        )
    if isinstance(answer.body, str):
        return Response(harmless(answer.body), answer.status, media_type="text/plain")
    return Response(json.dumps(answer.body), answer.status, media_type="application/json")


def _blocks(sent: Content) -> Iterator[bytes]:
    with sent.file:
        while block := sent.file.read(BLOCK):
            yield block
