"""How many requests there were and how long they took, by the page that answered: never by what a client wrote."""

from collections.abc import MutableMapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
UNMATCHED = "unmatched"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Traffic:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "xfc_notify_http_requests",
            "Requests by page, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "xfc_notify_http_seconds",
            "How long answers took.",
            buckets=_SECONDS,
            registry=self.registry,
        )

    def count(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """Count an answer."""
        route = scope.get("xfc_route", UNMATCHED)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.observe(seconds)
