"""The REST of the former service, for its client: bodies, texts and codes as it knows them, on for named networks only.

Its client does not sign in, so whoever is in these networks can see every user's figures, change addresses and the
notify switch, and register users whom the system knows. Nothing else. A browser is not its client and is refused, so
that no page elsewhere can act through one.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from xfc_notify.plugins.service import Service
from xfc_notify.web import network
from xfc_notify.web.nul import has_nul
from xfc_notify.web.old_answers import Answer, Answers
from xfc_notify.web.threads import Threads
from xfc_notify.web.visits import client_of, is_of_browser

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Router

LARGEST_BODY = 16 * 1024
ROUTES = ("user", "disk", "file", "scheduled_deletions", "predict_deletions")
log = logging.getLogger(__name__)


def build(service: Service, threads: Threads) -> "Router":
    """What is below /xfc_control/api/v1; what fails there is the application's to answer."""
    from starlette.routing import Route, Router

    answers = Answers(service)
    calls: Mapping[tuple[str, str], Callable[..., Answer]] = {
        ("GET", "user"): answers.user,
        ("POST", "user"): answers.new_user,
        ("PUT", "user"): answers.change_user,
        ("GET", "disk"): answers.disks,
        ("GET", "file"): answers.nothing_found,
        ("GET", "scheduled_deletions"): answers.no_deletions,
        ("GET", "predict_deletions"): answers.never,
    }

    async def endpoint(request: "Request") -> "Response":
        name = request.url.path.rpartition("/")[2]
        request.scope["xfc_route"] = f"/xfc_control/api/v1/{name}"
        refusal = refused(request, service)
        if refusal is not None:
            return refusal
        call = calls.get(("GET" if request.method == "HEAD" else request.method, name))
        if call is None:
            return response(Answer(405, {"error": "Method not allowed."}))
        body = await read(request)
        query = dict(request.query_params)
        if has_nul([query, body]):
            return response(Answer(400, {"error": "No text may have a NUL."}))
        return response(await threads.run(lambda: call(query, body, datetime.now(UTC))))

    return Router(routes=[Route(f"/{name}", endpoint, methods=["GET", "POST", "PUT"]) for name in ROUTES])


def refused(request: "Request", service: Service) -> "Response | None":
    """Why a request is not for this API; None if it is."""
    client = client_of(request.scope, service.settings)
    if not network.is_in(client, service.settings.web.old_api.networks):
        return response(Answer(403, {"error": "Not from this network."}))
    if is_of_browser(request.headers):
        return response(Answer(403, {"error": "Not from a browser."}))
    return None


async def read(request: "Request") -> Mapping[str, Any]:
    """The JSON of a body, whatever its Content-Type says, since the client sends none; {} for none or anything else."""
    from starlette.exceptions import HTTPException

    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise HTTPException(413)
    try:
        found = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def response(answer: Answer) -> "Response":
    """The answer as JSON."""
    from starlette.responses import Response

    return Response(json.dumps(answer.body), answer.status, media_type="application/json")
