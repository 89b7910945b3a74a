"""How the service is doing, for Prometheus: read from the database and the broker on demand.

Every name is listed in `deploy/grafana/dashboard.json`; a test holds both to each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from xfc_notify.domain import Level
from xfc_notify.errors import BrokerError
from xfc_notify.outbox.mode import effective_mode
from xfc_notify.paths import harmless
from xfc_notify.queues.declared import QUEUES
from xfc_notify.queues.embedded import EMBEDDED
from xfc_notify.queues.rabbitmq import fillings
from xfc_notify.settings import Settings
from xfc_notify.states import DeliveryState, Mode
from xfc_notify.watch.figures import Figures, figures

PREFIX = "xfc_notify_"
SLICES = ("waiting", "under way", "late")


class Metrics(Collector):
    """All metrics, read anew from the open database, and from the broker, whenever they are collected."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock

    def registry(self) -> CollectorRegistry:
        """A registry with these metrics only: Python's own say nothing about the service."""
        registry = CollectorRegistry()
        registry.register(self)
        return registry

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: registering asks for no names, which would need the database."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics now. Raises StoreError, or what the database raises, where it fails."""
        now = self._clock()
        volumes = [volume.name for volume in self._settings.volumes]
        yield from of_database(figures(now), volumes, now)
        live = effective_mode(self._settings) is Mode.LIVE
        yield _one("live", "Whether messages are sent or only recorded.", live)
        every = self._settings.scan.every.total_seconds()
        yield _one("scan_interval_seconds", "scan.every: an area is scanned again after this time.", every)
        if self._settings.broker.url != EMBEDDED:
            yield from of_broker(self._settings.broker.url)


def of_database(found: Figures, volumes: Iterable[str], now: datetime) -> Iterator[GaugeMetricFamily]:
    """What the database tells. `volumes` are shown even where they have no areas."""
    names = sorted({*volumes, *(volume for volume, _ in found.areas)})
    yield _many(
        "areas",
        "Areas by the level at their last whole scan.",
        ("volume", "level"),
        {(name, str(level)): found.areas.get((name, level), 0) for name in names for level in Level},
    )
    never = {(name,): found.areas.get((name, None), 0) for name in names}
    yield _many("areas_never_scanned", "Areas without a whole scan.", ("volume",), never)
    yield _many(
        "oldest_scan_seconds",
        "Age of the last whole scan of the area scanned longest ago.",
        ("volume",),
        {(name,): _age(since, now) for name, since in found.oldest.items()},
    )
    yield _many(
        "last_scans",
        "Areas whose last scan failed, or could not read everything.",
        ("volume", "outcome"),
        {
            (name, outcome): counts.get(name, 0)
            for outcome, counts in (("failed", found.failed), ("incomplete", found.incomplete))
            for name in names
        },
    )
    yield _one("scans_open", "Scans that have begun or are waiting for their turn.", found.open_scans)
    slices = {(state,): found.slices.get(state, 0) for state in SLICES}
    yield _many("slices", "Slices of open scans; late: not answered within their lease.", ("state",), slices)
    episodes = {(policy, str(level)): count for (policy, level), count in found.episodes.items()}
    yield _many("episodes_open", "Episodes that have not ended.", ("policy", "level"), episodes)
    deliveries = {(state,): found.deliveries.get(state, 0) for state in DeliveryState}
    yield _many("deliveries", "Messages to one address each, by outcome.", ("state",), deliveries)
    age = _age(found.owed_since, now) if found.owed_since else 0
    yield _one("outbox_age_seconds", "Age of the oldest message not yet delivered.", age)
    yield _one("messages_held", "Messages waiting for an operator.", found.held)
    ticked = found.ticked.timestamp() if found.ticked else 0
    yield _one("last_tick_timestamp_seconds", "When a tick last did everything due; 0: never.", ticked)


def of_broker(url: str) -> Iterator[GaugeMetricFamily]:
    """Whether RabbitMQ answers, and if so what is in its queues and who takes from them; `.XQ` are dead letters."""
    try:
        queues = fillings(url)
    except BrokerError:
        queues = {}
    yield _one("broker_up", "Whether RabbitMQ answers.", bool(queues))
    messages = {(name,): found.messages for name, found in queues.items()}
    yield _many("queue_messages", "Messages waiting in a queue of RabbitMQ.", ("queue",), messages)
    consumers = {(name,): found.consumers for name, found in queues.items() if name in QUEUES}
    yield _many("queue_consumers", "Worker processes that take from a queue.", ("queue",), consumers)


def _one(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, what, float(value))


def _many(name: str, what: str, labels: Sequence[str], values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, what, labels=labels)
    for where, value in sorted(values.items()):
        family.add_metric([harmless(part) for part in where], value)
    return family


def _age(since: datetime, now: datetime) -> float:
    """Seconds, at least 0 even if the clock was put back."""
    return max(0.0, (now - since).total_seconds())
