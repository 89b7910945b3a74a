"""/api/v1: the resources of all components, for programs. Errors are problem+json."""

import inspect
import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from xfc_notify import __version__, components
from xfc_notify.as_json import as_json
from xfc_notify.errors import StoreError, WrongInput
from xfc_notify.pages import Absent, Changed, Many, Resource, Role, Visitor
from xfc_notify.paths import harmless
from xfc_notify.plugins.service import Service
from xfc_notify.web import bearer, changes, network, visits
from xfc_notify.web.bearer import Refusal
from xfc_notify.web.nul import has_nul
from xfc_notify.web.schema import Problem, list_of, model_of
from xfc_notify.web.threads import Busy, Threads
from xfc_notify.web.visits import Asked

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

PROBLEMS = (400, 401, 403, 404, 422, 429, 503)
log = logging.getLogger(__name__)


def build(service: Service, threads: Threads) -> "FastAPI":
    """The application below /api/v1."""
    from fastapi import FastAPI, Security
    from fastapi.exceptions import RequestValidationError
    from fastapi.security import HTTPBearer
    from starlette.exceptions import HTTPException

    app = FastAPI(
        title=service.settings.service.name,
        summary="Where the users of scratch space stand.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": f"{service.settings.web.url}/api/v1"}],
        root_path_in_servers=False,
    )
    by_token = Security(HTTPBearer(auto_error=False, description="A token, made at /tokens."))
    found = [resource for module in components.modules("resources") for resource in module.RESOURCES]
    for resource in found:
        model = list_of(resource.view) if resource.many else model_of(resource.view)
        app.add_api_route(
            resource.path,
            _endpoint(resource, service, threads),
            methods=["POST" if resource.change else "GET"],
            summary=inspect.getdoc(resource.call) or "",
            response_model=None,
            responses={
                200: {"model": model},
                **{
                    status: {"content": _PROBLEM, "description": HTTPStatus(status).phrase}
                    for status in PROBLEMS
                },
            },
            dependencies=[by_token],
            name=resource.path,
            operation_id=f"{'change' if resource.change else 'get'}{resource.path}".translate(_ID),
        )

    async def refuse(request: "Request", error: Exception) -> "Response":  # noqa: ARG001
        return refused(error)

    for kind in (RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refuse)
    return app


_PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
_ID = str.maketrans(dict.fromkeys("/{}", "_"))


def refused(error: Exception) -> "Response":  # noqa: PLR0911 - as many answers as there are
    """What a program is told of an error."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    match error:
        case Refusal():
            return _problem(error.status, error.detail, error.headers)
        case RequestValidationError():
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return _problem(422, harmless(f"{where}: {first['msg']}"))
        case HTTPException():
            return _problem(error.status_code, str(error.detail), dict(error.headers or {}))
        case Absent():
            return _problem(404, error.what)
        case StoreError() | Busy():
            log.error("REST: %s", error)
            return _problem(503, "The service is busy, or its database is away.", {"Retry-After": "5"})
        case WrongInput():
            return _problem(400, error.what)
    log.error("REST failed", exc_info=error)
    return _problem(500, "Something went wrong here. It is written down.")


def _endpoint(resource: Resource, service: Service, threads: Threads) -> Any:
    """A function as FastAPI wants it, with the parameters of `call`; those of a change come in a body."""
    from fastapi import Request
    from pydantic import create_model

    signature = inspect.signature(resource.call, eval_str=True)
    given = list(signature.parameters.values())[1:]
    in_path = [one for one in given if f"{{{one.name}}}" in resource.path]
    others = [one for one in given if one not in in_path]

    async def endpoint(request: Request, **values: Any) -> "Response":
        from starlette.responses import Response

        request.scope["xfc_route"] = f"/api/v1{resource.path}"
        asked = _asked(request)
        body = values.pop("body", None)
        if body is not None:
            values |= {name: getattr(body, name) for name in type(body).model_fields}
        try:
            content = await threads.run(
                lambda: json.dumps(_shown(_answer(resource, asked, service, values), request, service))
            )
        except Exception as error:  # noqa: BLE001 - here, or Starlette and the server would log it as well
            return refused(error)
        return Response(content, media_type="application/json")

    parameters = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)]
    if resource.change:
        fields: dict[str, Any] = {
            one.name: (one.annotation, ... if one.default is one.empty else one.default) for one in others
        }
        parameters += in_path
        if fields:
            name = resource.path.translate(_ID).strip("_").title().replace("_", "")
            body = create_model(f"{name}Change", __config__={"extra": "forbid"}, **fields)
            parameters.append(inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, annotation=body))
    else:
        parameters += given
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    )
    endpoint.__doc__ = resource.call.__doc__
    return endpoint


def _answer(resource: Resource, asked: Asked, service: Service, values: Mapping[str, Any]) -> Any:
    now = datetime.now(UTC)
    visitor = _asker(resource, asked, service, now)
    if has_nul(values):
        raise Refusal(400, "No text may have a NUL.")
    visit = replace(visits.visit(asked, service, now, visitor), place=asked.place)
    found = resource.call(visit, **values)
    if isinstance(found, Changed):
        changes.keep(visitor.name, visit.client, found.kept, now)
        return found.view
    return found


def _asker(resource: Resource, asked: Asked, service: Service, now: datetime) -> Visitor:
    """Who asks, by a token, or by the session of a browser if nothing is changed; Refusal if they may not."""
    header = asked.header("authorization")
    if header:
        client = network.client(asked.peer, asked.headers, service.settings.web.trusted_proxies)
        visitor = bearer.visitor(header, client, service.settings, now)
        if resource.scope not in visitor.scopes:
            raise Refusal(403, f"The token is not good for this: it needs the scope {resource.scope}.")
    elif resource.change:
        raise Refusal(401, "A change needs a token.", {"WWW-Authenticate": "Bearer"})
    else:
        found = visits.visitor_of(asked, service, now)
        if found is None:
            raise Refusal(401, "Show a token, or sign in.", {"WWW-Authenticate": "Bearer"})
        visitor = found
    if resource.role is Role.OPERATOR and not visitor.operator:
        raise Refusal(403, "This is for operators.")
    return visitor


def _shown(found: Any, request: "Request", service: Service) -> Any:
    if not isinstance(found, Many):
        return as_json(found)
    following = None
    if found.more:
        query = {**dict(request.query_params), "page": str(found.page + 1)}
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        following = f"{service.settings.web.url}/api/v1{path}?{urlencode(query)}"
    return {"items": as_json(list(found.items)), "page": found.page, "next": following}


def _asked(request: "Request") -> Asked:
    scope = request.scope
    return Asked(
        method=request.method,
        path=scope["path"],
        headers=scope["headers"],
        peer=visits.peer_of(scope),
        cookies=dict(request.cookies),
        place=request.path_params,
        query={},
    )


def _problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> "Response":
    from starlette.responses import Response

    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(body), status, headers=headers, media_type="application/problem+json")
