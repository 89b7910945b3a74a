"""/healthz, /readyz, /metrics: for the machines that watch over this process."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xfc_notify.errors import XfcNotifyError
from xfc_notify.plugins.service import Service
from xfc_notify.store import database, migrate
from xfc_notify.web.threads import Threads
from xfc_notify.web.traffic import Traffic

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATIENCE = 2.0
"""Seconds for the database to answer."""
SCRAPE_PATIENCE = 10.0
log = logging.getLogger(__name__)


class Health:
    """A thread of its own, so that busy pages hide nothing."""

    def __init__(self, service: Service, threads: Threads, traffic: Traffic) -> None:
        self._service, self._threads, self._traffic = service, threads, traffic
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="health")

    async def healthz(self, request: "Request") -> "Response":  # noqa: ARG002
        """Whether this process answers at all; needs no database and no thread."""
        from starlette.responses import PlainTextResponse

        return PlainTextResponse("ok\n")

    async def readyz(self, request: "Request") -> "Response":  # noqa: ARG002
        """Whether it can show pages now."""
        from starlette.responses import Response

        found = {"threads": "busy" if self._threads.busy else "ok"}
        try:
            loop = asyncio.get_running_loop()
            found["database"] = await asyncio.wait_for(
                loop.run_in_executor(self._executor, _database), PATIENCE
            )
        except TimeoutError:
            found["database"] = "does not answer"
        good = set(found.values()) == {"ok"}
        return Response(json.dumps(found) + "\n", 200 if good else 503, media_type="application/json")

    async def metrics(self, request: "Request") -> "Response":  # noqa: ARG002
        """For Prometheus: how the service is doing, and the traffic of this process."""
        from starlette.responses import PlainTextResponse, Response

        try:
            loop = asyncio.get_running_loop()
            text = await asyncio.wait_for(
                loop.run_in_executor(self._executor, self._metrics), SCRAPE_PATIENCE
            )
        except (XfcNotifyError, TimeoutError) as error:
            log.error("metrics cannot be read: %s", getattr(error, "what", "the database does not answer"))  # noqa: TRY400
            return PlainTextResponse("The metrics cannot be read now; the log says why.\n", 500)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    def _metrics(self) -> bytes:
        from prometheus_client import generate_latest

        from xfc_notify.watch.metrics import Metrics

        with database.connected():
            own = generate_latest(Metrics(self._service.settings, lambda: datetime.now(UTC)).registry())
        return own + generate_latest(self._traffic.registry)


def _database() -> str:
    try:
        with database.connected():
            migrate.ensure_current()
    except XfcNotifyError as error:
        log.warning("not ready: %s", error.what)
        return "does not answer"
    return "ok"
