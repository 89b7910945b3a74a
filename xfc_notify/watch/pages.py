"""The start page of operators: what is wrong now."""

from datetime import timedelta

from xfc_notify.areas.scan_views import failed_scans
from xfc_notify.domain import Level
from xfc_notify.errors import BrokerError
from xfc_notify.notify import wishes
from xfc_notify.notify.views import full_volumes
from xfc_notify.outbox.mode import live_since
from xfc_notify.pages import Page, Role, Show, Shown, Visit, mark
from xfc_notify.queues.declared import QUEUES
from xfc_notify.queues.embedded import EMBEDDED
from xfc_notify.queues.rabbitmq import Filling, fillings
from xfc_notify.states import DeliveryState
from xfc_notify.watch.checks import TICKS_LATE
from xfc_notify.watch.figures import figures

FAILURES = 10


def _overview(visit: Visit) -> Shown:
    found, settings = figures(visit.now), visit.service.settings
    levels = {level: sum(n for (_, at), n in found.areas.items() if at == level) for level in (*Level, None)}
    late = visit.now - (3 * settings.scan.every)
    queues, away = _queues(settings.broker.url)
    return Show(
        "watch/overview.html.j2",
        {
            "found": found,
            "levels": levels,
            "stale": {name: since for name, since in found.oldest.items() if since < late},
            "failed": failed_scans(None, FAILURES),
            "dead": found.deliveries.get(DeliveryState.DEAD, 0),
            "retry": found.deliveries.get(DeliveryState.RETRY, 0),
            "full": full_volumes(),
            "wishes": wishes.count_open(),
            "live": live_since(),
            "ticks_late": found.ticked is None or visit.now - found.ticked > TICKS_LATE,
            "owed_late": found.owed_since is not None and visit.now - found.owed_since > timedelta(hours=1),
            "queues": queues,
            "broker_away": away,
            "Level": Level,
        },
    )


def _queues(url: str) -> tuple[dict[str, Filling], bool]:
    """What is in the queues, and whether the broker is away; nothing where work is done in our own processes."""
    if url == EMBEDDED:
        return {}, False
    try:
        return {
            name: found for name, found in fillings(url).items() if name in QUEUES or found.messages
        }, False
    except BrokerError:
        return {}, True


PAGES = (Page("/operations", Role.OPERATOR, _overview, link=mark("How it is doing"), outside=True),)
