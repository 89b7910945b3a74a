"""What is due of reports: data that `wrstat` has written since, groups to be asked for, and old points of history."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from xfc_notify.errors import WrongInput
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service
from xfc_notify.reports import find, loads
from xfc_notify.reports.settings import Reports

log = logging.getLogger(__name__)


def look(service: Service, now: datetime) -> Mapping[str, int]:
    """Look for new data of all volumes."""
    from xfc_notify.reports.load import clean

    reports = service.settings.of(Reports)
    if not reports.volumes:
        return {}
    clean(service.settings, now)
    return {"loads": sum(owe_new(reports, volume.name, now) for volume in reports.volumes)}


def owe_new(reports: Reports, name: str, now: datetime) -> int:
    """Owe what is new of one volume; how many captures. What is wrong there stops no other volume."""
    volume = next(volume for volume in reports.volumes if volume.name == name)
    try:
        found = find.captures(volume, reports, now)
    except WrongInput as error:
        log.warning("%s", error.what)
        return 0
    return loads.owe(find.wanted(found, loads.known(name)), now)


def thin_out(service: Service, now: datetime) -> Mapping[str, int]:
    """Forget old points of the history of groups, as of areas."""
    from xfc_notify.areas.settings import History
    from xfc_notify.reports import history

    kept = service.settings.of(History)
    log.info("forgot %d old points of groups", history.thin_out(now, kept.dense, kept.spacing))
    return {}


DUTIES = (Duty("new data", look), Duty("history of groups", thin_out, timedelta(days=1), forgets=True))
