"""Everything that is due now, once. May run at any time, anywhere, twice."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from xfc_notify.notify.digest import write_digests
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings
from xfc_notify.store import history, marks, scans
from xfc_notify.store.scans import Choice

EVERY_DAY = timedelta(days=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: scans given up and opened, messages written."""

    given_up: int
    opened: int
    messages: int


def tick(settings: Settings, plugins: Plugins, now: datetime) -> Ticked:
    """Give up scans that are stuck, open those that are due, thin out old ones, tell what is due to be told.

    Digests come last, and only to those to whom there was nothing else to say.

    What is owed to the queues is sent by the caller: see `pipeline.Pipeline.send_what_is_owed`.
    """
    given_up = scans.give_up(now)
    for path in given_up:
        log.warning("scan of %s given up: no scanner answered for a day", path)
    due = Choice(not_since=now - settings.scan.every)
    opened = scans.open_scans(due, None, settings.scan.clock, now)
    if marks.passed("history", now, EVERY_DAY):
        history.drop_details()
        forgotten = history.thin_out(now, settings.history.dense, settings.history.spacing)
        log.info("forgot %d old scans", forgotten)
    told = speak_to_all(settings, plugins, now)
    return Ticked(len(given_up), opened, told + write_digests(settings, plugins, now))
