"""What is due of areas: scans that are stuck or owed, and old ones to be forgotten."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from xfc_notify.areas import answers, areas, history, places, scans
from xfc_notify.areas.settings import History, Limits
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service

log = logging.getLogger(__name__)


def follow_settings(service: Service, now: datetime) -> Mapping[str, int]:  # noqa: ARG001
    """Let areas lie where the settings say that their volumes lie."""
    for volume in places.follow_settings([volume.volume() for volume in service.settings.volumes]):
        log.warning("volume %s lies elsewhere now, by the settings; its areas were moved", volume)
    return {}


def follow_defaults(service: Service, now: datetime) -> Mapping[str, int]:  # noqa: ARG001
    """Let quotas follow the defaults of the settings."""
    areas.follow_defaults(service.settings.of(Limits))
    return {}


def give_up(service: Service, now: datetime) -> Mapping[str, int]:  # noqa: ARG001
    """Give up scans that are stuck."""
    given_up = answers.give_up(now)
    for path in given_up:
        log.warning("scan of %s given up: no scanner answered for a day", path)
    return {"given_up": len(given_up)}


def open_due(service: Service, now: datetime) -> Mapping[str, int]:
    """Open the scans that are due."""
    settings = service.settings
    due = scans.Choice(not_since=now - settings.scan.every, surveyed=settings.surveyed)
    return {"opened": scans.open_scans(due, None, settings.scan.clock, now)}


def thin_out(service: Service, now: datetime) -> Mapping[str, int]:
    """Forget old scans, of those that are kept what the policies said, and the details of all but the last."""
    history.drop_details(now)
    kept = service.settings.of(History)
    forgotten = history.thin_out(now, kept.dense, kept.spacing)
    history.drop_findings(now - kept.dense)
    log.info("forgot %d old scans", forgotten)
    return {}


DUTIES = (
    Duty("places", follow_settings),
    Duty("defaults", follow_defaults),
    Duty("give up", give_up),
    Duty("scans", open_due),
    Duty("history", thin_out, timedelta(days=1), forgets=True),
)
